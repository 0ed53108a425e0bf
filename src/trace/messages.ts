import type { InvalidDpopProof } from '../confirmation/dpop-errors.ts'
import type { TokenFacts } from '../protocol/claims.ts'
import type { Scheme } from '../protocol/credentials.ts'
import type { InvalidToken } from '../protocol/errors.ts'
import type { Seconds } from '../protocol/time.ts'

/**
 * Where a request is judged: its credentials are read; the token is verified, and its claims are checked;
 * resource owner and client are identified; the sender confirms that the token is its own; guards
 * authorize, or the application's own code does. Each is told when it is decided: the claims of a JWT are
 * checked before its signature is, and of a remembered token nobody is identified anew.
 */
export type Stage = 'read' | 'verify' | 'check' | 'identify' | 'confirm' | 'authorize'

/** Refused is the request's fault (4xx), unavailable that of something the API depends on (503), or of its own code (500). */
export type Outcome = 'passed' | 'refused' | 'unavailable'

/** Whether what is known of a token was remembered: `stale` is from before an outage that goes on. */
export type CacheUse = NonNullable<TokenFacts['cache']>

/** Why a request was not admitted. */
export interface Refusal {
  /** Name of the error's class: `InvalidToken`, `StoreUnavailable`; `Error` where it is none of this package's. */
  readonly error: string
  /** OAuth error code, where the challenge has one: `invalid_token`. (RFC 6750 §3.1) */
  readonly code?: string | undefined
  /** Why a token or a proof is invalid: `expired`. */
  readonly reason?: InvalidToken['reason'] | InvalidDpopProof['reason'] | undefined
  /** What the refusal rests on: `RFC 7519 §4.1.4`. */
  readonly section: string
}

/** What is said of a request wherever it is known. */
interface Subject {
  /** Counts the requests that are told of; the same in all messages about one. Nested resource servers each have their own. */
  readonly request: number
  /** `iss` of a token, once one of the configured verifiers has taken it for its own. */
  readonly issuer?: string | undefined
  /** `client_id`, once the token has been verified; if it has at most 256 characters, all of them printable. */
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
  /** Of `authorize` alone, the guard that has let it pass or refused: `requireScope`; none where the application's own code refuses. */
  readonly guard?: string | undefined
}

/** How a request fared in all, once for each but preflights, on the channel `koa-resource-server:request`. */
export interface RequestMessage extends Subject, Partial<Refusal> {
  readonly outcome: Outcome
  /** Where it was refused; `undefined` if it passed. */
  readonly stage?: Stage | undefined
  /** The guard that refused it; none where it was refused before, or by the application's own code. */
  readonly guard?: string | undefined
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
  /** Whether an answer came that can be read, whatever its status. */
  readonly outcome: 'answered' | 'failed'
  /** HTTP status of the answer. */
  readonly status?: number | undefined
  readonly duration: Seconds
}
