import { callable, checkOptions, listOf, type Rule, text } from './options.ts'

/** What the authorization server says with a token, by claim name; frozen, inheriting nothing. (RFC 7519 §4) */
export type Claims = { readonly [name: string]: unknown }

/** On whose behalf the client acts; `'unknown'` where the token does not tell. */
export type OnBehalfOf = 'resource-owner' | 'client' | 'unknown'

/** Where a claim stands: its literal key, and those of the objects around it before; `'*'` is every element of an array, every key of an object. */
export type ClaimPath = readonly string[]

/** How the claims of an issuer's tokens are read, as data. */
export interface Dialect {
  /** Claims without which a token is refused; of a JWT `iss`, `exp` and `aud` always are. */
  readonly requiredClaims: readonly string[]
  /** Claims that may hold the scope, as a string or an array of strings; the first present one counts. */
  readonly scope: readonly string[]
  /** Claims that may hold the client's identifier, the first present one counts. */
  readonly clientId: readonly string[]
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
  /** Tells on whose behalf the client acts. (RFC 9700 §4.15) */
  readonly onBehalfOf: (claims: Claims, clientId: string | undefined) => OnBehalfOf
}

const paths = listOf(listOf(text))

const rules: { readonly [name in keyof Dialect]-?: Rule } = {
  requiredClaims: listOf(text),
  scope: listOf(text),
  clientId: listOf(text),
  username: listOf(text),
  roles: paths,
  groups: paths,
  entitlements: paths,
  permissions: paths,
  onBehalfOf: callable,
}

/**
 * Makes the dialect that differs from another one in what is given.
 *
 * @param always Claims that are required whatever is given.
 * @throws {TypeError} What is given is wrong.
 */
export function derive(
  base: Dialect,
  factory: string,
  own: Partial<Dialect> = {},
  always: readonly string[] = [],
): Dialect {
  checkOptions(`${factory}, dialect`, own, rules)
  const given = Object.entries(own).filter(([, value]) => value !== undefined)
  const dialect: Dialect = { ...base, ...Object.fromEntries(given) }
  return { ...dialect, requiredClaims: [...new Set([...always, ...dialect.requiredClaims])] }
}

/** JWT access tokens as RFC 9068 §2.2 has them. */
export const rfc9068: Dialect = {
  requiredClaims: ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'],
  scope: ['scope'],
  clientId: ['client_id'],
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
}

/** Introspection answers as RFC 7662 §2.2 has them: RFC 9068's names, of which only `aud` is required. */
export const rfc7662: Dialect = { ...rfc9068, requiredClaims: ['aud'] }
