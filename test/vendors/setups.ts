import {
  clientSecretBasic,
  introspection,
  type IntrospectionOptions,
  jwt,
  type JwtOptions,
  type TokenVerifier,
} from 'koa-resource-server'
import * as vendors from 'koa-resource-server/vendors'
import { type Fixture, type Json, jwksFor, signed, timely } from './fixtures.ts'

/** What a user of an authorization server writes, by the vendor of the fixtures. */
export interface Setup {
  /** What the vendor's factory gives. */
  readonly vendor: Json
  readonly audience: string | readonly string[]
  /** What the verifier is told besides. */
  readonly options?: Json
}

const tenant = '266003ce-d453-41da-a87e-b822a60b7d8a'
const personal = '9188040d-6c67-4c5b-b112-36a304b66dad'
const api = 'https://api.example.com'
const orders = 'https://orders.example.com'
const optional = { audienceOptional: true }
const entraAudience = ['api://orders.example.com', 'f9e4b8e7-e844-4b54-adaf-ab28a303db1c']

const entra = (): Setup => ({
  vendor: { ...vendors.entra({ tenants: [tenant, personal] }) },
  audience: entraAudience,
})

const setups: Readonly<Record<string, (fixture: Fixture) => Setup>> = {
  auth0: () => ({
    vendor: { ...vendors.auth0('login.example.com') },
    audience: ['https://api.example.com/orders', 'https://api.example.com/reports'],
  }),
  'okta-custom-as': () => ({
    vendor: { ...vendors.okta('https://acme.okta.example.com/oauth2/ausRna3LGqibKQ2EyQfT') },
    audience: [api, 'api://default'],
  }),
  'entra-id-v1': entra,
  'entra-id-v2': entra,
  'azure-ad-b2c': () => ({
    vendor: {
      ...vendors.azureB2c({
        tenant: 'acme',
        tenantId: tenant,
        policy: 'B2C_1_signupsignin',
        domain: 'acme.b2clogin.example.com',
      }),
    },
    audience: 'f9e4b8e7-e844-4b54-adaf-ab28a303db1c',
  }),
  keycloak: () => ({
    vendor: { ...vendors.keycloak('https://sso.example.com/realms/acme') },
    audience: ['orders-api', 'account'],
  }),
  'aws-cognito': () => ({
    vendor: {
      ...vendors.cognito({
        userPoolId: 'eu-west-1_g6Xz4KXXR',
        clientIds: ['bpykkq3r0opsdx7jul82jk2nqp', '66oknzy6841r4kdymqnl2te24s'],
      }),
    },
    audience: api,
  }),
  google: ({ response }) => {
    const client = String(response!['aud'])
    return { vendor: { ...vendors.google({ clientIds: [client] }) }, audience: client }
  },
  pingone: () => ({
    vendor: {
      ...vendors.pingOne(
        'https://auth.pingone.example.com/76d1793d-1605-4ef8-a514-a1fff067f168/as',
      ),
    },
    audience: orders,
  }),
  'pingam-forgerock': ({ claims }) => ({
    vendor: { ...vendors.pingAm(String(claims!['iss'])) },
    audience: ['orders-web', 'billing-cron'],
  }),
  onelogin: () => ({
    vendor: { ...vendors.oneLogin('https://acme.onelogin.example.com/oidc/2') },
    audience: api,
    options: optional,
  }),
  'ory-hydra': () => ({
    vendor: { ...vendors.oryHydra('https://auth.example.com') },
    audience: orders,
  }),
  zitadel: () => ({
    vendor: { ...vendors.zitadel('https://acme.zitadel.example.com') },
    audience: '488929147626535632',
  }),
  authentik: () => ({
    vendor: { ...vendors.authentik('https://idp.example.com/application/o/orders') },
    audience: 'FdDbFkdpyU6D9LVWXHA27sEsjgPbW3P7YhYnZrri',
  }),
  authelia: () => ({
    vendor: { ...vendors.authelia('https://auth.example.com') },
    audience: orders,
  }),
  'duende-identityserver': ({ kind }) => ({
    vendor: { ...vendors.duende('https://ids.example.com') },
    audience: 'urn:orders',
    ...(kind === 'introspection' && { options: optional }),
  }),
  openiddict: () => ({
    vendor: { ...vendors.openIddict('https://ids.example.com/') },
    audience: 'orders-api',
  }),
  'spring-authorization-server': () => ({
    vendor: {
      ...vendors.springAuthorizationServer('https://as.example.com', {
        clientIds: ['orders-web', 'billing-cron'],
      }),
    },
    audience: ['orders-web', 'billing-cron'],
  }),
  curity: ({ claims, response }) => ({
    vendor: { ...vendors.curity(String((claims ?? response)!['iss'])) },
    audience: 'api.example.com',
  }),
  fusionauth: () => ({
    vendor: { ...vendors.fusionAuth('acme.example.com') },
    audience: ['2f064067-2b56-4965-a909-be3e494c7e59', 'c1b32e02-9785-4059-a8ea-82fabceff0e5'],
  }),
  'wso2-identity-server': ({ kind }) => ({
    vendor: { ...vendors.wso2('https://is.example.com:9443/oauth2/token') },
    audience: 'Gs5DCBPeJ6PQH4k8jddG7fipwBLV',
    ...(kind === 'introspection' && { options: optional }),
  }),
  'janssen-gluu': () => ({
    vendor: { ...vendors.janssen('https://jans.example.com') },
    audience: '3000.441cc231-61d6-42ea-a5e7-2a267de778bb',
  }),
  'lemonldap-ng': () => ({
    vendor: { ...vendors.lemonLdap('https://auth.example.com/') },
    audience: api,
    options: optional,
  }),
  'django-oauth-toolkit': () => ({
    vendor: { ...vendors.djangoOauthToolkit() },
    audience: api,
    options: optional,
  }),
  doorkeeper: () => ({
    vendor: { ...vendors.doorkeeper() },
    audience: api,
    options: optional,
  }),
  'node-oidc-provider': () => ({
    vendor: { ...vendors.oidcProvider('https://op.example.com') },
    audience: orders,
    options: optional,
  }),
  logto: () => ({
    vendor: { ...vendors.logto('https://acme.logto.example.com/oidc') },
    audience: 'https://api.example.com/orders',
  }),
  clerk: ({ kind }) => ({
    vendor: {
      ...vendors.clerk({
        issuer: 'https://clerk.example.com',
        authorizedParties: ['https://app.example.com'],
        clientIds: ['client_qiYZQ7JtDmizStMhF3xthZW8WKe'],
      }),
    },
    audience: 'mch_FKxMfMSRURNXUuJUMtLZHnQ5iAB',
    ...(kind === 'introspection' && { options: {} }),
  }),
  supabase: () => ({
    vendor: { ...vendors.supabase('https://acme.supabase.example.com') },
    audience: 'authenticated',
  }),
  firebase: ({ id }) => ({
    vendor: {
      ...(id.includes('cookie')
        ? vendors.firebaseSession('acme-orders')
        : vendors.firebase('acme-orders')),
    },
    audience: 'acme-orders',
  }),
  stytch: () => ({
    vendor: { ...vendors.stytch('project-live-5ade9a02-2c0a-4e55-a314-11beb1f01319') },
    audience: 'project-live-5ade9a02-2c0a-4e55-a314-11beb1f01319',
  }),
  workos: () => ({
    vendor: { ...vendors.workos('https://acme.authkit.example.com') },
    audience: ['https://mcp.example.com', 'client_J7NTEEYM9ENN8NHYDYADPPE7TF'],
  }),
  kinde: () => ({
    vendor: { ...vendors.kinde('https://acme.kinde.example.com') },
    audience: api,
  }),
  casdoor: () => ({
    vendor: { ...vendors.casdoor('https://door.example.com') },
    audience: '3abc807df0ab571f0fa4',
  }),
  dex: () => ({
    vendor: { ...vendors.dex('https://dex.example.com/dex') },
    audience: ['orders-web', 'billing-cron'],
  }),
  glewlwyd: ({ kind }) => ({
    vendor: { ...vendors.glewlwyd('https://glewlwyd.example.com/') },
    audience: kind === 'jwt' ? api : 'orders.read',
  }),
  'github-actions-oidc': () => ({
    vendor: { ...vendors.githubActions({ owners: ['acme'], repositoryIds: ['880022'] }) },
    audience: orders,
  }),
  kubernetes: () => ({ vendor: { ...vendors.kubernetes() }, audience: orders }),
  spiffe: () => ({
    vendor: { ...vendors.spiffe({ trustDomain: 'example.org' }) },
    audience: 'spiffe://example.org/orders',
  }),
  rfc9068: () => ({
    vendor: { issuer: 'https://as.example.com/' },
    audience: 'https://rs.example.com/',
  }),
  'oracle-identity-domains': () => ({
    vendor: { ...vendors.oracleIdentityDomains('https://identity.oraclecloud.example.com/') },
    audience: 'https://orders.example.com/',
  }),
  authgear: () => ({
    vendor: { ...vendors.authgear('https://acme.authgear.example.com') },
    audience: api,
  }),
}

