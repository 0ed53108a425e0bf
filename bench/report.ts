import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { apart } from './cores.ts'
import { grid } from './grid.ts'
import type { Figure } from './statistics.ts'
import type { Effort, Findings, Table } from './table.ts'
import { describe, isMet, type Target, targets } from './targets.ts'
import { show } from './units.ts'

/** A table of Markdown with its heading. */
export function section({ title }: Table, { rows, notes = [] }: Findings): string {
  return [`## ${title}`, grid(rows), ...notes].join('\n\n')
}

/** What a target's figure came to. */
export interface Outcome {
  readonly target: Target
  readonly figure: Figure
  readonly met: boolean
}

/** @param tolerance Within which multiple of a target a figure passes. */
export function judge(figures: Readonly<Record<string, Figure>>, tolerance: number): Outcome[] {
  return targets.flatMap((target) => {
    const figure = figures[target.figure]
    return figure ? { target, figure, met: isMet(target, figure.median, tolerance) } : []
  })
}

export function targetsSection(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ target, figure: { median, low, high } }) => {
    const [least, most] = [show(low, target.unit), show(high, target.unit)]
    return [
      target.name,
      describe(target),
      show(median, target.unit),
      least === most ? '' : `${least} – ${most}`,
      isMet(target, median) ? 'met' : 'missed',
    ]
  })
  return `## Targets\n\n${grid([['', 'target', 'median', 'middle half', ''], ...rows])}`
}

/** What was measured, with what, and how often. */
export function preface({ rounds, generations }: Effort): string {
  const processors = cpus()
  const where = apart
    ? 'Each server had a core to itself, the load another.'
    : 'All shared the cores.'
  return [
    '# Benchmark results',
    'Written by `npm run bench -- --write`; see [README.md](README.md) for what is measured, and how.',
    `Node.js ${process.versions.node}, ${process.platform} ${process.arch}, ${processors.length} × ` +
      `${processors[0]!.model.trim()}. Medians of ${rounds * generations} interleaved rounds, ` +
      `${rounds} in each of ${generations} processes; in parentheses what the middle half lies between. ${where}`,
    `Versions: ${versions().join(', ')}.`,
  ].join('\n\n')
}

function versions(): string[] {
  const own = new URL('../package.json', import.meta.url)
  const { dependencies, devDependencies } = JSON.parse(readFileSync(own, 'utf8')) as Record<
    'dependencies' | 'devDependencies',
    Record<string, string>
  >
  const names = ['koa-resource-server', ...Object.keys({ ...dependencies, ...devDependencies })]
  return names.flatMap((name) => {
    try {
      const path = new URL(`../node_modules/${name}/package.json`, import.meta.url)
      return `${name} ${(JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version}`
    } catch {
      return []
    }
  })
}
