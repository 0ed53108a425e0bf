import { OAuthError } from '../protocol/errors.ts'
import { CheckUnavailable, ServiceUnavailable } from '../protocol/service-unavailable.ts'
import { withinDeadline } from '../resilience/deadline.ts'

/** Tells whether something is as it should be; only `true` is a yes. */
export type Predicate<T> = (value: T) => boolean | Promise<boolean>

/** Seconds after which a check of the application's own counts as failed. */
const patience = 5

/**
 * Asks the application's own code, which may fail or never answer.
 *
 * @param guard Who asks.
 * @throws {OAuthError} {ServiceUnavailable} That of the application.
 * @throws {CheckUnavailable} It threw something else, or gave no answer in time.
 */
export async function consult<T>(guard: string, ask: () => T | Promise<T>): Promise<T> {
  const failed = (what: string, cause?: unknown): CheckUnavailable =>
    new CheckUnavailable(`the check that ${guard} was given ${what}`, { cause })
  try {
    const late = (): Error => failed(`has given no answer in ${patience} seconds`)
    return await withinDeadline((async () => ask())(), patience, late)
  } catch (error) {
    if (error instanceof OAuthError || error instanceof ServiceUnavailable) throw error
    throw failed(`failed: ${String(error)}`, error)
  }
}

/** Whether a predicate says `true`; what it throws, and when, is as with `consult`. */
export async function approves<T>(guard: string, test: Predicate<T>, value: T): Promise<boolean> {
  const answer: unknown = await consult(guard, () => test(value))
  return answer === true
}
