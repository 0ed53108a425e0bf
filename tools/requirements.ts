import { readFileSync } from 'node:fs'
import type { TestResult } from './tap.ts'

/** What a standard, or our own hardening, demands of a resource server. */
export interface Requirement {
  readonly id: string
  readonly level: Level
  readonly group: string
  readonly text: string
  readonly source?: string
  /** Why no test will ever name it. */
  readonly notOurs?: string
}

/** Must, should, optional but correct if offered, or our own hardening. */
export type Level = 'M' | 'S' | 'O' | 'L'

export type Verdict = 'passed' | 'failed' | 'no test yet' | 'not ours'

export interface Assessment {
  readonly requirement: Requirement
  readonly verdict: Verdict
}

export function readRequirements(): Requirement[] {
  const url = new URL('../test/conformance.json', import.meta.url)
  return JSON.parse(readFileSync(url, 'utf8')) as Requirement[]
}

/**
 * Judges each requirement by the tests whose titles begin with its number, as in
 * `RS-16 §3.1: without credentials …` or `RS-4, RS-5: …`.
 *
 * @returns Besides, what is wrong with the titles.
 */
export function assess(
  requirements: readonly Requirement[],
  results: readonly TestResult[],
): { readonly assessments: readonly Assessment[]; readonly faults: readonly string[] } {
  const outcomes = new Map<string, TestResult['outcome'][]>(requirements.map(({ id }) => [id, []]))
  const faults: string[] = []
  for (const { title, outcome } of results) {
    for (const id of namedIn(title)) {
      if (!outcomes.has(id)) faults.push(`There is no ${id}: ${title}`)
      outcomes.get(id)?.push(outcome)
    }
  }
  const assessments = requirements.map((requirement) => {
    const found = outcomes.get(requirement.id) ?? []
    if (requirement.notOurs !== undefined && found.length > 0) {
      faults.push(`${requirement.id} is said not to be ours, but a test names it`)
    }
    return { requirement, verdict: verdictOf(requirement, found) }
  })
  return { assessments, faults }
}

function namedIn(title: string): readonly string[] {
  const [, head = ''] = /(?:^| › )(RS-[^:]*)/.exec(title) ?? []
  return head.match(/RS-\d+/g) ?? []
}

function verdictOf({ notOurs }: Requirement, outcomes: readonly TestResult['outcome'][]): Verdict {
  if (outcomes.includes('failed')) return 'failed'
  if (outcomes.includes('passed')) return 'passed'
  return notOurs === undefined ? 'no test yet' : 'not ours'
}
