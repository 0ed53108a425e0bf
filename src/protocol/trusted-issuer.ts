import type { Claims, Dialect } from './dialect.ts'
import { having, type Rule } from './options.ts'

/** Whose tokens a verifier judges. */
export interface TrustedIssuer {
  /** Its issuer identifier, where there is one alone. */
  readonly name: string | undefined
  /** Whether a token says that it is from there. */
  isNamedIn(claims: Claims): boolean
  /** Gives the issuer identifier of such a token; `undefined` where its tenant is not trusted. */
  identify(claims: Claims): string | undefined
  /** Whether a key may sign it, where its JWK, in JSON, says for which issuer it is. */
  allows(jwk: string, claims: Claims): boolean
}

/** What an issuer must be that is more than an identifier. */
export const trustedIssuerRule: Rule = having(
  'an issuer identifier, or such as tenantIssuer(…)',
  'isNamedIn',
  'identify',
  'allows',
)

/** Makes what tells whether tokens are from an issuer, of which only the identifier is known. */
export function trustedIssuer(
  issuer: string | TrustedIssuer,
  { issuerForm }: Pick<Dialect, 'issuerForm'>,
): TrustedIssuer {
  if (typeof issuer !== 'string') return issuer
  const isNamedIn =
    issuerForm === 'trust-domain'
      ? ({ sub }: Claims): boolean => typeof sub === 'string' && sub.startsWith(`${issuer}/`)
      : ({ iss }: Claims): boolean => iss === issuer
  return { name: issuer, isNamedIn, identify: () => issuer, allows: () => true }
}
