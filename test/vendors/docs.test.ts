import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import test from 'ava'
import * as vendors from 'koa-resource-server/vendors'

const root = new URL('../..', import.meta.url)
const read = async (path: string): Promise<string> => readFile(new URL(path, root), 'utf8')

test('every snippet of docs/vendors.md compiles, and runs', async (t) => {
  const text = await read('docs/vendors.md')
  const snippets = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code!)
  t.true(snippets.length >= 4)
  const folder = await mkdtemp(new URL('test/.readme-', root).pathname)
  t.teardown(() => rm(folder, { recursive: true }))
  const config = { extends: '../../tsconfig.json', include: ['*.ts'] }
  await writeFile(`${folder}/tsconfig.json`, JSON.stringify(config))
  const files = snippets.map((_, i) => `${folder}/snippet-${i}.ts`)
  await Promise.all(files.map((file, i) => writeFile(file, snippets[i]!)))
  const run = promisify(execFile)
  await t.notThrowsAsync(run('npx', ['tsc', '-p', folder], { cwd: root }))
  for (const file of files) await t.notThrowsAsync(import(file))
})

test('the README has every vendor in its table', async (t) => {
  const readme = await read('README.md')
  const { tenantIssuer, ...factories } = vendors
  t.is(typeof tenantIssuer, 'function')
  for (const name of Object.keys(factories)) t.regex(readme, new RegExp(`^\\|.*\`${name}\\(`, 'm'))
  t.true(Object.keys(vendors).length >= 40)
})
