import type { TokenFacts } from '../protocol/claims.ts'
import type { PresentedToken } from '../protocol/jwt.ts'
import type { Profile } from '../protocol/profiles.ts'
import type { Seconds } from '../protocol/time.ts'
import type { Eviction } from '../protocol/eviction.ts'

/** Judges the tokens of one authorization server. */
export interface TokenVerifier {
  /**
   * Resolves when all that can be fetched before a token comes is there; for readiness probes.
   *
   * @throws {AuthorizationServerUnavailable} It can't be had.
   */
  ready?(): Promise<void>
  /** Whose tokens these are, where they are one issuer's; for messages. */
  readonly issuer?: string | undefined
  /** What it takes that the standard's profile of such tokens refuses, a sentence each; for a report at the start. (RFC 9068 §4) */
  readonly relaxations?: readonly string[]
  /** Whether it asks the authorization server about each token, so that a revocation is known at once. */
  readonly asks?: boolean
  /**
   * Forgets what is remembered of some tokens, in every instance that shares its store; questions that
   * are under way elsewhere are still answered.
   *
   * @throws {StoreUnavailable} It could not be made sure.
   */
  evict?(eviction: Eviction): Promise<void>
  /**
   * The same verifier as a profile has it; one without this keeps to none.
   *
   * @throws {TypeError} Its options contradict the profile.
   */
  under?(profile: Profile): TokenVerifier
  /** Whether the token is this verifier's to judge, told from its unverified form. */
  accepts(token: PresentedToken): boolean
  /**
   * Resolves to the facts about a genuine, active token.
   *
   * @param check Throws `InvalidToken` for facts that no proof can save: expired, for another
   *   audience. A verifier that reads the facts before it has proven them calls it then, so that
   *   nothing is fetched for such a token; it is called on the result in any case.
   * @param since The authorization server must have been asked no earlier; only to verifiers that ask it.
   * @throws {InvalidToken} The token is not genuine or not active.
   * @throws {AuthorizationServerUnavailable} Nobody could tell.
   */
  verify(
    token: PresentedToken,
    check: (facts: TokenFacts) => void,
    since?: Seconds,
  ): Promise<TokenFacts>
}
