import type { Run } from '../history.ts'

/**
 * Waits until the server has told of the last answer that a client in the page has had: that of its second
 * request, as the first is for the metadata. No longer than a second, since what it tells may be lost.
 */
export async function told(run: () => Run | undefined): Promise<void> {
  const end = Date.now() + 1000
  while (answersIn(run()) < 2 && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

function answersIn(run: Run | undefined): number {
  return (
    run?.entries.filter(
      ({ type, ...entry }) => type === 'response' && 'to' in entry && entry.to === 'client',
    ).length ?? 0
  )
}
