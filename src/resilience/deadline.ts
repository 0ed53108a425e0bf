import type { Seconds } from '../protocol/time.ts'

/**
 * Waits for what is under way, no longer than the deadline; what is under way goes on for others.
 *
 * @param late Makes the error with which it rejects when the deadline comes first.
 * @param since When the caller began to wait, be it for something else first, as `performance.now()`
 *   tells it. Default: now.
 */
export async function withinDeadline<T>(
  underWay: Promise<T>,
  deadline: Seconds,
  late: () => Error,
  since: number = performance.now(),
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), since + deadline * 1000 - performance.now())
  })
  try {
    return await Promise.race([underWay, expired])
  } finally {
    clearTimeout(timer)
  }
}
