import type { Claims, Dialect } from './dialect.ts'
import { InvalidToken } from './errors.ts'
import type { Seconds } from './time.ts'

/** What is known of a genuine, active token: facts to remember, not a verdict. */
export interface TokenFacts {
  readonly claims: Claims
  /** How these claims are read. */
  readonly dialect: Dialect
  /** `iss`, or the issuer that the verifier knows to have issued the token. */
  readonly issuer: string
  /** The scheme that the token is for, where its issuer says so. (RFC 6749 §7.1, RFC 7662 §2.2) */
  readonly tokenType?: string | undefined
  /** Whether what has proven them still counts: its key, say; facts without it are not to be remembered. */
  readonly stands?: () => boolean
}

/** What this resource server expects of every token. */
export interface Expectations {
  /** Identifiers by which tokens may name this resource server. (RFC 9068 §4) */
  readonly audience: readonly string[]
  /** How far clocks may be apart. */
  readonly clockTolerance: Seconds
}

const text = (value: unknown): boolean => typeof value === 'string'
const name = (value: unknown): boolean => typeof value === 'string' && value !== ''
const date = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value)
const object = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const details = (value: unknown): boolean =>
  Array.isArray(value) && value.every((each) => object(each) && name((each as Claims)['type']))
const texts = (value: unknown): boolean => Array.isArray(value) && value.every(text)

/** The form of each registered claim; a claim that stands in a token must have it. */
const forms: ReadonlyMap<string, (value: unknown) => boolean> = new Map(
  Object.entries({
    iss: name, // RFC 7519 §4.1.1
    sub: name, // RFC 7519 §4.1.2
    aud: (value) => name(value) || texts(value), // RFC 7519 §4.1.3
    exp: date, // RFC 7519 §4.1.4
    nbf: date, // RFC 7519 §4.1.5
    iat: date, // RFC 7519 §4.1.6
    jti: name, // RFC 7519 §4.1.7
    client_id: name, // RFC 8693 §4.3
    scope: text, // RFC 8693 §4.2
    act: object, // RFC 8693 §4.1
    cnf: object, // RFC 7800 §3.1
    username: text, // RFC 7662 §2.2
    token_type: text, // RFC 7662 §2.2
    auth_time: date, // RFC 9068 §2.2.1
    acr: text, // RFC 9068 §2.2.1
    amr: texts, // RFC 9068 §2.2.1
    authorization_details: details, // RFC 9396 §9.1
  }),
)

/** Whether a claim has a meaning here, so that it must not be left out. */
export function isRegistered(name: string): boolean {
  return name === 'active' || forms.has(name)
}

/**
 * Names a claim that is missing though required, or has the wrong form; `undefined` if none.
 *
 * @param scope Claims that may hold the scope, as a string or an array of strings.
 */
export function findMalformedClaim(
  claims: Claims,
  required: readonly string[] = [],
  scope: readonly string[] = [],
): string | undefined {
  for (const name of required) if (claims[name] === undefined) return name
  for (const name in claims) if (!hasForm(name, claims[name])) return name
  return scope.find(
    (name) => claims[name] !== undefined && !text(claims[name]) && !texts(claims[name]),
  )
}

function hasForm(name: string, value: unknown): boolean {
  return value === undefined || (forms.get(name)?.(value) ?? true)
}

/** Checks all of a token's claims. @throws {InvalidToken} It is not good here and now. */
export function checkClaims(facts: TokenFacts, expectations: Expectations, now: Seconds): void {
  checkForm(facts)
  checkValidity(facts, expectations, now)
}

/**
 * Checks that a token is well formed, which it then is for good. (RFC 9068 §2.2)
 *
 * @throws {InvalidToken} It is not.
 */
function checkForm({ claims, dialect }: TokenFacts): void {
  const malformed = findMalformedClaim(claims, dialect.requiredClaims, dialect.scope)
  if (malformed !== undefined) {
    const flaw = claims[malformed] === undefined ? 'missing' : 'malformed'
    throw new InvalidToken('claims', `"${malformed}" is ${flaw}`)
  }
}

/**
 * Checks that a well-formed token is good here and now: in time, for this audience. (RFC 9068 §4)
 *
 * @throws {InvalidToken} It is not.
 */
export function checkValidity(
  { claims }: Pick<TokenFacts, 'claims'>,
  { audience, clockTolerance }: Expectations,
  now: Seconds,
): void {
  const { exp, nbf, iat, aud } = claims as {
    exp?: number
    nbf?: number
    iat?: number
    aud?: string | string[]
  }
  if (exp !== undefined && now >= exp + clockTolerance) {
    throw new InvalidToken('expired', `"exp" is ${exp}, it is ${now}`)
  }
  if (nbf !== undefined && now < nbf - clockTolerance) {
    throw new InvalidToken('not-yet-valid', `"nbf" is ${nbf}, it is ${now}`)
  }
  if (iat !== undefined && now < iat - clockTolerance) {
    throw new InvalidToken('not-yet-valid', `"iat" is ${iat}, it is ${now}`)
  }
  if (
    aud !== undefined &&
    !(typeof aud === 'string' ? [aud] : aud).some((one) => audience.includes(one))
  ) {
    throw new InvalidToken('audience', `"aud" is ${show(aud)}, expected one of ${show(audience)}`)
  }
}

/**
 * Checks that a well-formed token is not good for longer than is accepted.
 *
 * @throws {InvalidToken} It is.
 */
export function checkLifetime(claims: Claims, most: Seconds = Infinity, now: Seconds): void {
  const { exp, iat = now } = claims as { exp: number; iat?: number }
  if (exp - iat > most) {
    throw new InvalidToken('lifetime', `${exp - iat} s, the option maxLifetime has ${most}`)
  }
}

/** A value as an operator may read it in a log. */
export function show(value: unknown): string {
  const json = JSON.stringify(value) as string | undefined
  return json?.slice(0, 200).replace(/[\u007F-\uFFFF]/g, '?') ?? 'missing'
}
