import type { Scheme } from '../protocol/credentials.ts'
import type { InvalidTokenReason } from '../protocol/errors.ts'
import type { Seconds } from '../protocol/time.ts'

/**
 * Where a request is judged, in this order: its credentials are read; the token is verified, its claims
 * are checked; the sender confirms that the token is its own; resource owner and client are identified;
 * guards authorize, or the application's own code does; a refused request is answered.
 */
export type Stage = 'read' | 'verify' | 'check' | 'confirm' | 'identify' | 'authorize' | 'answer'

/** Refused is the request's fault (4xx), unavailable that of something the API depends on (503). */
export type Outcome = 'passed' | 'refused' | 'unavailable'

/** Where an answer about a token came from: memory, the verifier's own work, or memory in an outage. */
export type CacheUse = 'hit' | 'miss' | 'stale'

/** Why a request was not admitted; nothing of it stands in what the client has sent. */
export interface Refusal {
  /** Name of the error's class: `InvalidToken`, `StoreUnavailable`. */
  readonly error: string
  /** OAuth error code, where the challenge has one: `invalid_token`. (RFC 6750 §3.1) */
  readonly code?: string | undefined
  /** Why a token is invalid: `expired`. */
  readonly reason?: InvalidTokenReason | undefined
}

/** What is said of a request wherever it is known. */
interface Subject {
  /** Counts the requests of this process; the same in all messages about one. */
  readonly request: number
  /** `iss` of a token, once one of the configured verifiers has taken it for its own. */
  readonly issuer?: string | undefined
  /** `client_id`, once the token has been verified. */
  readonly client?: string | undefined
}

/** One decision about one request, on the channel `koa-resource-server:stage`. */
export interface StageMessage extends Subject, Partial<Refusal> {
  readonly stage: Stage
  readonly outcome: Outcome
  /** What the decision rests on: `RFC 9068 §4`. */
  readonly section: string
  /** How long it took; that of `verify` has that of `check` in it. */
  readonly duration: Seconds
  /** Of `verify` alone. */
  readonly cache?: CacheUse | undefined
  /** Of `authorize` alone: `requireScope`; none where the application's own code refuses. */
  readonly guard?: string | undefined
}

/** How a request fared in all, on the channel `koa-resource-server:request`. */
export interface RequestMessage extends Subject, Partial<Refusal> {
  readonly outcome: Outcome
  /** Where it was refused; `undefined` if it passed. */
  readonly stage?: Stage | undefined
  /** HTTP status of a refusal; `undefined` if it passed, since the application has its own say. */
  readonly status?: number | undefined
  /** Scheme of the credentials; `undefined` where there are none. */
  readonly scheme?: Scheme | undefined
  /** What judging it took, without what the application has done with it. */
  readonly duration: Seconds
  readonly cache?: CacheUse | undefined
}

/** One call to an authorization server, on the channel `koa-resource-server:exchange`. */
export interface ExchangeMessage {
  /** Without query. */
  readonly url: string
  readonly method: 'GET' | 'POST'
  /** Whether a whole answer came, whatever its status. */
  readonly outcome: 'answered' | 'failed'
  /** HTTP status, if one came. */
  readonly status?: number | undefined
  readonly duration: Seconds
}
