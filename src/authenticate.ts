import { confirm, type ConfirmationPolicy, readBindings } from './confirmation/confirm.ts'
import { type AnswerFields, noFields } from './confirmation/confirmation-method.ts'
import { type Authentication, type Identity, withToken } from './protocol/authentication.ts'
import {
  checkClaims,
  checkValidity,
  type Expectations,
  show,
  type TokenFacts,
} from './protocol/claims.ts'
import {
  checkToken68,
  type Credentials,
  readCredentials,
  type Scheme,
} from './protocol/credentials.ts'
import { InvalidToken, MissingCredentials, OAuthError } from './protocol/errors.ts'
import { identify, isStill } from './protocol/identity.ts'
import { type Jwt, type PresentedToken, readToken } from './protocol/jwt.ts'
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

/** The stages of a request's way; each returns what it has found, or throws why the way ends there. */
export interface Stages {
  readonly read: typeof read
  readonly recall: typeof recall
  readonly choose: typeof choose
  readonly verify: typeof verifyBy
  readonly check: typeof checkClaims
  readonly checkAgain: typeof checkValidity
  readonly identify: typeof identify
  readonly confirm: typeof confirm
}

export const stages: Stages = {
  read,
  recall,
  choose,
  verify: verifyBy,
  check: checkClaims,
  checkAgain: checkValidity,
  identify,
  confirm,
}

/**
 * Takes a request from its credentials to who granted the access and which client acts.
 *
 * @param by The stages, in place of which others may stand that watch them.
 * @throws {OAuthError} The request is refused.
 * @throws {ServiceUnavailable} Nobody could tell whether it is good.
 */
export async function authenticate(
  request: ResourceRequest,
  policy: Policy,
  by: Stages = stages,
): Promise<Admitted> {
  const credentials = by.read(request, policy)
  if (credentials === undefined) return { authentication: undefined, fields: noFields }

  const { token } = credentials
  try {
    const verified =
      recalled(token, policy, by) ??
      remember(token, by.identify(await verify(token, policy, by)), policy)
    const confirmed = by.confirm(request, credentials, verified, policy)
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
    const facts = await verify(before.token, { ...policy, verifiers }, stages, since)
    readBindings(facts, policy)
    const after = identify(facts)
    if (isStill(before, after)) return withToken(after, before.token)
  } catch (error) {
    throw withoutToken(error, before.token)
  }
  throw new InvalidToken('changed')
}

/** @throws {OAuthError} There are none that may be looked at, and the policy lets nobody pass without. */
function read(request: ResourceRequest, policy: Policy): Credentials | undefined {
  const credentials = readCredentials(request, policy.schemes, policy.maxTokenSize)
  if (credentials === undefined && !policy.anonymous) {
    throw new MissingCredentials({ cause: describeSchemes(request, policy) })
  }
  return credentials
}

/** What is remembered of a token is judged anew: a remembered one expires like any other. */
function recalled(token: string, policy: Policy, by: Stages): Identity | undefined {
  const verified = by.recall(token, policy)
  if (verified !== undefined) by.checkAgain(verified, policy, now())
  return verified
}

function recall(token: string, { verified }: Policy): Identity | undefined {
  return verified.recall(token)
}

function remember(token: string, verified: Identity, policy: Policy): Identity {
  policy.verified.remember(token, verified)
  return verified
}

async function verify(
  value: string,
  policy: Policy,
  by: Stages,
  since?: Seconds,
): Promise<TokenFacts> {
  const token = readToken(value)
  const verifier = by.choose(token, policy)
  let checked: TokenFacts['claims'] | undefined
  const check = (facts: TokenFacts): void => {
    by.check(facts, policy, now())
    checked = facts.claims
  }
  const facts = await by.verify(verifier, token, check, since)
  // What is well formed stays so; time goes on.
  if (facts.claims === checked) by.checkAgain(facts, policy, now())
  else check(facts)
  return facts
}

/**
 * Finds the verifier whose token it is.
 *
 * @throws {InvalidRequest} It has characters that no token may have.
 * @throws {InvalidToken} It is no verifier's to judge.
 */
function choose(token: PresentedToken, policy: Policy): TokenVerifier {
  // A JWT has nothing else in it.
  if (token.jwt === undefined) checkToken68(token.value)
  const verifier = policy.verifiers.find((candidate) => candidate.accepts(token))
  if (verifier !== undefined) return verifier
  throw token.jwt === undefined
    ? new InvalidToken('malformed', `${describeForm(token.value)}, and there is no introspection()`)
    : new InvalidToken('unknown-issuer', describeIssuer(token.jwt, policy))
}

function verifyBy(
  verifier: TokenVerifier,
  token: PresentedToken,
  check: (facts: TokenFacts) => void,
  since?: Seconds,
): Promise<TokenFacts> {
  return verifier.verify(token, check, since)
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
