import type { Dialect } from '../protocol/dialect.ts'

/** What `jwt()` needs to know of an authorization server, and `introspection()` where it has that; to be spread. */
export interface Vendor {
  /** `iss` of its tokens. */
  readonly issuer: string
  readonly dialect: Partial<Dialect>
}

/** Access tokens that are JWTs, whatever their `typ` says. */
export const anyJwt: Partial<Dialect> = {
  types: ['at+jwt', 'jwt', undefined],
  requiredClaims: [],
  jwtClaims: [['sub'], ['iat']],
}

/** Access tokens with the names of RFC 9068 whose `typ` may say JWT. */
export const namedJwt: Partial<Dialect> = {
  ...anyJwt,
  types: ['at+jwt', 'jwt'],
  jwtClaims: [['sub'], ['client_id'], ['iat']],
}

/** Where a server can sign with a secret that it shares, which anybody who verifies could forge with. */
export const signAsymmetrically = 'have it signed with an asymmetric algorithm, such as RS256'
