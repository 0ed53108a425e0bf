import { confirm, type ConfirmationPolicy } from './confirmation/confirm.ts'
import { checkClaims, type Expectations, type TokenFacts } from './protocol/claims.ts'
import { readCredentials, type Scheme } from './protocol/credentials.ts'
import { InvalidToken, MissingCredentials } from './protocol/errors.ts'
import { type Authentication, identify } from './protocol/identity.ts'
import { readToken } from './protocol/jwt.ts'
import type { ResourceRequest } from './protocol/resource-request.ts'
import { now } from './protocol/time.ts'
import type { TokenVerifier } from './tokens/token-verifier.ts'

/** What one resource server asks of its requests; made and checked once. */
export interface Policy extends Expectations, ConfirmationPolicy {
  readonly verifiers: readonly TokenVerifier[]
  readonly anonymous: boolean
  readonly schemes: readonly Scheme[]
  readonly maxTokenSize: number
}

/**
 * Takes a request from its credentials to who granted the access and which client acts.
 *
 * @returns `undefined` for a request without credentials, where the policy lets it pass.
 * @throws {OAuthError} The request is refused.
 * @throws {AuthorizationServerUnavailable} Nobody could tell whether the token is good.
 */
export async function authenticate(
  request: ResourceRequest,
  policy: Policy,
): Promise<Authentication | undefined> {
  const credentials = readCredentials(request, policy.schemes, policy.maxTokenSize)
  if (credentials === undefined) {
    if (policy.anonymous) return undefined
    throw new MissingCredentials()
  }

  const token = readToken(credentials.token)
  const verifier = policy.verifiers.find((candidate) => candidate.accepts(token))
  if (verifier === undefined) {
    throw token.jwt === undefined
      ? new InvalidToken(
          'malformed',
          'not a JWT, and there is no introspection() for opaque tokens',
        )
      : new InvalidToken('unknown-issuer', 'no verifier accepts the "iss" of this JWT')
  }

  const check = (facts: TokenFacts): void => checkClaims(facts, policy, now())
  const facts = await verifier.verify(token, check)
  check(facts)
  await confirm(request, credentials, facts, policy)
  return identify(facts, token.value)
}
