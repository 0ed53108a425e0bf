import { CheckUnavailable } from './service-unavailable.ts'

/**
 * Asks a function of the application's own, which has to answer at once.
 *
 * @throws {CheckUnavailable} It threw, or promised an answer, so nobody can tell.
 */
export function ask<T>(check: () => T): T {
  try {
    const answer = check()
    if (!(answer instanceof Promise)) return answer
    answer.catch(() => undefined)
    throw new TypeError('it has promised an answer')
  } catch (cause) {
    throw new CheckUnavailable(`a function among the options has failed: ${String(cause)}`, {
      cause,
    })
  }
}
