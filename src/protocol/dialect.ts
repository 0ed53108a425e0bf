import { algorithms } from './algorithms.ts'
import type { Tolerance } from './claim-forms.ts'
import type { Sign } from './token-kind.ts'

/** What the authorization server says with a token, by claim name; frozen, inheriting nothing. (RFC 7519 §4) */
export type Claims = { readonly [name: string]: unknown }

/** On whose behalf the client acts; `'unknown'` where the token does not tell. */
export type OnBehalfOf = 'resource-owner' | 'client' | 'unknown'

/** Where a claim stands: its literal key, and those of the objects around it before; `'*'` is every element of an array, every key of an object. */
export type ClaimPath = readonly string[]

/** How the tokens of an issuer are told apart and their claims read, as data. */
export interface Dialect {
  /** Media types that a JWT's `typ` may name, in lower case, without `application/`; `undefined`: it may be missing. (RFC 9068 §2.1) */
  readonly types: readonly (string | undefined)[]
  /** Values of `alg` that are accepted, unless an option says others. (RFC 8725 §3.1) */
  readonly algorithms: readonly string[]
  /** `use` of the keys that sign the tokens. (RFC 7517 §4.2) */
  readonly keyUse: string
  /** What names the issuer: a URL in `iss`, any text there, or the trust domain in which `sub` lies, whatever `iss` is. */
  readonly issuerForm: 'url' | 'text' | 'trust-domain'
  /** Claims that tell the access tokens of this issuer from its other tokens, with the values that they have; `undefined`: it may be missing. */
  readonly kind: { readonly [claim: string]: readonly (string | undefined)[] }
  /** Signs of other kinds of token that this issuer's access tokens bear as well. */
  readonly waives: readonly Sign[]
  /** Claims without which a token is refused; of a JWT `iss`, `exp` and `aud` always are, unless the dialect has another check in their place. */
  readonly requiredClaims: readonly string[]
  /** Of each of these lists a JWT must have one claim. */
  readonly jwtClaims: readonly (readonly string[])[]
  /** Forms of claims that no standard has. */
  readonly tolerates: readonly Tolerance[]
  /** Claims that name the clients of this API in place of `aud`, with the values accepted: one must be there where `aud` is not, and each that is there must fit. */
  readonly audienceFrom: { readonly [claim: string]: readonly string[] }
  /** Values of `token_type`, in lower case, by which an introspection answer says that it is about an access token, and no scheme. */
  readonly tokenTypes: readonly string[]
  /** Makes an introspection answer of what the server says in words of its own; `undefined`: it is of no use. (RFC 7662 §2.2) */
  readonly answer: ((status: number, said: Claims) => Claims | undefined) | undefined
  /** Claims that may hold the scope, as a string or an array of strings; the first present one counts. */
  readonly scope: readonly string[]
  /** Claims that may hold the client's identifier, the first present one counts; or what reads it. */
  readonly clientId: readonly string[] | ((claims: Claims, header: Claims) => string | undefined)
  /** Claims that may name the resource owner, the first present one counts. */
  readonly owner: readonly string[]
  /** Claims that may hold a name of the resource owner for people to read, the first present one counts. */
  readonly username: readonly string[]
  /** Where roles may stand, the first present path counts. (RFC 9068 §2.2.3.1) */
  readonly roles: readonly ClaimPath[]
  /** Where groups may stand. (RFC 9068 §2.2.3.1) */
  readonly groups: readonly ClaimPath[]
  /** Where entitlements may stand. (RFC 9068 §2.2.3.1) */
  readonly entitlements: readonly ClaimPath[]
  /** Where permissions may stand, which no standard knows. */
  readonly permissions: readonly ClaimPath[]
  /** Tells on whose behalf the client acts; `header` is a JWT's, and empty for an introspection answer. (RFC 9700 §4.15) */
  readonly onBehalfOf: (claims: Claims, clientId: string | undefined, header: Claims) => OnBehalfOf
  /** What to set at the authorization server where a claim, or `typ` or `alg`, does not do; for the operator. */
  readonly advice: { readonly [claim: string]: string }
}

/** JWT access tokens as RFC 9068 §2.2 has them. */
export const rfc9068: Dialect = {
  types: ['at+jwt'],
  algorithms: Object.keys(algorithms),
  keyUse: 'sig',
  issuerForm: 'url',
  kind: {},
  waives: [],
  requiredClaims: ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'],
  jwtClaims: [],
  tolerates: [],
  audienceFrom: {},
  tokenTypes: [],
  answer: undefined,
  scope: ['scope'],
  clientId: ['client_id'],
  owner: ['sub'],
  username: ['username'],
  roles: [['roles']],
  groups: [['groups']],
  entitlements: [['entitlements']],
  permissions: [],
  onBehalfOf({ sub, username }, clientId) {
    if (sub === undefined) return username === undefined ? 'client' : 'unknown'
    if (clientId === undefined) return 'unknown'
    return sub === clientId ? 'client' : 'resource-owner'
  },
  advice: { typ: 'koa-resource-server/vendors has the dialects of servers that say otherwise' },
}

/** Introspection answers as RFC 7662 §2.2 has them: RFC 9068's names, of which only `aud` is required. */
export const rfc7662: Dialect = { ...rfc9068, requiredClaims: ['aud'] }
