import type { Claims, Dialect } from './dialect.ts'
import { InvalidToken } from './errors.ts'
import { isAmong, listOf, record, type Rule, text } from './options.ts'
import { show } from './show.ts'

/** One authorization server that issues for many tenants, each under an issuer identifier of its own. */
export interface TenantIssuer {
  /** Forms of `iss`, with `{tenant}` where the tenant stands. */
  readonly templates: readonly string[]
  /** Claim that must name the same tenant. */
  readonly claim: string
  /** Tenants that are trusted, or what tells whether one is. */
  readonly tenants: readonly string[] | ((tenant: string) => boolean)
}

/** Whose tokens a verifier judges. */
export interface TrustedIssuer {
  /** Its issuer identifier, where there is one alone. */
  readonly name: string | undefined
  /** Whether a token says that it is from there. */
  isNamedIn(claims: Claims): boolean
  /**
   * Gives the issuer identifier of such a token.
   *
   * @throws {InvalidToken} Its tenant is not trusted.
   */
  identify(claims: Claims): string
  /**
   * Checks that a key may sign it, where its JWK says for which issuer it is.
   *
   * @param jwk The JWK, in JSON.
   * @throws {InvalidToken} It is for another one.
   */
  checkKey(jwk: string, claims: Claims): void
}

export const tenantIssuer: Rule = {
  expected: '{ templates: […], claim, tenants }',
  fits(value) {
    const { templates, claim, tenants } = (value ?? {}) as Partial<TenantIssuer>
    const trusted = typeof tenants === 'function' || (tenants?.length ?? 0) > 0
    return (
      record.fits(value) &&
      listOf(text).fits(templates) &&
      templates!.length > 0 &&
      text.fits(claim) &&
      trusted &&
      (typeof tenants === 'function' || listOf(text).fits(tenants))
    )
  },
}

/** Makes what tells whether tokens are from an issuer. */
export function trustedIssuer(
  issuer: string | TenantIssuer,
  { issuerForm }: Pick<Dialect, 'issuerForm'>,
): TrustedIssuer {
  if (typeof issuer !== 'string') return ofTenants(issuer)
  const isNamedIn =
    issuerForm === 'trust-domain'
      ? ({ sub }: Claims): boolean => typeof sub === 'string' && sub.startsWith(`${issuer}/`)
      : ({ iss }: Claims): boolean => iss === issuer
  return { name: issuer, isNamedIn, identify: () => issuer, checkKey: () => undefined }
}

function ofTenants({ templates, claim, tenants }: TenantIssuer): TrustedIssuer {
  const fill = (template: string, tenant: string): string => template.split('{tenant}').join(tenant)
  const tenantOf = (claims: Claims): string => {
    const tenant = claims[claim]
    return typeof tenant === 'string' && /^[\w.-]+$/.test(tenant) ? tenant : ''
  }
  const issuersOf = (tenant: string): string[] => templates.map((one) => fill(one, tenant))

  const only = typeof tenants !== 'function' && tenants.length === 1 ? tenants[0] : undefined

  return {
    name: only && fill(templates[0]!, only),

    isNamedIn(claims) {
      const tenant = tenantOf(claims)
      return tenant !== '' && issuersOf(tenant).includes(claims['iss'] as string)
    },
    identify(claims) {
      const tenant = tenantOf(claims)
      if (isAmong(tenant, tenants)) return claims['iss'] as string
      throw new InvalidToken('issuer', `"${claim}" is ${show(tenant)}, which tenants has not`)
    },
    checkKey(jwk, claims) {
      const { issuer } = JSON.parse(jwk) as { issuer?: unknown }
      if (issuer === undefined) return
      const tenant = tenantOf(claims)
      const filled = typeof issuer === 'string' ? issuer.replace(/\{tenant(id)?\}/i, tenant) : ''
      // Keys name the newer form, whichever the token has.
      if (!issuersOf(tenant).includes(filled)) {
        throw new InvalidToken('unknown-key', `the key is for ${show(issuer)}`)
      }
    },
  }
}
