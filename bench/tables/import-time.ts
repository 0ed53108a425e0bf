import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { own, peers } from '../servers/catalogue.ts'
import { figureOf } from '../statistics.ts'
import { spread } from '../cells.ts'
import type { Table } from '../table.ts'
import { ratio } from '../units.ts'

const run = promisify(execFile)
const folder = fileURLToPath(new URL('.', import.meta.url))
/** What this package itself imports. */
const dependencies = ['jose', 'lru-cache']

/** How long it takes to import what is installed beside a framework, in a process that has nothing yet. */
export const importTime: Table = {
  id: 'import',
  title: 'Import time',
  async measure(_world, { rounds, quick }) {
    const contenders = [...own, ...(quick ? [] : peers)].map(({ packages }) => packages)
    const lanes = [dependencies, ...contenders.filter((packages) => packages.length > 0)]
    const times = lanes.map((): number[] => [])
    for (let round = 0; round < rounds * 2; round += 1) {
      for (const [i, packages] of lanes.entries()) times[i]!.push(await timeOf(packages))
    }
    const byLane = (of: readonly string[]): readonly number[] => times[lanes.indexOf(of)]!
    const ours = lanes.find((packages) => packages.includes('koa-resource-server'))!
    const beside = (of: readonly string[]): number[] =>
      byLane(of).map((time, round) => time / byLane(dependencies)[round]!)
    const rows = lanes.map((lane) => [
      lane.join(', '),
      spread(figureOf(byLane(lane)), 1),
      ratio(figureOf(beside(lane)).median),
    ])
    return {
      rows: [['', 'ms', '÷ jose and lru-cache'], ...rows],
      figures: { 'import ÷ dependencies': figureOf(beside(ours)) },
    }
  },
}

/** @returns Milliseconds. */
async function timeOf(packages: readonly string[]): Promise<number> {
  const imports = packages.map((name) => `await import(${JSON.stringify(name)})`).join(';')
  const script = `const t=performance.now();${imports};console.log(performance.now()-t);process.exit()`
  const args = ['--input-type=module', '--eval', script]
  const { stdout } = await run(process.execPath, args, { cwd: folder })
  return Number(stdout)
}
