import { format, inspect } from 'node:util'
import test from 'ava'
import type { Authentication } from 'koa-resource-server'
import { clientSecretBasic, introspection, jwt, requireScope } from 'koa-resource-server'
import { dpop } from 'koa-resource-server/dpop'
import { mtls } from 'koa-resource-server/mtls'
import { authorizationServer, dpopKey } from 'koa-resource-server/testing'
import { audience, issuing, protect } from './kit.ts'
import { inheritsNothing } from './inherits-nothing.ts'

const as = await authorizationServer({ audience, issuer: 'https://rfc9700.example.com' })
const tokens = jwt({ issuer: as.issuer, jwks: as.jwks })

test('RS-199 §4.15: tokens with and without a resource owner are told apart', async (t) => {
  const { send, admitted } = await protect(t, { tokens })
  await send(await as.accessToken({ sub: 'alice', client_id: 'app', username: 'Alice' }))
  await send(await as.accessToken({ sub: 'app', client_id: 'app', username: 'Alice' }))
  const [alice, app] = admitted
  t.is(alice?.onBehalfOf, 'resource-owner')
  t.deepEqual(alice?.resourceOwner, { issuer: as.issuer, subject: 'alice', username: 'Alice' })
  t.deepEqual(alice?.client, { id: 'app' })
  t.is(app?.onBehalfOf, 'client')
  t.is(app?.resourceOwner, undefined)
  t.deepEqual(app?.client, { id: 'app' })
  t.is(app?.subject, 'app')
})

test('RS-199 §4.15: introspection answers tell them apart too, or say that they do not tell', async (t) => {
  const live = await issuing(t)
  const { send, admitted } = await protect(t, {
    tokens: introspection({ issuer: live.issuer, clientAuth: clientSecretBasic('api', 'secret') }),
  })
  const answers = [
    { sub: 'alice', client_id: 'app' },
    { sub: 'app', client_id: 'app' },
    { sub: undefined, client_id: 'app' },
    { sub: undefined, client_id: undefined },
    { sub: undefined, client_id: 'app', username: 'alice' },
    { sub: 'alice', client_id: undefined },
  ]
  for (const answer of answers) t.is((await send(live.opaqueToken(answer))).status, 200)
  t.deepEqual(
    admitted.map((auth) => auth?.onBehalfOf),
    ['resource-owner', 'client', 'client', 'client', 'unknown', 'unknown'],
  )
  t.deepEqual(
    admitted.map((auth) => auth?.resourceOwner?.subject),
    ['alice', undefined, undefined, undefined, undefined, undefined],
  )
})

test('RS-196 §4.9.3: printing or encoding what stands on the context shows no token', async (t) => {
  const { send, admitted } = await protect(t, { tokens })
  const token = await as.accessToken({ act: { sub: 'a' } })
  await send(token)
  const auth = admitted[0] as Authentication
  t.is(auth.token, token)
  const printed = [
    JSON.stringify(auth),
    JSON.stringify({ ...auth }),
    inspect(auth, { depth: Infinity }),
    format('%s %o %O %j', auth, { auth }, auth, auth),
    JSON.stringify(Object.entries(auth)),
    JSON.stringify(structuredClone({ ...auth, scopes: [...auth.scopes] })),
  ]
  const signature = token.split('.')[2]!
  for (const text of printed) t.false(text.includes(signature), text)
})

test('what stands on the context cannot be changed, by whatever handler', async (t) => {
  const { send, admitted } = await protect(t, { tokens })
  await send(
    await as.accessToken({
      scope: 'a',
      act: { sub: 'actor', act: { sub: 'before' } },
      nested: { list: [{ deep: true }] },
    }),
  )
  const auth = admitted[0] as any
  const changes = [
    () => (auth.onBehalfOf = 'client'),
    () => (auth.resourceOwner.subject = 'mallory'),
    () => (auth.client.id = 'mallory'),
    () => (auth.claims.scope = 'admin'),
    () => (auth.claims.nested.list[0].deep = false),
    () => auth.claims.nested.list.push('x'),
    () => (auth.actor.subject = 'mallory'),
    () => (auth.actor.actor.subject = 'mallory'),
    () => auth.scopes.add('admin'),
    () => auth.scopes.delete('a'),
    () => auth.scopes.clear(),
    () => (auth.token = 'x'),
    () => (auth.extra = 'x'),
  ]
  for (const change of changes) t.throws(change, { instanceOf: TypeError }, String(change))
  t.deepEqual([...auth.scopes], ['a'])
})

