import { AuthorizationServerUnavailable } from '../protocol/errors.ts'
import type { Seconds } from '../protocol/time.ts'

/**
 * Waits for what is under way, no longer than the deadline; what is under way goes on for others.
 *
 * @throws {AuthorizationServerUnavailable} The deadline came first.
 */
export async function withinDeadline<T>(
  underWay: Promise<T>,
  deadline: Seconds,
  what: string,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new AuthorizationServerUnavailable(`${what} did not come within ${deadline} s`))
    }, deadline * 1000)
  })
  try {
    return await Promise.race([underWay, late])
  } finally {
    clearTimeout(timer)
  }
}
