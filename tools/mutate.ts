import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Mutation, mutations } from './mutations.ts'

/**
 * Breaks the code on purpose, one way at a time, in a copy, and expects a test to fail each time.
 * An argument picks the mutations of files whose name has it.
 */
const root = fileURLToPath(new URL('..', import.meta.url))
const copy = mkdtempSync(join(tmpdir(), 'mutate-'))
for (const part of ['src', 'test', 'example-api', 'package.json', 'tsconfig.json']) {
  cpSync(join(root, part), join(copy, part), { recursive: true })
}
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))

const [picked = ''] = process.argv.slice(2)
const chosen = mutations.filter(({ file }) => file.includes(picked))
const stale = chosen.filter(
  ({ file, find }) => readFileSync(join(root, file), 'utf8').split(find).length !== 2,
)
for (const { file, find } of stale) console.log(`not exactly once in ${file}: ${find}`)
if (stale.length > 0) process.exit(1)
const survivors = chosen.filter((mutation) => !isNoticed(mutation))
rmSync(copy, { recursive: true })

for (const { file, breaks } of survivors) console.log(`survived: ${file}: ${breaks}`)
console.log(`${chosen.length - survivors.length} passed, ${survivors.length} failed`)
process.exitCode = survivors.length === 0 && chosen.length > 0 ? 0 : 1

/** Whether a test fails with the code so broken; the tests must run, and pass with the code as it is. */
function isNoticed({ file, find, replace, breaks, tests }: Mutation): boolean {
  const path = join(copy, file)
  const code = readFileSync(path, 'utf8')
  writeFileSync(
    path,
    code.replace(find, () => replace),
  )
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/ava/entrypoints/cli.mjs'), '--tap', '--fail-fast', ...tests],
    { cwd: copy, encoding: 'utf8' },
  )
  writeFileSync(path, code)
  const noticed = status !== 0 && /^not ok /m.test(stdout)
  console.log(`${noticed ? 'noticed ' : 'SURVIVED'}  ${file}: ${breaks}`)
  return noticed
}