test('claims are plain data, whatever their names', async (t) => {
  const { send, admitted } = await protect(t, { tokens })
  const hostile = JSON.parse(
    '{"__proto__":{"admin":true},"constructor":"c","toString":"s","hasOwnProperty":1}',
  )
  t.is((await send(await as.accessToken(hostile))).status, 200)
  const claims = admitted[0]?.claims ?? {}
  t.is(claims['admin'], undefined)
  t.true(inheritsNothing(claims))
  t.true(Object.hasOwn(claims, '__proto__'))
  t.like(claims, { constructor: 'c', toString: 's', hasOwnProperty: 1 })
  t.is(claims['valueOf'], undefined, 'nothing is inherited')
})

test('RS-215 RFC 8693 §4.1: the outermost actor stands out, those before it are nested', async (t) => {
  const { send, admitted } = await protect(t, { tokens })
  const act = { sub: 'outer', iss: as.issuer, act: { sub: 'inner' } }
  await send(await as.accessToken({ act }))
  await send(await as.accessToken())
  t.like(admitted[0]?.actor, { subject: 'outer', issuer: as.issuer })
  t.is(admitted[0]?.actor?.actor?.subject, 'inner')
  t.is(admitted[0]?.actor?.actor?.actor, undefined)
  t.is(admitted[1]?.actor, undefined)
})

test('RS-200, RS-201 OAuth 2.1 §5.2, §5.3.1: expiry is checked on every request, and a refusal has a challenge', async (t) => {
  const { send } = await protect(t, { tokens, clockTolerance: 0 })
  const exp = Math.floor(Date.now() / 1000) + 2
  const token = await as.accessToken({ exp })
  t.is((await send(token)).status, 200)
  await new Promise((later) => setTimeout(later, exp * 1000 - Date.now() + 20))
  const { status, bearer } = await send(token)
  t.is(status, 401)
  t.is(bearer?.['error'], 'invalid_token')
})

test('RS-193, RS-197 §2.2.1, §4.10.1: a token that is bound to a key is good with a proof, once', async (t) => {
  const { url, send } = await protect(t, {
    tokens,
    baseUrl: 'https://api.example.com',
    confirmation: [dpop(), mtls()],
  })
  const key = await dpopKey()
  const token = await as.accessToken({ cnf: { jkt: key.jkt } })
  const DPoP = await key.proof({ method: 'GET', url: `${audience}/`, token })
  const present = async (headers: Record<string, string>): Promise<number> =>
    (await fetch(url, { headers: { Authorization: `DPoP ${token}`, ...headers } })).status
  t.is(await present({ DPoP }), 200)
  t.is(await present({ DPoP }), 401, 'replayed')
  t.is(await present({}), 401)
  t.is((await send(token)).status, 401, 'as a bearer token')
  const bound = await as.accessToken({ cnf: { 'x5t#S256': 'A'.repeat(43) } })
  t.is((await send(bound)).status, 401, 'without the certificate')
})

test('RS-195 §2.3: what a token allows is judged on every request, for its route and method', async (t) => {
  const { send, admitted } = await protect(t, { tokens }, (ctx, next) =>
    requireScope(ctx.method === 'GET' ? 'orders:read' : 'orders:write')(ctx, next),
  )
  const token = await as.accessToken({ scope: 'orders:read' })
  for (const [method, status] of [
    ['GET', 200],
    ['POST', 403],
    ['GET', 200],
    ['DELETE', 403],
  ] as const) {
    t.is((await send(token, { method })).status, status)
  }
  t.is(admitted.length, 2)
})

test('RS-198 §4.13: what only a proxy may say counts for nothing from anybody else', async (t) => {
  const proxy = { trusted: '10.0.0.0/8', format: 'rfc9440' } as const
  const { app, send } = await protect(t, { tokens, confirmation: mtls({ proxy }) })
  const token = await as.accessToken({ cnf: { 'x5t#S256': 'A'.repeat(43) } })
  const headers = { 'Client-Cert': ':AAAA:', 'X-Forwarded-For': '10.0.0.1' }
  t.is((await send(token, { headers })).status, 401)
  app.proxy = true
  t.is(
    (await send(await as.accessToken(), { headers: { 'X-Forwarded-Proto': 'http' } })).status,
    400,
  )
})
