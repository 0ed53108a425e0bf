import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Installs what is measured, compiles the benchmark, and starts it; what is timed runs as JavaScript. */
const root = fileURLToPath(new URL('..', import.meta.url))
const bench = join(root, 'bench')
const args = process.argv.slice(2)

// A quick run measures no peers.
const peers = args.includes('--quick') ? ['--omit=dev'] : ['--include=dev']
run('npm', 'ci', ...peers)
placePackage()
rmSync(join(bench, 'dist'), { recursive: true, force: true })
node(join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json')
node('dist/main.js', ...args)

/** Puts the built package where an install would put it. */
function placePackage(): void {
  if (!existsSync(join(root, 'dist'))) throw new Error('the package is not built: npm run build')
  const place = join(bench, 'node_modules/koa-resource-server')
  for (const part of ['package.json', 'dist', 'CHANGELOG.md', 'README.md', 'LICENSE']) {
    cpSync(join(root, part), join(place, part), { recursive: true })
  }
}

function node(...command: readonly string[]): void {
  run(process.execPath, ...command)
}

function run(command: string, ...args: readonly string[]): void {
  const { status } = spawnSync(command, args, { cwd: bench, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
