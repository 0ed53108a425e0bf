import type { Assessment, Level, Verdict } from './requirements.ts'

const levels: { readonly [level in Level]: string } = {
  M: 'must',
  S: 'should',
  O: 'optional',
  L: 'our own hardening',
}
const verdicts: readonly Verdict[] = ['passed', 'failed', 'no test yet', 'not ours']

/** Counts the verdicts of each level, as a table in Markdown. */
export function totals(assessments: readonly Assessment[]): string {
  const row = (name: string, counted: readonly Assessment[]): string[] => [
    name,
    ...verdicts.map((verdict) => String(counted.filter((one) => one.verdict === verdict).length)),
    String(counted.length),
  ]
  return table([
    ['', ...verdicts, 'all'],
    ...Object.entries(levels).map(([level, name]) =>
      row(
        name,
        assessments.filter(({ requirement }) => requirement.level === level),
      ),
    ),
    row('all', assessments),
  ])
}

/** Aligned as Prettier would have it. */
function table(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows
  const widths = head.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0), 3),
  )
  const rule = widths.map((width, column) =>
    column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  )
  const line = (row: readonly string[]): string => `| ${row.map(padded).join(' | ')} |`
  const padded = (cell: string, column: number): string =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)
  return [line(head), line(rule), ...body.map(line)].join('\n')
}

const block = /(<!-- conformance -->\n)[^]*?(<!-- \/conformance -->)/

/** Puts the totals between `<!-- conformance -->` and `<!-- /conformance -->`. */
export function withTotals(document: string, quoted: string): string {
  if (!block.test(document)) {
    throw new Error('There is no <!-- conformance --> … <!-- /conformance --> block to hold totals')
  }
  return document.replace(block, (_, start: string, end: string) => `${start}\n${quoted}\n\n${end}`)
}
