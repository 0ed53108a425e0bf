import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { digest } from './digest.ts'
import { judge, preface, section, targetsSection } from './report.ts'
import type { Figure } from './statistics.ts'
import type { Effort } from './table.ts'
import { tables } from './tables/all.ts'
import { openWorld } from './world.ts'

/** Measures, prints tables, and says whether the targets are met. */
const { values: options } = parseArgs({
  options: {
    /** Fewer rounds, no peers; fails where a figure is far from its target. */
    quick: { type: 'boolean', default: false },
    /** Rounds of each process. */
    rounds: { type: 'string' },
    /** Processes of each server. */
    processes: { type: 'string' },
    /** Tables to measure, by id, with commas between them. */
    only: { type: 'string' },
    /** Keeps the report as `RESULTS.md`. */
    write: { type: 'boolean', default: false },
  },
})
const { quick, only, write } = options
const effort: Effort = {
  quick,
  rounds: Number(options.rounds ?? (quick ? 3 : 5)),
  generations: Number(options.processes ?? (quick ? 2 : 3)),
}
const wanted = only?.split(',') ?? tables.map(({ id }) => id)
const unknown = wanted.filter((id) => !tables.some((table) => table.id === id))
if (unknown.length > 0) {
  console.error(
    `No table ${unknown.join(', ')}; there are ${tables.map(({ id }) => id).join(', ')}`,
  )
  process.exit(1)
}

const report: string[] = []
const figures: Record<string, Figure> = {}
/** A figure is a machine's; a quick run only looks whether something has gone wrong altogether. */
const tolerance = quick ? 1.5 : 1
let broken = 0

say(preface(effort))
const world = await openWorld()
for (const table of tables.filter(({ id }) => wanted.includes(id))) {
  try {
    const findings = await table.measure(world, effort)
    Object.assign(figures, findings.figures)
    say(section(table, findings))
  } catch (error) {
    broken += 1
    console.error(`${table.title}:`, error)
  }
}
world.issuer.stop()

const outcomes = judge(figures, tolerance)
say(targetsSection(outcomes))
if (write) {
  const results = report.join('\n\n')
  writeFileSync(new URL('../RESULTS.md', import.meta.url), `${results}\n`)
  const readme = new URL('../../README.md', import.meta.url)
  const place = /(?<=<!-- speed -->\n).*(?=<!-- \/speed -->)/s
  writeFileSync(readme, readFileSync(readme, 'utf8').replace(place, `\n${digest(results)}\n\n`))
}
const failed = outcomes.filter(({ met }) => !met)
for (const { target } of failed) console.log(`Missed: ${target.name}`)
console.log(`${outcomes.length - failed.length} passed, ${failed.length + broken} failed`)
process.exitCode = broken > 0 || (quick && failed.length > 0) ? 1 : 0

function say(part: string): void {
  report.push(part)
  console.log(`${part}\n`)
}
