import test from 'ava'
import { type Fixture, fixtureOf, fixtures, type Json, type Outcome, present } from './fixtures.ts'
import { entra, githubActions, type GithubActionsOptions } from 'koa-resource-server/vendors'
import { setUp } from './setups.ts'

type Changes = Parameters<typeof setUp>[1]

async function presented(fixture: Fixture, changes: Changes = {}): Promise<Outcome> {
  const { token, tokens, audience } = setUp(fixture, changes)
  return present(token, tokens, audience)
}

/** On whose behalf, or why it is refused. */
async function read(id: string, claims: Json = {}, header: Json = {}): Promise<string> {
  const { auth, refused } = await presented(fixtureOf(id), { claims, header })
  return auth?.onBehalfOf ?? refused!
}

const now = Math.floor(Date.now() / 1000)
const logout = { 'http://schemas.openid.net/event/backchannel-logout': {} }

/** One JWT of each vendor, that it takes. */
const [...good] = new Map(
  fixtures
    .filter(
      ({ kind, id }) => kind === 'jwt' && !/graph|legacy|org-as|hydra-user$|service-role/.test(id),
    )
    .filter(({ id }) => !['glewlwyd-user', 'duende-user-scope-string'].includes(id))
    .map((fixture) => [fixture.vendor, fixture]),
).values()

/** Tokens of other kinds that the same key may have signed. */
const others: readonly (readonly [
  title: string,
  claims: Json,
  header?: Json,
  waivable?: boolean,
])[] = [
  ['an ID token by its nonce', { nonce: 'n' }, {}, true],
  ['an ID token by its at_hash', { at_hash: 'h' }, {}, true],
  ['an ID token by its c_hash', { c_hash: 'h' }, {}, true],
  ['an ID token by its s_hash', { s_hash: 'h' }],
  ['an ID token that says so', { typ: 'ID' }],
  ['an ID token that says so in another claim', { token_use: 'id' }],
  ['a refresh token', { typ: 'Refresh' }],
  ['a refresh token in words', { tokenType: 'refresh-token' }],
  ['a refresh token by its use', { token_use: 'refresh_token' }],
  ['a refresh token by its media type', {}, { typ: 'rt+jwt' }],
  ['an offline token', { typ: 'Offline' }],
  ['a logout token', { events: logout }],
  ['a logout token by its media type', { events: logout }, { typ: 'logout+jwt' }],
  ['a DPoP proof', { htm: 'GET', htu: 'https://api.example.com/' }],
  ['a DPoP proof by its media type', {}, { typ: 'dpop+jwt' }],
  ['an authorization request', { response_type: 'code' }],
  ['an authorization response', { code: 'c' }],
  ['an entity statement', { jwks: { keys: [] } }],
  ['an introspection answer', { token_introspection: { active: true } }],
  ['an introspection answer by its media type', {}, { typ: 'token-introspection+jwt' }],
  ['a credential', { vc: {} }],
  ['a security event by its media type', {}, { typ: 'secevent+jwt' }],
]

for (const fixture of good) {
  test(`${fixture.vendor}: nothing but access tokens`, async (t) => {
    t.is((await presented(fixture)).cause, undefined)
    for (const [title, claims, header, waivable] of others) {
      // What says at+jwt says that it is an access token.
      const plain = { typ: 'JWT' }
      const { refused, auth } = await presented(fixture, {
        claims,
        header: { ...plain, ...header },
      })
      const isWaived = waivable && (relaxed[title] ?? []).includes(fixture.vendor)
      if (isWaived) t.truthy(auth, title)
      else t.is(refused, 'typ', title)
    }
  })
}

/** Who issues access tokens with a sign of another kind. */
const relaxed: Readonly<Record<string, readonly string[]>> = {
  'an ID token by its nonce': ['keycloak', 'authentik', 'dex', 'casdoor', 'firebase'],
  'an ID token by its at_hash': ['authentik', 'dex', 'firebase'],
  'an ID token by its c_hash': ['authentik', 'dex'],
}

