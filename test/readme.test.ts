import { randomUUID } from 'node:crypto'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import test from 'ava'
import { sender } from './kit.ts'

const run = promisify(execFile)
const root = new URL('..', import.meta.url)
const readme = await readFile(new URL('README.md', root), 'utf8')
const snippets = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code!)

// Inside the project, so that packages and the compiler's paths resolve as they do for a reader.
const folder = await mkdtemp(new URL('test/.readme-', root).pathname)
const files = snippets.map((_, i) => `${folder}/snippet-${i}.ts`)
await Promise.all(files.map((file, i) => writeFile(file, snippets[i]!)))
test.after.always(() => rm(folder, { recursive: true }))

const node = ['--import=tsx', '--import=./test/readme-server.ts']

test('every snippet of the README compiles', async (t) => {
  t.true(snippets.length >= 7)
  const config = { extends: '../../tsconfig.json', include: ['*.ts', '../headers-init.d.ts'] }
  await writeFile(`${folder}/tsconfig.json`, JSON.stringify(config))
  await t.notThrowsAsync(run('npx', ['tsc', '-p', folder], { cwd: root }))
})

test('the first snippet runs as printed, in twelve lines', async (t) => {
  t.is(snippets[0]!.split('\n').filter(Boolean).length, 12)
  const app = spawn(process.execPath, [...node, files[0]!], { cwd: root, stdio: 'pipe' })
  t.teardown(() => app.kill())
  const lines = createInterface(app.stdout)
  const [line] = (await once(lines, 'line')) as [string]
  const { port, token } = JSON.parse(line) as { port: number; token: string }
  const send = sender(`http://127.0.0.1:${port}`)
  const { status, body } = await send(token, { path: '/orders' })
  t.is(status, 200)
  t.deepEqual(JSON.parse(body), {
    ordersOf: { issuer: 'https://as.example.com', subject: 'resource-owner-1' },
  })
  t.is((await send(undefined, { path: '/orders' })).status, 401)
})

for (const [i, file] of files.entries()) {
  if (i === 0) continue
  test(`snippet ${i} of the README runs`, async (t) => {
    await t.notThrowsAsync(
      run(process.execPath, [...node, file], {
        cwd: root,
        timeout: 20_000,
        env: { ...process.env, CLIENT_SECRET: 'example', NONCE_SECRET: randomUUID() },
      }),
    )
  })
}

test('the README names every error, and every reason', async (t) => {
  const names = ['protocol/errors', 'protocol/service-unavailable', 'confirmation/dpop-errors']
  const files = names.map((name) => `src/${name}.ts`)
  const read = files.map(async (file) => readFile(new URL(file, root), 'utf8'))
  const errors = (await Promise.all(read)).join('\n')
  const classes = [...errors.matchAll(/^export class (\w+)/gm)].map(([, name]) => name!)
  const tables = [...errors.matchAll(/^const \w*[rR]easons = \{\n(.*?)^\}/gms)]
  const reasons = tables.flatMap(([, table]) =>
    [...table!.matchAll(/^ {2}'?([\w-]+)'?:/gm)].map(([, reason]) => reason!),
  )
  t.true(classes.length >= 8 && reasons.length >= 30)
  for (const word of [...classes, ...reasons]) t.true(readme.includes(`\`${word}\``), word)
})