/** The verifier and the audience of a fixture's vendor, and a token to present. */
export interface Presented {
  readonly tokens: TokenVerifier
  readonly audience: string | readonly string[]
  readonly token: string
}

/** Sets up what a user of the fixture's vendor would, and makes the token. */
export function setUp(
  fixture: Fixture,
  { claims = {}, header = {}, options = {} }: { claims?: Json; header?: Json; options?: Json } = {},
): Presented {
  const { vendor, audience, options: more } = setups[fixture.vendor]!(fixture)
  const given = { ...vendor, ...more, ...options }
  if (fixture.kind === 'introspection') {
    const fetch = answer({ ...timely(fixture.response!), ...claims })
    const endpoint = 'https://as.example.com/introspect'
    const clientAuth = clientSecretBasic('api', 'secret')
    const asked = { endpoint, clientAuth, ...given, fetch } as IntrospectionOptions
    return { tokens: introspection(asked), audience, token: `opaque-${fixture.id}` }
  }
  const keyUse = fixture.vendor === 'spiffe' ? { use: 'jwt-svid' } : {}
  const jwks = jwksFor(fixture.header?.['kid'], { ...keyUse, issuer: keyIssuer(fixture) })
  const keys = Object.hasOwn(given, 'jwksUri') ? { fetch: answer(jwks) } : { jwks }
  const tokens = jwt({ ...given, ...keys } as unknown as JwtOptions)
  return { tokens, audience, token: signed(fixture, claims, header) }
}

/** Answers every request alike. */
function answer(body: object): typeof fetch {
  const headers = { 'Content-Type': 'application/json' }
  return async () => new Response(JSON.stringify(body), { headers })
}

/** Keys at Entra say for which issuer they are. */
function keyIssuer({ vendor, claims }: Fixture): string | undefined {
  if (!vendor.startsWith('entra')) return undefined
  return claims!['tid'] === personal
    ? `https://login.microsoftonline.com/${personal}/v2.0`
    : 'https://login.microsoftonline.com/{tenantid}/v2.0'
}