test('what somebody says of himself is no access token', async (t) => {
  for (const fixture of good) {
    if (fixture.claims!['iss'] === undefined) continue
    const claims = { sub: fixture.claims!['iss'] }
    const { auth } = await presented(fixture, { claims, header: { typ: 'JWT' } })
    t.is(auth, undefined, fixture.vendor)
  }
})

test('no symmetric algorithm, and none at all', async (t) => {
  for (const fixture of good) {
    for (const alg of ['HS256', 'none']) {
      const { refused } = await presented(fixture, { header: { alg } })
      t.is(refused, 'algorithm', `${fixture.vendor} ${alg}`)
    }
  }
})

test('an audience is never waived: neither missing, nor empty, nor foreign', async (t) => {
  for (const fixture of good) {
    for (const aud of [[], 'https://elsewhere.example.com', ['https://elsewhere.example.com']]) {
      const { auth } = await presented(fixture, { claims: { aud } })
      t.is(auth, undefined, `${fixture.vendor} ${JSON.stringify(aud)}`)
    }
    const others = { aud: undefined, client_id: undefined, azp: undefined }
    const { auth } = await presented(fixture, { claims: others })
    t.is(auth, undefined, fixture.vendor)
  }
})

/** Tokens of clients on their own behalf that are good. */
const clients = fixtures.filter(
  ({ id, expect }) => expect.actsFor === 'client' && !/service-role|legacy/.test(id),
)

for (const fixture of clients) {
  test(`${fixture.id}: whatever it lacks, a client is no resource owner`, async (t) => {
    const names = Object.keys(fixture.claims ?? fixture.response!)
    for (const one of names) {
      for (const another of names) {
        const claims = { [one]: undefined, [another]: undefined }
        const { auth } = await presented(fixture, { claims })
        t.not(auth?.onBehalfOf, 'resource-owner', `without ${one} and ${another}`)
      }
    }
  })
}

test('Keycloak: a person with the name of a service account is not taken for it', async (t) => {
  const name = { preferred_username: 'service-account-orders-web' }
  t.is(await read('keycloak-user', name), 'unknown')
  t.is(await read('keycloak-user', { preferred_username: 'SERVICE-ACCOUNT-orders-web' }), 'unknown')
  t.is(await read('keycloak-user', { client_id: 'orders-web', ...name }), 'unknown')
  t.is(await read('keycloak-user-named-like-service-account'), 'resource-owner')
})

test('Keycloak: a service account never passes for a person', async (t) => {
  t.is(
    await read('keycloak-client', { clientHost: undefined, clientAddress: undefined }),
    'unknown',
  )
  // Its token, exchanged by another client.
  const exchanged = { azp: 'orders-web', clientHost: undefined, clientAddress: undefined }
  t.is(await read('keycloak-client', { ...exchanged, client_id: undefined, sid: 's' }), 'unknown')
  t.is(await read('keycloak-client', { preferred_username: 'alice' }), 'unknown')
})

test('the form of a subject tells nothing at other issuers', async (t) => {
  const forms = [
    'x@clients',
    'wjmjWsxG5aQ@clients',
    'service-account-wjmjWsxG5aQ',
    'mch_1',
    'm2m-client-live-1',
    'system:serviceaccount:a:b',
    'spiffe://example.org/a',
    'repo:a/b',
    '(age!x)',
    'client_id_wjmjWsxG5aQ',
  ]
  for (const sub of forms) t.is(await read('rfc9068-user', { sub }), 'resource-owner', sub)
})

test('Auth0: only the client’s own @clients is it', async (t) => {
  t.is(await read('auth0-user-default', { sub: 'somebody@clients' }), 'unknown')
  t.is(await read('auth0-user-default', { sub: 'auth0|x@clients' }), 'resource-owner')
  t.is(await read('auth0-client-agent', { sub_profile: undefined }), 'unknown')
  t.is(await read('auth0-client-agent', { sub_profile: 'user service' }), 'unknown')
})

