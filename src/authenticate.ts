import { confirm, type ConfirmationPolicy, readBindings } from './confirmation/confirm.ts'
import { type AnswerFields, noFields } from './confirmation/confirmation-method.ts'
import {
  checkClaims,
  checkValidity,
  type Expectations,
  show,
  type TokenFacts,
} from './protocol/claims.ts'
import { checkToken68, readCredentials, type Scheme } from './protocol/credentials.ts'
import { InvalidToken, MissingCredentials, OAuthError } from './protocol/errors.ts'
import {
  type Authentication,
  identify,
  type Identity,
  isStill,
  withToken,
} from './protocol/identity.ts'
import { type Jwt, readToken } from './protocol/jwt.ts'
import type { ResourceRequest } from './protocol/resource-request.ts'
import { now, type Seconds } from './protocol/time.ts'
import type { TokenVerifier } from './tokens/token-verifier.ts'
import type { VerifiedTokens } from './tokens/verified-tokens.ts'

/** What one resource server asks of its requests; made and checked once. */
export interface Policy extends Expectations, ConfirmationPolicy {
  readonly verifiers: readonly TokenVerifier[]
  readonly verified: VerifiedTokens
  readonly anonymous: boolean
  /** Schemes under which credentials are read. */
  readonly schemes: readonly Scheme[]
  readonly maxTokenSize: number
}

/** A request that may go on. */
export interface Admitted {
  /** `undefined` for a request without credentials, where the policy lets it pass. */
  readonly authentication: Authentication | undefined
  /** Header fields for its answer. */
  readonly fields: AnswerFields
}

/**
 * Takes a request from its credentials to who granted the access and which client acts.
 *
 * @throws {OAuthError} The request is refused.
 * @throws {ServiceUnavailable} Nobody could tell whether it is good.
 */
export async function authenticate(request: ResourceRequest, policy: Policy): Promise<Admitted> {
  const credentials = readCredentials(request, policy.schemes, policy.maxTokenSize)
  if (credentials === undefined) {
    if (policy.anonymous) return { authentication: undefined, fields: noFields }
    throw new MissingCredentials({ cause: describeSchemes(request, policy) })
  }

  const { token } = credentials
  try {
    const verified = recall(token, policy) ?? remember(token, await verify(token, policy), policy)
    const confirmed = confirm(request, credentials, verified, policy)
    const fields = confirmed instanceof Promise ? await confirmed : confirmed
    return { authentication: withToken(verified, token), fields }
  } catch (error) {
    throw withoutToken(error, token)
  }
}

/**
 * Asks the authorization server about an admitted token again, if its word is from before `since`.
 *
 * @throws {InvalidToken} The token is no longer active, or no longer what it was.
 * @throws {AuthorizationServerUnavailable} Nobody could tell.
 * @throws {Error} No verifier asks the token's own authorization server.
 */
export async function authenticateAgain(
  before: Authentication,
  policy: Policy,
  since: Seconds,
): Promise<Authentication> {
  const verifiers = policy.verifiers.filter(
    ({ asks, issuer = before.issuer }) => asks && issuer === before.issuer,
  )
  if (verifiers.length === 0 && policy.verifiers.some(({ asks }) => asks)) {
    throw new InvalidToken('unknown-issuer', `there is no introspection() for ${before.issuer}`)
  }
  if (verifiers.length === 0) {
    throw new Error(
      `requireFreshIntrospection() needs an introspection() for ${before.issuer} in the tokens of resourceServer()`,
    )
  }
  try {
    const facts = await verify(before.token, { ...policy, verifiers }, since)
    readBindings(facts, policy)
    const after = identify(facts)
    if (isStill(before, after)) return withToken(after, before.token)
  } catch (error) {
    throw withoutToken(error, before.token)
  }
  throw new InvalidToken('changed')
}

/** What is remembered of a token is judged anew: a remembered one expires like any other. */
function recall(token: string, policy: Policy): Identity | undefined {
  const verified = policy.verified.recall(token)
  if (verified !== undefined) checkValidity(verified, policy, now())
  return verified
}

function remember(token: string, facts: TokenFacts, policy: Policy): Identity {
  const verified = identify(facts)
  policy.verified.remember(token, verified)
  return verified
}

async function verify(value: string, policy: Policy, since?: Seconds): Promise<TokenFacts> {
  const token = readToken(value)
  // A JWT has nothing else in it.
  if (token.jwt === undefined) checkToken68(value)
  const verifier = policy.verifiers.find((candidate) => candidate.accepts(token))
  if (verifier === undefined) {
    throw token.jwt === undefined
      ? new InvalidToken('malformed', `${describeForm(value)}, and there is no introspection()`)
      : new InvalidToken('unknown-issuer', describeIssuer(token.jwt, policy))
  }
  let checked: TokenFacts['claims'] | undefined
  const check = (facts: TokenFacts): void => {
    checkClaims(facts, policy, now())
    checked = facts.claims
  }
  const facts = await verifier.verify(token, check, since)
  // What is well formed stays so; time goes on.
  if (facts.claims === checked) checkValidity(facts, policy, now())
  else check(facts)
  return facts
}

/** An error whose cause repeats the token, as an authorization server or a proof may, goes without it. */
function withoutToken(error: unknown, token: string): unknown {
  // Shorter ones are no secrets, and their letters stand anywhere.
  const secret = token.length < 16 ? undefined : token.slice(0, 16)
  const told = secret && error instanceof OAuthError && String(error.cause).includes(secret)
  if (told) Reflect.deleteProperty(error, 'cause')
  return error
}

/** Why credentials that are there are not looked at. */
function describeSchemes(request: ResourceRequest, { schemes }: Policy): string | undefined {
  const [field = ''] = request.fields('authorization')
  // A longer name may be a token that has come without one.
  const name = /^[\w-]{1,20}(?= )/.exec(field)?.[0]
  return name && `the scheme is ${name}, accepted are ${schemes.join(', ')} (see confirmation)`
}

/** An encrypted token has five parts. (RFC 7516 §7.1) */
function describeForm(value: string): string {
  return value.split('.', 6).length === 5
    ? 'it is encrypted, have the authorization server sign its tokens only'
    : 'not a signed JWT'
}

function describeIssuer({ claims }: Jwt, { verifiers }: Policy): string {
  const trusted = verifiers.flatMap(({ issuer }) => issuer ?? [])
  return `"iss" is ${show(claims['iss'])}, trusted are ${show(trusted)}`
}
