import type { Claims, Dialect, OnBehalfOf } from '../protocol/dialect.ts'
import type { TrustedIssuer } from '../protocol/trusted-issuer.ts'
import { formed, list, members } from './arguments.ts'
import { said } from './on-behalf-of.ts'
import { tenantIssuer } from './tenant-issuer.ts'
import { anyJwt } from './vendor.ts'

const guid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/
const example = "'266003ce-d453-41da-a87e-b822a60b7d8a', the directory (tenant) ID"

export interface EntraOptions {
  /** The tenant whose tokens are accepted. */
  readonly tenant?: string
  /** The tenants whose tokens are accepted, or what tells whether one is a customer's. */
  readonly tenants?: readonly string[] | ((tenant: string) => boolean)
}

/** What `jwt()` needs to know of Entra. */
export interface Entra {
  readonly issuer: TrustedIssuer
  readonly jwksUri: string
  readonly dialect: Partial<Dialect>
}

/**
 * Microsoft Entra ID, tokens of version 1 and 2, of one tenant or of many.
 *
 * Source: learn.microsoft.com/entra/identity-platform/access-token-claims-reference, claims-validation.
 *
 * @throws {TypeError} An option is wrong.
 */
export function entra(options: EntraOptions): Entra {
  const { tenant, tenants } = members('entra', options, ['tenant', 'tenants'])
  if ((tenant === undefined) === (tenants === undefined)) {
    throw new TypeError(`entra() takes tenant, as in ${example}, or tenants`)
  }
  return {
    issuer: tenantIssuer({
      templates: [
        'https://login.microsoftonline.com/{tenant}/v2.0',
        'https://sts.windows.net/{tenant}/',
      ],
      claim: 'tid',
      tenants: typeof tenants === 'function' ? tenants : checked(tenant ?? tenants!),
    }),
    jwksUri: `https://login.microsoftonline.com/${tenant ?? 'common'}/discovery/v2.0/keys`,
    dialect,
  }
}

function checked(tenants: string | readonly string[]): readonly string[] {
  const given = typeof tenants === 'string' ? [tenants] : tenants
  return list('entra', 'tenants', given, `tenants, as in ${example}`).map((tenant) =>
    formed('entra', 'tenant', tenant, guid, example),
  )
}

const dialect: Partial<Dialect> = {
  ...anyJwt,
  types: ['at+jwt', 'jwt'],
  algorithms: ['RS256'],
  // ID tokens lack the third, tokens for apps without any permission the fourth.
  jwtClaims: [['sub'], ['iat'], ['azp', 'appid'], ['scp', 'roles']],
  scope: ['scp'],
  clientId: ['azp', 'appid'],
  username: ['preferred_username', 'upn', 'unique_name'],
  onBehalfOf,
  advice: {
    azp: 'an ID token is none to call an API with',
    scp: 'grant the client a scope or an app role of this API',
    aud: 'tokens of version 2 name the API’s client ID, those of version 1 its application ID URI: accept either',
  },
}

const kinds = new Map<string, OnBehalfOf>([
  ['app', 'client'],
  ['device', 'client'],
  ['user', 'resource-owner'],
])

function onBehalfOf({ idtyp, scp, oid, sub }: Claims): OnBehalfOf {
  if (idtyp !== undefined) return kinds.get(said(idtyp) ?? '') ?? 'unknown'
  const isItself = said(oid) !== undefined && oid === sub
  // The subject of a person is another for each client, and never the object.
  if (said(scp) !== undefined) return isItself ? 'unknown' : 'resource-owner'
  return isItself ? 'client' : 'unknown'
}