test('Entra: tid, iss and the key are of one tenant, which is trusted', async (t) => {
  const foreign = '11111111-1111-1111-1111-111111111111'
  const iss = `https://login.microsoftonline.com/${foreign}/v2.0`
  t.is(await read('entra-v2-delegated', { iss, tid: foreign }), 'issuer')
  t.is(await read('entra-v2-delegated', { iss }), 'unknown-issuer')
  t.is(await read('entra-v2-delegated', { tid: foreign }), 'unknown-issuer')
  t.is(await read('entra-v2-delegated', { tid: undefined }), 'unknown-issuer')
  t.is(await read('entra-v2-delegated', { tid: '{tenant}' }), 'unknown-issuer')
  // Its keys are those of personal accounts.
  const { claims } = fixtureOf('entra-v2-delegated')
  const { iss: own, tid } = claims!
  t.is(await read('entra-v2-personal-account', { iss: own, tid }), 'unknown-key')
})

test('Entra: neither an ID token, nor a token for an application that was granted nothing', async (t) => {
  t.is(await read('entra-v2-delegated', { azp: undefined }), 'claims')
  t.is(await read('entra-v2-app-idtyp', { roles: undefined }), 'claims')
  t.is(await read('entra-v2-app-idtyp', { idtyp: 'what' }), 'unknown')
})

test('Entra: groups that stand elsewhere are not known, and give nothing', async (t) => {
  const claims = { _claim_names: { groups: 'src1' }, _claim_sources: { src1: {} } }
  const { auth } = await presented(fixtureOf('entra-v2-delegated'), { claims })
  t.deepEqual([...auth!.elsewhere], ['groups'])
  t.is(auth!.groups.size, 0)
  const few = await presented(fixtureOf('entra-v2-delegated'), { claims: { groups: ['a'] } })
  t.is(few.auth!.elsewhere.size, 0)
  t.deepEqual([...few.auth!.groups], ['a'])
})

test('Entra: what tells tenants apart is asked, and only a plain yes counts', async (t) => {
  const tid = '266003ce-d453-41da-a87e-b822a60b7d8a'
  const fixture = fixtureOf('entra-v2-delegated')
  const asked: string[] = []
  const outcomes: readonly (readonly [tenants: (tenant: string) => boolean, good: boolean])[] = [
    [(tenant) => asked.push(tenant) > 0, true],
    [() => false, false],
    [(async () => true) as never, false],
    [(() => 'yes') as never, false],
  ]
  for (const [tenants, good] of outcomes) {
    const { issuer } = entra({ tenants })
    const { auth, refused } = await presented(fixture, { options: { issuer } })
    t.is(auth?.issuer, good ? `https://login.microsoftonline.com/${tid}/v2.0` : undefined)
    t.is(refused, good ? undefined : 'issuer')
  }
  t.deepEqual(asked, [tid])
})

test('OpenIddict: the display name of a client, in an answer, is no sign of a person', async (t) => {
  const id = 'openiddict-introspection-user'
  t.is(await read(id), 'resource-owner')
  t.is(await read(id, { email: undefined }), 'unknown')
  t.is(await read(id, { email: undefined, username: undefined }), 'unknown')
  t.is(await read(id, { email: undefined, preferred_username: 'dana' }), 'resource-owner')
  t.is(await read(id, { sub: 'orders-web' }), 'client')
})

test('Zitadel: a service account whose name is a number is no person', async (t) => {
  for (const id of ['488929147626535639', '488929147626535639@acme']) {
    t.is(await read('zitadel-introspection-client', { client_id: id }), 'unknown', id)
    t.is(await read('zitadel-user', { client_id: id }), 'unknown', id)
    t.is(await read('zitadel-introspection-client', { client_id: id, username: id }), 'client', id)
  }
  const own = { client_id: '488929147626535632' }
  t.is(await read('zitadel-user', own), 'resource-owner')
})

