import test, { type ExecutionContext } from 'ava'
import type { Authentication } from 'koa-resource-server'
import { okta } from 'koa-resource-server/vendors'
import { type Fixture, fixtureOf, fixtures, type Json, present } from './fixtures.ts'
import { setUp } from './setups.ts'

/** What a resource server must not take, with the reason; and what makes it good, so that it can be read. */
const refused: Readonly<Record<string, readonly [reason: string, cause: RegExp, repair?: Json]>> = {
  'entra-graph-delegated': ['audience', /Microsoft Graph/],
  'hydra-user': ['audience', /asks for this API/, { aud: ['https://orders.example.com'] }],
  'hydra-introspection-user': ['audience', /\[\]/, { aud: ['https://orders.example.com'] }],
  'duende-user-scope-string': [
    'claims',
    /add an API resource/,
    // Nor does it tell how the person signed in, as the server's tokens do.
    { aud: 'urn:orders', idp: 'local' },
  ],
  'glewlwyd-user': ['audience', /as resource/, { aud: 'https://api.example.com' }],
  'supabase-service-role-key': ['unknown-issuer', /supabase/],
  'kubernetes-legacy-secret-token': ['unknown-issuer', /kubernetes\/serviceaccount/],
}

/** Tokens that do not tell on whose behalf their client acts, whatever they are known to be. */
const undecided = new Set(['b2c-client', 'doorkeeper-introspection-user-default'])

/** Okta says that nobody but itself is to take these. */
const notOurs = 'okta-org-as-user'

function isReadAs(t: ExecutionContext, auth: Authentication, { id, expect }: Fixture): void {
  const acting = expect.actsFor === 'user' ? 'resource-owner' : 'client'
  const told = undecided.has(id) ? 'unknown' : acting
  t.is(auth.onBehalfOf, told)
  t.is(auth.resourceOwner?.subject, expect.resourceOwner ?? undefined)
  t.deepEqual([...auth.scopes], [...expect.scopes])
  t.is(auth.subject, expect.subject ?? undefined)
  t.is(auth.client?.id, expect.clientId ?? undefined)
  if (expect.roles) t.deepEqual([...auth.roles], [...expect.roles])
  if (expect.permissions) t.deepEqual([...auth.permissions], [...expect.permissions])
}

for (const fixture of fixtures) {
  const { id } = fixture
  const [reason, cause, repair] = refused[id] ?? []
  if (id === notOurs) continue

  if (reason !== undefined) {
    test(`${id} is refused: ${reason}`, async (t) => {
      const { token, tokens, audience } = setUp(fixture)
      const outcome = await present(token, tokens, audience)
      t.is(outcome.refused, reason)
      t.regex(outcome.cause ?? '', cause!)
    })
    if (repair === undefined) continue
  }

  test(`${id} is read as its vendor means it`, async (t) => {
    const { token, tokens, audience } = setUp(fixture, { claims: repair ?? {} })
    const { auth, cause: why } = await present(token, tokens, audience)
    if (auth === undefined) t.fail(why)
    else isReadAs(t, auth, fixture)
  })
}

test('there are fixtures, and all that is said of some is of one', (t) => {
  t.true(fixtures.length > 100)
  for (const id of [...Object.keys(refused), ...undecided, notOurs]) t.truthy(fixtureOf(id), id)
})

test('what can not be decided is settled by machineClients', async (t) => {
  const fixture = fixtureOf('b2c-client')
  const machine = '482de378-8b20-4a7b-a39f-b6561a0d63e9'
  for (const machineClients of [[machine], (client: string) => client === machine]) {
    const { token, tokens, audience } = setUp(fixture, { options: { machineClients } })
    t.is((await present(token, tokens, audience)).auth?.onBehalfOf, 'client')
  }
  const others = [['another'], () => false, (() => 'yes') as never]
  for (const machineClients of others) {
    const { token, tokens, audience } = setUp(fixture, { options: { machineClients } })
    t.is((await present(token, tokens, audience)).auth?.onBehalfOf, 'unknown')
  }
  const broken = () => {
    throw new Error('no database')
  }
  for (const machineClients of [broken, async () => true, async () => broken()]) {
    const { token, tokens, audience } = setUp(fixture, { options: { machineClients } })
    t.is((await present(token, tokens, audience)).refused, 'CheckUnavailable')
  }
  const doorkeeper = fixtureOf('doorkeeper-introspection-user-default')
  const options = { machineClients: [String(doorkeeper.expect.clientId)] }
  const { token, tokens, audience } = setUp(doorkeeper, { options })
  t.is((await present(token, tokens, audience)).auth?.onBehalfOf, 'client')
})

test('a machine that names a resource owner all the same is neither', async (t) => {
  const fixture = fixtureOf('keycloak-user')
  const options = { machineClients: ['orders-web'] }
  const { token, tokens, audience } = setUp(fixture, { options })
  t.is((await present(token, tokens, audience)).auth?.onBehalfOf, 'unknown')
})

test('the org authorization server of Okta is refused before any token comes', (t) => {
  const { claims } = fixtureOf(notOurs)
  t.throws(() => okta(String(claims!['iss'])), { message: /are for Okta alone/ })
})
