import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { casesOf, properties } from './all.ts'

/** Tries the properties on many cases, in a process for each core; fails if one does not hold. */
const { values: options } = parseArgs({
  options: {
    /** Of all properties and processes together. */
    cases: { type: 'string', default: '1000000' },
    /** To try the same cases again. */
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    processes: { type: 'string', default: String(availableParallelism()) },
    /** What each of the processes is told. */
    report: { type: 'boolean', default: false },
  },
})

/** What a process has found of a property. */
interface Finding {
  readonly title: string
  readonly cases: number
  readonly statuses: readonly (readonly [status: number, cases: number])[]
  readonly failure?: string
}

async function* tryAll(cases: number, seed: number): AsyncGenerator<Finding> {
  for (const property of properties) {
    const { title } = property
    const own = casesOf(property, cases)
    try {
      yield { title, cases: own, statuses: [...(await property.check(own, seed))] }
    } catch (error) {
      yield { title, cases: own, statuses: [], failure: (error as Error).message }
    }
  }
}

/** Lets another process try its part. */
async function* tryElsewhere(cases: number, seed: number): AsyncGenerator<Finding> {
  const args = [fileURLToPath(import.meta.url), '--report', `--cases=${cases}`, `--seed=${seed}`]
  const child = spawn(process.execPath, [...process.execArgv, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  for await (const line of createInterface({ input: child.stdout })) {
    yield JSON.parse(line) as Finding
  }
  const [code] = (await ended) as [number | null]
  if (code !== 0) yield { title: 'the process', cases: 0, statuses: [], failure: `exit ${code}` }
}

async function collect(findings: AsyncIterable<Finding>): Promise<Finding[]> {
  const all: Finding[] = []
  for await (const finding of findings) all.push(finding)
  return all
}

function print(all: readonly Finding[]): boolean {
  let failed = 0
  const titles = [...new Set(all.map(({ title }) => title))]
  for (const title of titles) {
    const findings = all.filter((finding) => finding.title === title)
    const cases = findings.reduce((sum, finding) => sum + finding.cases, 0)
    const counts = new Map<number, number>()
    for (const [status, count] of findings.flatMap(({ statuses }) => statuses)) {
      counts.set(status, (counts.get(status) ?? 0) + count)
    }
    const answers = [...counts]
      .toSorted(([one], [other]) => one - other)
      .map(([status, count]) => `${status}: ${count}`)
    say(`${title}\n  ${cases} cases, ${answers.join(', ')}`)
    const failures = findings.flatMap(({ failure }) => failure ?? [])
    for (const failure of failures) say(`  FAILED: ${failure}`)
    if (failures.length > 0) failed += 1
  }
  say(`\n${titles.length - failed} passed, ${failed} failed`)
  return failed === 0
}

/** The properties count whatever stands on the console as a fault. */
function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

const seed = Number(options.seed)
if (options.report) {
  for await (const finding of tryAll(Number(options.cases), seed)) {
    say(JSON.stringify(finding))
  }
} else {
  const processes = Number(options.processes)
  const each = Math.ceil(Number(options.cases) / processes)
  say(`${each * processes} cases, ${processes} processes, seed ${seed}`)
  const started = performance.now()
  const parts = Array.from({ length: processes }, (_, i) => collect(tryElsewhere(each, seed + i)))
  const good = print((await Promise.all(parts)).flat())
  say(`in ${((performance.now() - started) / 1000).toFixed(0)} s`)
  process.exitCode = good ? 0 : 1
}
