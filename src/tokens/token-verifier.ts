import type { TokenFacts } from '../protocol/claims.ts'
import type { PresentedToken } from '../protocol/jwt.ts'

/** Judges the tokens of one authorization server. */
export interface TokenVerifier {
  /** Whether the token is this verifier's to judge, told from its unverified form. */
  accepts(token: PresentedToken): boolean
  /**
   * Resolves to the facts about a genuine, active token.
   *
   * @param check Throws `InvalidToken` for facts that no proof can save: expired, for another
   *   audience. A verifier that reads the facts before it has proven them calls it then, so that
   *   nothing is fetched for such a token; it is called on the result in any case.
   * @throws {InvalidToken} The token is not genuine or not active.
   * @throws {AuthorizationServerUnavailable} Nobody could tell.
   */
  verify(token: PresentedToken, check: (facts: TokenFacts) => void): Promise<TokenFacts>
}
