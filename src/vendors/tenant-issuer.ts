import type { Claims } from '../protocol/dialect.ts'
import type { TrustedIssuer } from '../protocol/trusted-issuer.ts'
import { formed, list, members } from './arguments.ts'

/** One authorization server that issues for many tenants, each under an issuer identifier of its own. */
export interface TenantIssuerOptions {
  /** Forms of `iss`, with `{tenant}` where the tenant stands. */
  readonly templates: readonly string[]
  /** Claim that must name the same tenant. */
  readonly claim: string
  /** Tenants that are trusted, or what tells whether one is; only `true` is a yes. */
  readonly tenants: readonly string[] | ((tenant: string) => boolean)
}

/**
 * Makes the issuer of which `jwt()` trusts some tenants: the tenant, `iss`, and where the key says for
 * whom it is the key too, must agree.
 *
 * @throws {TypeError} An option is wrong.
 */
export function tenantIssuer(options: TenantIssuerOptions): TrustedIssuer {
  const { claim, tenants, templates } = checked(options)
  const isTrusted = (tenant: string): boolean => {
    const told: unknown = typeof tenants === 'function' ? tenants(tenant) : tenants.includes(tenant)
    return told === true
  }
  const tenantOf = (claims: Claims): string => {
    const tenant = claims[claim]
    return typeof tenant === 'string' && /^[\w.-]+$/.test(tenant) ? tenant : ''
  }
  const issuersOf = (tenant: string): string[] =>
    templates.map((template) => template.split('{tenant}').join(tenant))
  const only = typeof tenants !== 'function' && tenants.length === 1 ? tenants[0] : undefined

  return {
    name: only && issuersOf(only)[0],

    isNamedIn(claims) {
      const tenant = tenantOf(claims)
      return tenant !== '' && issuersOf(tenant).includes(claims['iss'] as string)
    },
    identify: (claims) => (isTrusted(tenantOf(claims)) ? (claims['iss'] as string) : undefined),
    allows(jwk, claims) {
      const { issuer } = JSON.parse(jwk) as { issuer?: unknown }
      if (issuer === undefined) return true
      const tenant = tenantOf(claims)
      // Keys name the newer form, whichever the token has.
      const filled = typeof issuer === 'string' ? issuer.replace(/\{tenant(id)?\}/i, tenant) : ''
      return issuersOf(tenant).includes(filled)
    },
  }
}

function checked(options: TenantIssuerOptions): TenantIssuerOptions {
  const names = ['templates', 'claim', 'tenants'] as const
  const { templates, claim, tenants } = members('tenantIssuer', options, names)
  if (typeof claim !== 'string' || claim === '') {
    throw new TypeError('tenantIssuer(): claim must be the name of a claim, as in tid')
  }
  const what = 'forms of iss, with {tenant} in them'
  for (const template of list('tenantIssuer', 'templates', templates, what)) {
    // Else all tenants would be one issuer.
    formed('tenantIssuer', 'templates', template, /\{tenant\}/, "'https://example.com/{tenant}'")
  }
  if (typeof tenants !== 'function') list('tenantIssuer', 'tenants', tenants, 'tenants')
  return options
}
