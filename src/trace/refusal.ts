import type { InvalidDpopProof } from '../confirmation/dpop-errors.ts'
import type { OAuthError } from '../protocol/errors.ts'
import type { ServiceUnavailable } from '../protocol/service-unavailable.ts'
import type { Outcome, Refusal } from './messages.ts'

/** What a trace tells of an error, but for what it rests on. */
interface ReadRefusal extends Omit<Refusal, 'section'> {
  readonly outcome: Exclude<Outcome, 'passed'>
  readonly status: number
}

/** What is a name, and no text that somebody has sent. */
const name = /^[\w-]{1,40}$/

/** @param error None where something else was thrown, of which nothing is told. */
export function readRefusal(error: OAuthError | ServiceUnavailable | undefined): ReadRefusal {
  if (error === undefined) return { outcome: 'unavailable', error: 'Error', status: 500 }
  const named = { error: name.test(error.name) ? error.name : 'Error', status: error.status }
  if (!('code' in error)) return { outcome: 'unavailable', ...named }
  const { code, reason } = error as OAuthError & Partial<Pick<InvalidDpopProof, 'reason'>>
  return { outcome: 'refused', ...named, code, reason: name.test(`${reason}`) ? reason : undefined }
}