test('PingAM: only by a grant that needs a person is a bare subject one', async (t) => {
  const given = 'urn:ietf:params:oauth:grant-type:'
  const grants: readonly (readonly [grant: unknown, told: string])[] = [
    ['authorization_code', 'resource-owner'],
    ['password', 'resource-owner'],
    [`${given}device_code`, 'resource-owner'],
    [`${given}jwt-bearer`, 'unknown'],
    [`${given}token-exchange`, 'unknown'],
    ['refresh_token', 'unknown'],
    [['authorization_code'], 'unknown'],
    [undefined, 'unknown'],
    ['client_credentials', 'client'],
  ]
  for (const [grant, told] of grants) {
    const claims = { sub: 'another-cron', grant_type: grant }
    t.is(await read('pingam-client-plain-sub', claims), told, String(grant))
  }
})

test('Curity: a subject of 64 hex digits is no person unless somebody signed in', async (t) => {
  t.is(await read('curity-user'), 'resource-owner')
  t.is(await read('curity-user', { scope: 'orders' }), 'unknown')
  t.is(await read('curity-user', { scope: 'openid_orders' }), 'unknown')
  t.is(await read('curity-user', { scope: undefined }), 'unknown')
  t.is(await read('curity-user', { sub: 'dana' }), 'unknown')
})

test('Duende: a client with a claim sub of its own is no person', async (t) => {
  t.is(await read('duende-client', { sub: '88420017' }), 'unknown')
  t.is(await read('duende-introspection-client', { sub: '88420017' }), 'unknown')
  const ways = { idp: undefined, amr: undefined, auth_time: undefined }
  t.is(await read('duende-user', ways), 'unknown')
  t.is(await read('duende-user', { ...ways, idp: 'local' }), 'resource-owner')
  t.is(await read('duende-user', { ...ways, amr: ['pwd'] }), 'resource-owner')
  t.is(await read('duende-user', { ...ways, auth_time: now }), 'resource-owner')
})

test('Kinde: what was asked for counts where a token does not say what was granted', async (t) => {
  const scope = { scope: 'read:orders', scp: ['read:orders', 'write:orders'] }
  const both = await presented(fixtureOf('kinde-m2m-client'), { claims: scope })
  t.deepEqual([...both.auth!.scopes], ['read:orders'])
  const none = await presented(fixtureOf('kinde-m2m-client'), { claims: { ...scope, scope: '' } })
  t.deepEqual([...none.auth!.scopes], [])
  const asked = await presented(fixtureOf('kinde-user'), { claims: { scp: ['orders'] } })
  t.deepEqual([...asked.auth!.scopes], ['orders'])
})

test('the names of an object’s own members tell nothing', async (t) => {
  for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
    t.is(await read('entra-v2-app-idtyp', { idtyp: name }), 'unknown')
    t.is(await read('wso2-client', { aut: name }), 'unknown')
    t.is(await read('oracle-idcs-user', { sub_type: name }), 'unknown')
    const profile = { sub_profile: name, sub: 'somebody' }
    t.is(await read('auth0-client-agent', profile), 'unknown')
  }
})

test('GitHub Actions: a job of another owner, or another repository, is refused', async (t) => {
  const id = 'github-actions-workload'
  t.is(await read(id), 'client')
  t.is(await read(id, { repository_owner: 'evil' }), 'typ')
  t.is(await read(id, { repository_owner: undefined }), 'typ')
  t.is(await read(id, { repository_id: '880023' }), 'typ')
  t.is(await read(id, { repository_id: 880_022 }), 'typ')
  const all: readonly (readonly [options: GithubActionsOptions, foreign: Json])[] = [
    [{ owners: ['acme'] }, { repository_owner: 'Acme2' }],
    [{ ownerIds: ['740011'] }, { repository_owner_id: '740012' }],
    [{ repositories: ['acme/orders'] }, { repository: 'acme/other' }],
    [{ repositoryIds: ['1', '880022'] }, { repository_id: '2' }],
  ]
  for (const [given, claims] of all) {
    const { dialect } = githubActions(given)
    t.truthy((await presented(fixtureOf(id), { options: { dialect } })).auth)
    const outcome = await presented(fixtureOf(id), { claims, options: { dialect } })
    t.is(outcome.refused, 'typ')
  }
})

