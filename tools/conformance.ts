import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { assess, type Assessment, readRequirements } from './requirements.ts'
import { readReport, runAva } from './run-ava.ts'
import { totals, withTotals } from './totals.ts'

/** Says of each requirement what the tests say of it. */
const { values: options } = parseArgs({
  options: {
    /** Print the totals only. */
    summary: { type: 'boolean', default: false },
    /** Read this report of `tools/suite.ts --tap-file=…`, run nothing. */
    from: { type: 'string' },
    /** Fail unless this document quotes the totals as they are. */
    check: { type: 'string' },
    /** Write the totals into this document. */
    write: { type: 'string' },
  },
})

const results = options.from === undefined ? await runAva([]) : await readReport(options.from)
const { assessments, faults } = assess(readRequirements(), results)
const table = totals(assessments)
const problems = [...faults]
const failures = results.filter(({ outcome }) => outcome === 'failed').length
if (failures > 0) problems.push(`Tests failed: ${failures}`)

if (!options.summary) print(assessments)
console.log(`\n${table}`)
if (options.check !== undefined) {
  const document = readFileSync(options.check, 'utf8')
  if (withTotals(document, table) !== document) {
    problems.push(`${options.check} quotes other totals; npm run conformance -- --write README.md`)
  }
}
if (options.write !== undefined && problems.length === 0) {
  writeFileSync(options.write, withTotals(readFileSync(options.write, 'utf8'), table))
}
for (const problem of problems) console.error(problem)
process.exitCode = problems.length === 0 ? 0 : 1

function print(all: readonly Assessment[]): void {
  let heading = ''
  for (const { requirement, verdict } of all) {
    const { id, level, group, text, source, notOurs } = requirement
    if (group !== heading) console.log(`\n${group}`)
    heading = group
    const said = [text, source && ` – ${source}`, notOurs && `. ${notOurs}`].filter(Boolean)
    console.log(`  ${id.padEnd(6)} ${level}  ${verdict.padEnd(11)}  ${said.join('')}`)
  }
}
