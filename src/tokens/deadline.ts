import { AuthorizationServerUnavailable } from '../protocol/errors.ts'
import type { Seconds } from '../protocol/time.ts'

/**
 * Waits for what is under way, no longer than the deadline; what is under way goes on for others.
 *
 * @param since When the caller began to wait, be it for something else first, as `performance.now()`
 *   tells it. Default: now.
 * @throws {AuthorizationServerUnavailable} The deadline came first.
 */
export async function withinDeadline<T>(
  underWay: Promise<T>,
  deadline: Seconds,
  what: string,
  since: number = performance.now(),
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const giveUp = (): void => {
      reject(new AuthorizationServerUnavailable(`${what} did not come within ${deadline} s`))
    }
    timer = setTimeout(giveUp, since + deadline * 1000 - performance.now())
  })
  try {
    return await Promise.race([underWay, late])
  } finally {
    clearTimeout(timer)
  }
}
