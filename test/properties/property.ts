import * as fc from 'fast-check'

/** What holds of many generated cases. */
export interface Property {
  readonly title: string
  /** Its share of all cases. */
  readonly share: number
  /** Statuses that some of the cases are answered with, or the cases are too tame. */
  readonly statuses: readonly number[]
  /** @throws {Error} It does not hold; tells the seed and the smallest case found. */
  check(runs: number, seed: number): Promise<ReadonlyMap<number, number>>
}

/**
 * @param holds Resolves to the status that a case was answered with; throws where the property fails.
 */
export function property<Case>(
  title: string,
  share: number,
  statuses: readonly number[],
  cases: fc.Arbitrary<Case>,
  holds: (one: Case) => Promise<number>,
): Property {
  return {
    title,
    share,
    statuses,
    async check(runs, seed) {
      const counts = new Map<number, number>()
      const counted = fc.asyncProperty(cases, async (one) => {
        const status = await holds(one)
        counts.set(status, (counts.get(status) ?? 0) + 1)
      })
      await fc.assert(counted, { numRuns: runs, seed, includeErrorInReport: true })
      const missing = statuses.filter((status) => !counts.has(status))
      const tame = runs >= 500 && missing.length > 0
      if (tame) throw new Error(`too tame, never answered: ${missing.join(', ')}`)
      return counts
    },
  }
}

/** @throws {Error} */
export function expectStatus(actual: number, expected: readonly number[], what: string): void {
  if (!expected.includes(actual)) {
    throw new Error(`answered ${actual}, expected ${expected.join(' or ')}: ${what}`)
  }
}
