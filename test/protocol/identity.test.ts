import { inspect } from 'node:util'
import test from 'ava'
import { type Dialect, rfc9068 } from '../../src/protocol/dialect.ts'
import { type Authentication, withToken } from '../../src/protocol/authentication.ts'
import { identify } from '../../src/protocol/identity.ts'

const issuer = 'https://as.example.com'

function identified(claims: object, dialect: Partial<Dialect> = {}): Authentication {
  const facts = { claims: claims as {}, dialect: { ...rfc9068, ...dialect }, issuer }
  return withToken(identify(facts), 'canary-token')
}

const owners: readonly (readonly [
  title: string,
  claims: object,
  onBehalfOf: Authentication['onBehalfOf'],
  resourceOwner?: object,
])[] = [
  [
    'a resource owner',
    { sub: 'owner-1', client_id: 'client-1' },
    'resource-owner',
    { issuer, subject: 'owner-1', username: undefined },
  ],
  [
    'a resource owner with a name',
    { sub: 'owner-1', client_id: 'client-1', username: 'jdoe' },
    'resource-owner',
    { issuer, subject: 'owner-1', username: 'jdoe' },
  ],
  ['a client as its own subject', { sub: 'client-1', client_id: 'client-1' }, 'client'],
  ['a client with a name', { sub: 'client-1', client_id: 'client-1', username: 'api' }, 'client'],
  ['a client without a subject', { client_id: 'client-1' }, 'client'],
  ['neither subject nor client', {}, 'client'],
  ['a subject without a client', { sub: 'owner-1' }, 'unknown'],
  ['a name without a subject', { client_id: 'client-1', username: 'jdoe' }, 'unknown'],
  [
    'case counts',
    { sub: 'Client-1', client_id: 'client-1' },
    'resource-owner',
    { issuer, subject: 'Client-1', username: undefined },
  ],
]

for (const [title, claims, onBehalfOf, resourceOwner] of owners) {
  test(`on behalf of: ${title}`, (t) => {
    const auth = identified(claims)
    t.is(auth.onBehalfOf, onBehalfOf)
    t.deepEqual(auth.resourceOwner, resourceOwner as typeof auth.resourceOwner)
  })
}

test('a dialect that tells of a resource owner where there is no subject is not believed', (t) => {
  const auth = identified({ client_id: 'client-1' }, { onBehalfOf: () => 'resource-owner' })
  t.is(auth.onBehalfOf, 'unknown')
  t.is(auth.resourceOwner, undefined)
})

test('a dialect may tell on whose behalf from any claim', (t) => {
  const dialect: Partial<Dialect> = {
    onBehalfOf: ({ gty }) => (gty === 'client-credentials' ? 'client' : 'resource-owner'),
  }
  const claims = { sub: 'a', client_id: 'b' }
  t.is(identified({ ...claims, gty: 'client-credentials' }, dialect).onBehalfOf, 'client')
  t.is(identified(claims, dialect).resourceOwner?.subject, 'a')
})

const dialect: Partial<Dialect> = {
  scope: ['scp', 'scope'],
  clientId: ['azp', 'cid', 'client_id'],
  username: ['preferred_username', 'email'],
}

const parts: readonly (readonly [
  title: string,
  claims: object,
  part: (auth: Authentication) => unknown,
  value: unknown,
])[] = [
  ['client', { client_id: 'c' }, ({ client }) => client, { id: 'c' }],
  ['no client', {}, ({ client }) => client, undefined],
  ['the first claim of several', { azp: 'a', cid: 'b' }, ({ client }) => client, { id: 'a' }],
  ['the first that is there', { cid: 'b' }, ({ client }) => client, { id: 'b' }],
  ['the first that is a string', { azp: 5, cid: 'b' }, ({ client }) => client, { id: 'b' }],
  ['subject', { sub: 's' }, ({ subject }) => subject, 's'],
  ['no subject', {}, ({ subject }) => subject, undefined],
  ['issuer', { iss: 'https://other.example.com' }, ({ issuer: known }) => known, issuer],
  ['expiry', { exp: 1.5 }, ({ expiresAt }) => expiresAt, 1.5],
  ['no expiry', {}, ({ expiresAt }) => expiresAt, undefined],
  ['scopes', { scope: 'a b' }, ({ scopes }) => [...scopes], ['a', 'b']],
  ['scopes of another claim', { scp: 'c', scope: 'a b' }, ({ scopes }) => [...scopes], ['c']],
  ['no scopes', {}, ({ scopes }) => [...scopes], []],
  ['an empty scope', { scp: '', scope: 'a' }, ({ scopes }) => [...scopes], []],
  ['claims', { roles: ['a'] }, ({ claims }) => claims, { roles: ['a'] }],
  ['token', {}, ({ token }) => token, 'canary-token'],
  ['no actor', {}, ({ actor }) => actor, undefined],
  [
    'an actor',
    { act: { iss: 'i', sub: 's', role: 'r' } },
    ({ actor }) => actor,
    { issuer: 'i', subject: 's', claims: { iss: 'i', sub: 's', role: 'r' }, actor: undefined },
  ],
  [
    'the actor before',
    { act: { sub: 'outer', act: { sub: 'inner' } } },
    ({ actor }) => [actor?.subject, actor?.actor?.subject, actor?.actor?.actor],
    ['outer', 'inner', undefined],
  ],
  [
    'an actor with malformed members',
    { act: { sub: 5, iss: null, act: 'x' } },
    ({ actor }) => [actor?.subject, actor?.issuer, actor?.actor],
    [undefined, undefined, undefined],
  ],
]

for (const [title, claims, part, value] of parts) {
  test(`reads ${title}`, (t) => {
    t.deepEqual(part(identified(claims, dialect)), value)
  })
}

test('the names of a dialect are looked up in the claims, not in their prototype', (t) => {
  const claims = Object.assign(Object.create(null), { sub: 'a' }) as object
  t.is(identified(claims, { clientId: ['toString', 'constructor'] }).client, undefined)
})

test('nothing of it can be changed', (t) => {
  const auth = identified({
    sub: 'owner-1',
    client_id: 'client-1',
    act: { sub: 'a', act: { sub: 'b' } },
  })
  for (const part of [auth, auth.resourceOwner, auth.client, auth.actor, auth.actor?.actor]) {
    t.true(Object.isFrozen(part))
    t.truthy(part)
  }
  t.throws(() => Object.assign(auth, { subject: 'evil' }), { instanceOf: TypeError })
  t.throws(() => Object.assign(auth, { token: 'evil' }), { instanceOf: TypeError })
  t.is(auth.token, 'canary-token')
})

test('the token is never printed, encoded or copied along', (t) => {
  const auth = identified({ sub: 'owner-1', client_id: 'client-1', scope: 'a' })
  for (const text of [
    JSON.stringify(auth),
    JSON.stringify({ ...auth }),
    inspect(auth),
    inspect(auth, { showHidden: true, depth: Infinity }),
    inspect({ ...auth }, { showHidden: true }),
    Object.keys(auth).join(),
  ]) {
    t.notRegex(text, /canary/)
  }
  t.false('token' in { ...auth })
})
