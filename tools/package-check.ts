import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from './run.ts'

/** Packs the package, uses it as its users do, and has it judged. */
const root = fileURLToPath(new URL('..', import.meta.url))
const { devDependencies: versions } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
) as { devDependencies: Record<string, string> }
const folder = mkdtempSync(join(tmpdir(), 'package-check-'))
process.on('exit', () => rmSync(folder, { recursive: true }))

const tarball = pack()
// The optional peer is there in one of the two.
const telemetry = '@opentelemetry/api'
const project = install('koa-3', { koa: versions['koa'], [telemetry]: versions[telemetry] })
const projectOfKoa2 = install('koa-2', { koa: versions['koa2'] })
const node = process.execPath
const bin = (name: string): string => join(root, 'node_modules', name)
const tsconfig = 'consumer.tsconfig.json'
const checks: readonly [name: string, ...command: Parameters<typeof run>][] = [
  ['import', project, node, 'esm.mjs'],
  ['require()', project, node, 'require.cjs'],
  ['import, with Koa 2.16', projectOfKoa2, node, 'esm.mjs'],
  ['TypeScript 7.0', project, node, bin('typescript/bin/tsc'), '-p', tsconfig],
  ['TypeScript 5.9', project, node, bin('typescript-5.9/bin/tsc'), '-p', tsconfig],
  ['publint', root, bin('.bin/publint'), '--strict', tarball],
  ['attw', root, bin('.bin/attw'), tarball, '--profile', 'esm-only'],
  ['knip', root, bin('.bin/knip')],
]

let failed = 0
for (const [name, ...command] of checks) {
  const { good, output } = run(...command)
  console.log(`${good ? 'passed' : 'failed'}: ${name}`)
  if (!good) {
    failed++
    console.log(output)
  }
}
console.log(`${checks.length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

function pack(): string {
  npm(root, 'pack', '--pack-destination', folder)
  const [name = ''] = readdirSync(folder)
  return join(folder, name)
}

/** Makes an empty project that depends on the tarball. */
function install(name: string, peers: Readonly<Record<string, string | undefined>>): string {
  const path = join(folder, name)
  mkdirSync(path)
  cpSync(join(root, 'tools', 'consumers'), path, { recursive: true })
  const others = Object.fromEntries(
    ['@koa/router', '@types/koa', '@types/node'].map((other) => [other, versions[other]]),
  )
  const dependencies = { 'koa-resource-server': `file:${tarball}`, ...peers, ...others }
  writeFileSync(
    join(path, 'package.json'),
    JSON.stringify({ private: true, type: 'module', dependencies }),
  )
  npm(path, 'install', '--no-audit', '--no-fund')
  return path
}

function npm(cwd: string, ...args: readonly string[]): void {
  const { good, output } = run(cwd, 'npm', ...args)
  if (!good) throw new Error(`npm ${args[0]} failed:\n${output}`)
}
