import test from 'ava'
import { jwt } from 'koa-resource-server'
import * as vendors from 'koa-resource-server/vendors'

const wrong: readonly (readonly [title: string, make: () => unknown, message: RegExp])[] = [
  ['a domain', () => vendors.auth0('https://tenant.eu.auth0.com/api'), /auth0\(\) takes a domain/],
  ['nothing', () => vendors.auth0(undefined as never), /tenant\.eu\.auth0\.com/],
  ['an issuer', () => vendors.okta('acme.okta.com'), /okta\(\) takes the issuer/],
  ['the org authorization server', () => vendors.okta('https://acme.okta.com'), /for Okta alone/],
  ['a realm', () => vendors.keycloak('https://sso.example.com'), /the realm must be/],
  ['no metadata', () => vendors.dex('https://a/.well-known/openid-configuration'), /the issuer/],
  ['a client', () => vendors.keycloak('https://a/realms/b', { rolesOf: '' }), /rolesOf/],
  ['known options', () => vendors.keycloak('https://a/realms/b', { roles: 'a' } as never), /roles/],
  ['a tenant', () => vendors.entra({ tenant: 'common' }), /directory \(tenant\) ID/],
  ['a tenant or tenants', () => vendors.entra({}), /takes tenant/],
  ['not both', () => vendors.entra({ tenant: 'a', tenants: ['b'] }), /takes tenant/],
  ['some tenants', () => vendors.entra({ tenants: [] }), /tenants must be/],
  ['an object', () => vendors.entra('common' as never), /entra\(\) takes \{/],
  ['a policy', () => vendors.azureB2c({ tenant: 'a', tenantId: 'b' } as never), /tenantId/],
  ['clients', () => vendors.cognito({ userPoolId: 'eu-west-1_A' } as never), /clientIds/],
  ['some', () => vendors.cognito({ userPoolId: 'eu-west-1_A', clientIds: [] }), /app clients/],
  ['a pool', () => vendors.cognito({ userPoolId: 'pool', clientIds: ['a'] }), /userPoolId/],
  ['origins', () => vendors.clerk({ issuer: 'https://a', authorizedParties: [] }), /origins/],
  ['Google’s clients', () => vendors.google({ clientIds: [''] }), /OAuth clients/],
  ['a project', () => vendors.firebase('https://acme'), /project ID/],
  ['a project of Stytch', () => vendors.stytch('acme'), /project-live/],
  ['a trust domain', () => vendors.spiffe({ trustDomain: 'spiffe://a' }), /trustDomain/],
  ['whose jobs', () => vendors.githubActions(undefined as never), /takes \{ owners/],
  ['some jobs', () => vendors.githubActions({}), /takes one or more of owners, ownerIds/],
  ['some owners', () => vendors.githubActions({ owners: [] }), /owners must be/],
  ['an owner', () => vendors.githubActions({ owners: ['a/b'] }), /owners must be/],
  ['a repository', () => vendors.githubActions({ repositories: ['orders'] }), /'acme\/orders'/],
  ['an ID', () => vendors.githubActions({ repositoryIds: ['acme/orders'] }), /repositoryIds must/],
  ['texts', () => vendors.githubActions({ ownerIds: [740_011 as never] }), /ownerIds must be/],
  ['known jobs', () => vendors.githubActions({ actors: ['dana'] } as never), /a member actors/],
  [
    'clients of Spring',
    () => vendors.springAuthorizationServer('https://a', { clientIds: [] }),
    /cl/,
  ],
]

for (const [title, make, message] of wrong) {
  test(`a wrong argument says what to give: ${title}`, (t) => {
    t.throws(make, { instanceOf: TypeError, message })
  })
}

test('the slash that an issuer ends with, or not, is the vendor’s', (t) => {
  for (const domain of [
    'a.auth0.com',
    'a.auth0.com/',
    'https://a.auth0.com',
    'https://a.auth0.com/',
  ]) {
    t.is(vendors.auth0(domain).issuer, 'https://a.auth0.com/')
  }
  for (const slash of ['', '/']) {
    t.is(vendors.keycloak(`https://a/realms/b${slash}`).issuer, 'https://a/realms/b')
    t.is(
      vendors.authentik(`https://a/application/o/b${slash}`).issuer,
      'https://a/application/o/b/',
    )
    t.is(vendors.openIddict(`https://a${slash}`).issuer, 'https://a/')
    t.is(vendors.oryHydra(`https://a${slash}`).issuer, `https://a${slash}`)
  }
})

test('an issuer that is no URL needs its keys', (t) => {
  const jwksUri = 'https://auth.example.com/.well-known/jwks.json'
  for (const vendor of [
    vendors.fusionAuth('acme.com'),
    vendors.stytch('project-live-1'),
    vendors.spiffe({ trustDomain: 'example.org' }),
  ]) {
    t.throws(() => jwt(vendor), { instanceOf: TypeError, message: /give jwksUri or jwks/ })
    t.notThrows(() => jwt({ ...vendor, jwksUri }))
  }
  t.throws(() => jwt({ issuer: 'acme.com', jwksUri }), { message: /issuer must be an https URL/ })
})

test('an issuer of many tenants is told what it is', (t) => {
  const { issuer, jwksUri, dialect } = vendors.entra({ tenants: () => true })
  t.throws(() => jwt({ issuer, dialect }), { message: /give jwksUri or jwks/ })
  const one = ['https://{tenant}.example.com', 'https://example.com']
  for (const part of [
    { templates: [] },
    { templates: one },
    { claim: '' },
    { tenants: [] },
    { tenants: 'a' },
  ]) {
    const good = { templates: ['https://{tenant}.example.com'], claim: 'tid', tenants: ['a'] }
    t.notThrows(() => vendors.tenantIssuer(good))
    t.throws(() => vendors.tenantIssuer({ ...good, ...part } as never), {
      instanceOf: TypeError,
      message: /^tenantIssuer\(\): (templates|claim|tenants) must be/,
    })
    t.throws(() => jwt({ issuer: part as never, jwksUri }), { message: /issuer must be an issuer/ })
  }
})

test('a verifier tells whose tokens it takes, where that is one issuer', (t) => {
  const tenant = '266003ce-d453-41da-a87e-b822a60b7d8a'
  t.is(jwt(vendors.entra({ tenant })).issuer, `https://login.microsoftonline.com/${tenant}/v2.0`)
  t.is(jwt(vendors.entra({ tenants: () => true })).issuer, undefined)
})

test('the roles of one client, in place of those of the realm', (t) => {
  const { dialect } = vendors.keycloak('https://a/realms/b', { rolesOf: 'orders-api' })
  t.deepEqual(dialect.roles, [['resource_access', 'orders-api', 'roles']])
})

test('what each dialect relaxes can be told', (t) => {
  const { relaxations } = jwt(vendors.auth0('a.auth0.com'))
  t.deepEqual(relaxations, [
    'typ may be jwt',
    'client_id may be missing',
    'jti may be missing',
    'client_id may be read from azp',
  ])
})
