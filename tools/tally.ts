import type { TestResult } from './tap.ts'

/**
 * Counts results.
 *
 * @param nothingSkipped Whether a skipped test counts as failed.
 */
export function tally(
  results: readonly TestResult[],
  nothingSkipped: boolean,
): { readonly line: string; readonly good: boolean } {
  const count = (outcome: TestResult['outcome']): number =>
    results.filter((result) => result.outcome === outcome).length
  const skipped = nothingSkipped ? 0 : count('skipped')
  const failed = count('failed') + count('skipped') - skipped
  return {
    line: `${count('passed')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
    good: failed === 0,
  }
}
