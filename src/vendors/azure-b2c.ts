import { formed, host, members } from './arguments.ts'
import { said } from './on-behalf-of.ts'
import { anyJwt, type Vendor } from './vendor.ts'

export interface AzureB2cOptions {
  /** Name of the tenant: `acme`, of `acme.onmicrosoft.com`. */
  readonly tenant: string
  /** Its directory (tenant) ID. */
  readonly tenantId: string
  /** The policy, or user flow, whose tokens are accepted. */
  readonly policy: string
  /** Default: `acme.b2clogin.com`. */
  readonly domain?: string
}

/**
 * One policy of an Azure AD B2C tenant.
 *
 * Its tokens do not tell the client credentials grant from others; `auth_time` tells that a person came.
 *
 * Source: learn.microsoft.com/azure/active-directory-b2c/tokens-overview.
 *
 * @throws {TypeError} An option is wrong.
 */
export function azureB2c(options: AzureB2cOptions): Vendor & { readonly jwksUri: string } {
  const { tenant, tenantId, policy, domain } = members('azureB2c', options, [
    'tenant',
    'tenantId',
    'policy',
    'domain',
  ])
  formed('azureB2c', 'tenant', tenant, /^[\w-]+$/, "'acme', of acme.onmicrosoft.com")
  formed(
    'azureB2c',
    'tenantId',
    tenantId,
    /^[\da-f-]{36}$/,
    "'266003ce-d453-41da-a87e-b822a60b7d8a'",
  )
  formed('azureB2c', 'policy', policy, /^[\w-]+$/, "'B2C_1_signin'")
  const origin = `https://${host('azureB2c', domain ?? `${tenant}.b2clogin.com`, "'login.acme.com'")}`
  const policies = [policy, policy.toLowerCase(), undefined]
  return {
    issuer: `${origin}/${tenantId}/v2.0/`,
    jwksUri: `${origin}/${tenant}.onmicrosoft.com/${policy}/discovery/v2.0/keys`,
    dialect: {
      ...anyJwt,
      types: ['at+jwt', 'jwt'],
      algorithms: ['RS256'],
      kind: { tfp: policies, acr: policies },
      jwtClaims: [['sub'], ['iat'], ['azp'], ['scp']],
      scope: ['scp'],
      clientId: ['azp'],
      onBehalfOf({ sub, tfp, acr, auth_time: time }) {
        const isOfPolicy = said(tfp) !== undefined || said(acr) !== undefined
        const isOfPerson = isOfPolicy && time !== undefined && said(sub) !== undefined
        return isOfPerson ? 'resource-owner' : 'unknown'
      },
      advice: {
        azp: 'an ID token is none to call an API with',
        scp: 'the client asks for a scope of this API',
      },
    },
  }
}
