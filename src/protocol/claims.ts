import { findMalformedClaim } from './claim-forms.ts'
import type { Claims, Dialect } from './dialect.ts'
import { InvalidToken } from './errors.ts'
import { show } from './show.ts'
import type { Seconds } from './time.ts'
import { checkKind, withAdvice } from './token-kind.ts'

export { findMalformedClaim } from './claim-forms.ts'
export { show } from './show.ts'

/** What is known of a genuine, active token: facts to remember, not a verdict. */
export interface TokenFacts {
  readonly claims: Claims
  /** The header of a JWT. (RFC 7519 §5) */
  readonly header?: Claims
  /** How these claims are read. */
  readonly dialect: Dialect
  /** `iss`, or the issuer that the verifier knows to have issued the token. */
  readonly issuer: string
  /** The scheme that the token is for, where its issuer says so. (RFC 6749 §7.1, RFC 7662 §2.2) */
  readonly tokenType?: string | undefined
  /** Whether what has proven them still counts: its key, say; facts without it are not to be remembered. */
  readonly stands?: () => boolean
  /** Whether they were remembered, from an outage on even longer than they should be; for the trace. Default: `miss`. */
  readonly cache?: 'hit' | 'miss' | 'stale'
}

/** What this resource server expects of every token. */
export interface Expectations {
  /** Identifiers by which tokens may name this resource server. (RFC 9068 §4) */
  readonly audience: readonly string[]
  /** How far clocks may be apart. */
  readonly clockTolerance: Seconds
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
function checkForm(facts: TokenFacts): void {
  checkKind(facts)
  const { claims, dialect, header } = facts
  const { requiredClaims, jwtClaims, scope, tolerates, advice } = dialect
  const malformed = findMalformedClaim(claims, requiredClaims, scope, tolerates)
  if (malformed !== undefined) {
    const flaw = claims[malformed] === undefined ? 'missing' : 'malformed'
    throw new InvalidToken('claims', withAdvice(`"${malformed}" is ${flaw}`, advice[malformed]))
  }
  const isMissing = (name: string): boolean => claims[name] === undefined
  const lacking = header && jwtClaims.find((names) => names.every(isMissing))
  if (lacking !== undefined) {
    const detail = `${show(lacking)}: none of these claims is there`
    throw new InvalidToken('claims', withAdvice(detail, advice[lacking[0]!]))
  }
  checkAudienceFrom(claims, dialect)
}

/** Checks the claims that stand in for `aud`. */
function checkAudienceFrom(claims: Claims, { audienceFrom, advice }: Dialect): void {
  const names = Object.keys(audienceFrom)
  if (names.length === 0) return
  const present = names.filter((name) => claims[name] !== undefined)
  if (present.length === 0 && claims['aud'] === undefined) {
    const detail = `neither "aud" nor ${show(names)} is there`
    throw new InvalidToken('audience', withAdvice(detail, advice['aud']))
  }
  const foreign = present.find((name) => !audienceFrom[name]!.includes(claims[name] as string))
  if (foreign !== undefined) {
    const detail = `"${foreign}" is ${show(claims[foreign])}, expected one of ${show(audienceFrom[foreign])}`
    throw new InvalidToken('audience', detail)
  }
}

/**
 * Checks that a well-formed token is good here and now: in time, for this audience. (RFC 9068 §4)
 *
 * @throws {InvalidToken} It is not.
 */
export function checkValidity(
  { claims, dialect }: Pick<TokenFacts, 'claims'> & Partial<Pick<TokenFacts, 'dialect'>>,
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
    const detail = `"aud" is ${show(aud)}, expected one of ${show(audience)}`
    throw new InvalidToken('audience', withAdvice(detail, dialect?.advice['aud']))
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
