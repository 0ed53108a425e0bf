import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { setTimeout as delay } from 'node:timers/promises'
import { inspect } from 'node:util'
import test from 'ava'
import type Koa from 'koa'
import {
  type AuthState,
  clientSecretBasic,
  introspection,
  jwt,
  resourceServer,
} from 'koa-resource-server'
import { requireFreshIntrospection } from 'koa-resource-server/guards'
import { audience, issuing, protect, until } from './kit.ts'

/** Signatures that have been verified in this process, by the text that was signed. */
const verified: string[] = []
const { verify } = crypto
crypto.verify = ((...args: Parameters<typeof verify>) => {
  verified.push(Buffer.from(args[1] as Uint8Array).toString())
  return verify(...args)
}) as typeof verify
syncBuiltinESMExports()

const timesOf = (token: string): number =>
  verified.filter((text) => token.startsWith(`${text}.`)).length

test('a token is verified twice, and remembered from then on', async (t) => {
  const as = await issuing(t)
  const { send, admitted } = await protect(t, { tokens: jwt({ issuer: as.issuer }) })
  const token = await as.accessToken({ scope: 'a b', sub: 'alice' })
  for (let again = 0; again < 5; again += 1) t.is((await send(token)).status, 200)
  t.is(timesOf(token), 2)
  for (const auth of admitted) {
    t.deepEqual(auth, admitted[0]!)
    t.is(auth?.token, token)
    t.true(Object.isFrozen(auth))
    t.deepEqual([...auth!.scopes], ['a', 'b'])
    t.false(inspect(auth, { depth: 9, showHidden: true }).includes(token))
  }
})

test('maxRemembered: 0 remembers none', async (t) => {
  const as = await issuing(t)
  const { send } = await protect(t, { tokens: jwt({ issuer: as.issuer }), maxRemembered: 0 })
  const token = await as.accessToken()
  for (let again = 0; again < 4; again += 1) t.is((await send(token)).status, 200)
  t.is(timesOf(token), 4)
})

test('a remembered token expires, and another one is not it', async (t) => {
  const as = await issuing(t)
  const tokens = jwt({ issuer: as.issuer })
  const { send } = await protect(t, { tokens, clockTolerance: 0 })
  const token = await as.accessToken({ exp: Math.floor(Date.now() / 1000) + 5 })
  for (let again = 0; again < 3; again += 1) t.is((await send(token)).status, 200)
  t.is(timesOf(token), 2)
  for (const place of [10, 20, 500]) {
    const other = token.at(-place) === 'A' ? 'B' : 'A'
    const flipped = `${token.slice(0, -place)}${other}${token.slice(1 - place)}`
    t.is((await send(flipped)).status, 401, String(place))
  }
  t.is((await send(`${token}A`)).status, 401)
  const { exp } = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as {
    exp: number
  }
  await until(() => Date.now() / 1000 >= exp)
  const { status, bearer } = await send(token)
  t.is(status, 401)
  t.is(bearer?.['error'], 'invalid_token')
})

test('a token that is refused is never remembered', async (t) => {
  const as = await issuing(t)
  const { send } = await protect(t, { tokens: jwt({ issuer: as.issuer }) })
  const other = await issuing(t, { issuer: as.issuer })
  const forged = await other.accessToken({}, { kid: as.jwks.keys[0]!.kid })
  for (let again = 0; again < 4; again += 1) t.is((await send(forged)).status, 401)
  t.is(timesOf(forged), 4)
})

test('RS-90: a key that the issuer has withdrawn verifies no remembered token either', async (t) => {
  const as = await issuing(t)
  const tokens = jwt({ issuer: as.issuer, minAge: 0.2, maxAge: 0.2, coolDown: 0.05 })
  const { send } = await protect(t, { tokens })
  const token = await as.accessToken()
  for (let again = 0; again < 3; again += 1) t.is((await send(token)).status, 200)
  await as.rotateKeys()
  const before = as.requests.length
  const deadline = performance.now() + 10_000
  let status = 200
  while (status === 200 && performance.now() < deadline) status = (await send(token)).status
  t.is(status, 401)
  t.true(as.requests.length > before, 'by a refresh that the remembered token has caused')
})

test('a refresh that changes nothing forgets nothing', async (t) => {
  const as = await issuing(t)
  const { send } = await protect(t, { tokens: jwt({ issuer: as.issuer, coolDown: 0.01 }) })
  const token = await as.accessToken()
  const fetches = (): number => as.requests.filter((request) => request === 'GET /jwks').length
  for (let again = 0; again < 3; again += 1) t.is((await send(token)).status, 200)
  const before = fetches()
  const ofUnknownKey = await as.accessToken({}, { kid: 'unknown' })
  t.is((await send(ofUnknownKey)).status, 401)
  t.is(fetches(), before + 1)
  t.is((await send(token)).status, 200)
  t.is(timesOf(token), 2)
})

test('evict() forgets them all', async (t) => {
  const as = await issuing(t)
  const clientAuth = clientSecretBasic('api', 'secret')
  const tokens = [
    jwt({ issuer: as.issuer }),
    introspection({ endpoint: `${as.issuer}/introspect`, clientAuth }),
  ]
  const server = resourceServer({ audience, tokens })
  const { send } = await protect(t, { tokens, maxRemembered: 0 }, server)
  const token = await as.accessToken()
  for (let again = 0; again < 3; again += 1) t.is((await send(token)).status, 200)
  const before = timesOf(token)
  t.is((await send(token)).status, 200)
  t.is(timesOf(token), before + 1, 'by the outer one alone')
  await server.evict({ sub: 'anybody' })
  t.is((await send(token)).status, 200)
  t.is(timesOf(token), before + 3)
})

/** Demands a fresh answer on one path alone. */
const onFreshPath: Koa.Middleware<AuthState> = async (ctx, next) =>
  ctx.path === '/fresh' ? fresh(ctx, next) : next()
const fresh = requireFreshIntrospection(0)

test('what a fresh answer takes back is not remembered on other routes', async (t) => {
  const as = await issuing(t)
  const clientAuth = clientSecretBasic('api', 'secret')
  const tokens = introspection({ endpoint: `${as.issuer}/introspect`, clientAuth })
  const { send } = await protect(t, { tokens }, onFreshPath)
  const token = as.opaqueToken()
  for (let again = 0; again < 3; again += 1) t.is((await send(token)).status, 200)
  as.revoke(token)
  t.is((await send(token)).status, 200, 'for maxAge')
  await delay(5)
  t.is((await send(token, { path: '/fresh' })).status, 401)
  t.is((await send(token)).status, 401)
})

test('a JWT of which a fresh answer is demanded stays remembered', async (t) => {
  const as = await issuing(t)
  const endpoint = `${as.issuer}/introspect`
  const tokens = [
    jwt({ issuer: as.issuer }),
    introspection({ endpoint, clientAuth: clientSecretBasic('api', 'secret') }),
  ]
  const { send } = await protect(t, { tokens }, onFreshPath)
  const token = await as.accessToken()
  for (let again = 0; again < 4; again += 1) {
    t.is((await send(token, { path: '/fresh' })).status, 401, 'it introspects as unknown')
    t.is((await send(token)).status, 200)
  }
  t.is(timesOf(token), 2)
})
