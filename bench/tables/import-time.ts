import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { spread } from '../cells.ts'
import { own, peers } from '../servers/catalogue.ts'
import { type Figure, figureOf } from '../statistics.ts'
import type { Table } from '../table.ts'
import { ratio } from '../units.ts'

const run = promisify(execFile)
const folder = fileURLToPath(new URL('.', import.meta.url))
/** What this package itself imports. */
const dependencies = ['jose', 'lru-cache']

/** What it costs to import what is installed beside a framework, in a process that has nothing yet. */
export const importTime: Table = {
  id: 'import',
  title: 'Import time',
  async measure(_world, { rounds, quick }) {
    const contenders = [...own, ...(quick ? [] : peers)].map(({ packages }) => packages)
    const lanes = [dependencies, ...contenders.filter((packages) => packages.length > 0)]
    const times = lanes.map((): Time[] => [])
    for (let round = 0; round < rounds * 2; round += 1) {
      for (const [i, packages] of lanes.entries()) times[i]!.push(await timeOf(packages))
    }
    const beside = (i: number): Figure =>
      figureOf(times[i]!.map(({ cpu }, round) => cpu / times[0]![round]!.cpu))
    const ours = lanes.findIndex((packages) => packages.includes('koa-resource-server'))
    const rows = lanes.map((packages, i) => [
      packages.join(', '),
      spread(figureOf(times[i]!.map(({ cpu }) => cpu)), 1),
      ratio(beside(i).median),
      figureOf(times[i]!.map(({ wall }) => wall)).median.toFixed(1),
    ])
    const heads = ['', 'CPU ms', '÷ jose and lru-cache', 'ms']
    return { rows: [heads, ...rows], figures: { 'import ÷ dependencies': beside(ours) } }
  },
}

/** In milliseconds. */
interface Time {
  readonly cpu: number
  readonly wall: number
}

async function timeOf(packages: readonly string[]): Promise<Time> {
  const imports = packages.map((name) => `await import(${JSON.stringify(name)})`).join('\n')
  const script = `
    const started = performance.now()
    const before = process.cpuUsage()
    ${imports}
    const { user, system } = process.cpuUsage(before)
    console.log(JSON.stringify({ cpu: (user + system) / 1000, wall: performance.now() - started }))
    process.exit()`
  const args = ['--input-type=module', '--eval', script]
  const { stdout } = await run(process.execPath, args, { cwd: folder })
  return JSON.parse(stdout) as Time
}
