import type { TokenFacts } from './claims.ts'
import type { Claims, Dialect } from './dialect.ts'
import { InvalidToken } from './errors.ts'
import { show } from './show.ts'

/** Members that tokens of other kinds have, and access tokens have not. */
export const signs = {
  nonce: 'an ID token', // OpenID Connect Core §2
  at_hash: 'an ID token', // OpenID Connect Core §3.1.3.6
  c_hash: 'an ID token', // OpenID Connect Core §3.3.2.11
  s_hash: 'an ID token', // FAPI 1.0 Advanced §5.1
  events: 'a logout token or another security event', // RFC 8417 §2.2
  htm: 'a DPoP proof', // RFC 9449 §4.2
  htu: 'a DPoP proof',
  ath: 'a DPoP proof',
  response_type: 'an authorization request', // RFC 9101 §4
  code: 'an authorization response', // JARM §2.1
  token_introspection: 'an introspection answer', // RFC 9701 §5
  jwks: 'an entity statement', // OpenID Federation §3
  vc: 'a credential', // Verifiable Credentials Data Model 1.1 §6.3.1
  vp: 'a presentation',
  vct: 'a credential', // SD-JWT VC §3.2.2.1
  sd_hash: 'a key binding', // RFC 9901 §4.3
} as const

/** A member that tells another kind of token. */
export type Sign = keyof typeof signs

const signNames = Object.keys(signs) as readonly Sign[]

/** Claims by which authorization servers say what kind of token it is. */
const kindClaims = [
  'typ',
  'type',
  'token_type',
  'token_use',
  'token_usage',
  'tokenType',
  'TokenType',
  'tokenName',
  'tok_type',
  'tty',
  'purpose',
]

/** What they say there of other kinds, in lower case, without what stands between the words. */
const otherKinds =
  /^((serialized)?id(token)?|refresh(token)?|rt|offline|logout(token)?|userinfo|authorizationcode|devicecode|(registration|initial)accesstoken|(client)?assertion|dpop(proof)?jwt)$/

/**
 * Refuses what is, by a positive sign, a token of another kind, however an access token may look at this
 * issuer. (RFC 8725 §3.12)
 *
 * @throws {InvalidToken} It is one.
 */
export function checkKind({ claims, dialect, header }: TokenFacts): void {
  const other = findOtherKind(claims, dialect, header ?? {})
  if (other !== undefined) throw new InvalidToken(header ? 'typ' : 'token-type', other)
  if (header?.['nonce'] !== undefined && !isProfiled(header)) {
    throw new InvalidToken(
      'audience',
      'the header has "nonce", as tokens for Microsoft Graph have: only Graph can verify them; ask for a scope of this API, api://…/name',
    )
  }
}

function findOtherKind(
  claims: Claims,
  { kind, waives, advice }: Dialect,
  header: Claims,
): string | undefined {
  for (const claim in kind) {
    if (!kind[claim]!.includes(claims[claim] as string | undefined)) {
      const expected = kind[claim]!.map((value) => value ?? 'none').join(' or ')
      return withAdvice(`"${claim}" is ${show(claims[claim])}, expected ${expected}`, advice[claim])
    }
  }
  // Its media type says that it is an access token.
  if (isProfiled(header)) return undefined
  const sign = signNames.find((name) => claims[name] !== undefined && !waives.includes(name))
  if (sign !== undefined) {
    return `"${sign}" tells ${signs[sign]}; the dialect's waives has not ${sign}`
  }
  if (claims['sub'] !== undefined && claims['sub'] === claims['iss']) {
    return '"sub" is "iss": it is what somebody says of himself, as in a client assertion'
  }
  const said = kindClaims.find((claim) => otherKinds.test(wordOf(claims[claim])))
  return said && `"${said}" is ${show(claims[said])}`
}

function isProfiled({ typ }: Claims): boolean {
  return typeof typ === 'string' && /^(application\/)?at\+jwt$/i.test(typ)
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value.toLowerCase().replace(/[^a-z]/g, '') : ''
}

/** Adds to what is wrong what there is to do. */
export function withAdvice(detail: string, advice: string | undefined): string {
  return advice === undefined ? detail : `${detail}; ${advice}`
}