test('an encrypted token is told from an opaque one', async (t) => {
  const { tokens, audience } = setUp(fixtureOf('openiddict-user'))
  const encrypted = ['eyJhbGciOiJSU0EtT0FFUCJ9', 'a', 'b', 'c', 'd'].join('.')
  const { refused, cause } = await present(encrypted, tokens, audience)
  t.is(refused, 'malformed')
  t.regex(cause!, /encrypted/)
})

test('Cognito: another client of the pool, or an ID token, is refused', async (t) => {
  t.is(await read('cognito-user', { client_id: 'another' }), 'audience')
  t.is(await read('cognito-user', { token_use: 'id' }), 'typ')
  t.is(await read('cognito-user', { token_use: undefined }), 'typ')
  t.is(await read('cognito-client', { username: 'x' }), 'unknown')
})

test('Clerk: another origin or client, or a session that is pending, is refused', async (t) => {
  t.is(await read('clerk-session-user', { azp: 'https://evil.example.com' }), 'audience')
  t.is(await read('clerk-session-user', { azp: undefined }), 'audience')
  t.is(await read('clerk-session-user', { sts: 'pending' }), 'typ')
  t.is(await read('clerk-oauth-user', { client_id: 'another' }), 'audience')
})

test('B2C: a token of another policy is refused', async (t) => {
  t.is(await read('b2c-user', { tfp: 'B2C_1_other' }), 'typ')
})

test('Supabase: what a user writes gives no role', async (t) => {
  const claims = { user_metadata: { role: 'admin', roles: ['admin'] }, role: 'authenticated' }
  const { auth } = await presented(fixtureOf('supabase-user'), { claims })
  t.deepEqual([...auth!.roles], ['authenticated'])
  t.is(await read('supabase-user', { role: 'service_role' }), 'unknown')
})

test('SPIFFE: another trust domain, or one that begins alike, is another issuer', async (t) => {
  for (const sub of [
    'spiffe://evil.org/a',
    'spiffe://example.org.evil.org/a',
    'spiffe://example.org',
  ]) {
    t.is(await read('spiffe-jwt-svid', { sub }), 'unknown-issuer', sub)
  }
})

const active: readonly (readonly [id: string, claims: Json])[] = [
  ['hydra-introspection-user', { token_use: 'refresh_token' }],
  ['wso2-introspection-user', { token_type: 'Refresh' }],
  ['glewlwyd-introspection-client', { token_type: 'refresh_token' }],
  ['glewlwyd-introspection-client', { token_type: 'id_token' }],
  ['openiddict-introspection-user', { token_usage: 'refresh_token' }],
  ['keycloak-introspection-user', { typ: 'Refresh' }],
  ['keycloak-introspection-user', { typ: 'ID' }],
  ['curity-introspection-user', { purpose: 'refresh_token' }],
  ['fusionauth-introspection-user', { tty: 'it' }],
  ['duende-introspection-client', { token_type: 'refresh_token' }],
  ['okta-introspection-user', { nonce: 'n' }],
]

for (const [id, claims] of active) {
  test(`${id}: an active token of another kind is refused: ${JSON.stringify(claims)}`, async (t) => {
    const aud = id.startsWith('hydra') ? { aud: ['https://orders.example.com'] } : {}
    t.is(await read(id, { ...claims, ...aud }), 'token-type')
  })
}

test('a token that says DPoP of itself is no bearer token', async (t) => {
  t.is(await read('glewlwyd-introspection-client', { token_type: 'DPoP' }), 'token-type')
})

test('time counts at every vendor', async (t) => {
  for (const fixture of good) {
    const { refused } = await presented(fixture, { claims: { exp: now - 60 } })
    t.is(refused, 'expired', fixture.vendor)
    const endless = await presented(fixture, { claims: { exp: undefined } })
    t.is(endless.refused, 'claims', fixture.vendor)
  }
})
