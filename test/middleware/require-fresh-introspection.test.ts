import { setTimeout as delay } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import type Koa from 'koa'
import nock from 'nock'
import {
  type AuthState,
  clientSecretBasic,
  introspection,
  jwt,
  requireScope,
  type ResourceServerOptions,
} from 'koa-resource-server'
import { requireFreshIntrospection } from 'koa-resource-server/guards'
import { authorizationServer, type AuthorizationServer } from 'koa-resource-server/testing'
import { type Api, audience, issuing, protect, until } from '../kit.ts'

const clientAuth = clientSecretBasic('api', 'secret')
const said = { active: true, aud: audience, sub: 'alice', client_id: 'app' }

async function guarded(
  t: ExecutionContext,
  as: AuthorizationServer,
  maxAge: number,
  options: Partial<ResourceServerOptions> = {},
): Promise<Api> {
  const tokens = introspection({ issuer: as.issuer, clientAuth })
  return protect(t, { tokens, ...options }, requireFreshIntrospection(maxAge))
}

const asked = ({ requests }: AuthorizationServer): number =>
  requests.filter((request) => request === 'POST /introspect').length

test('RS-106 §4: a route can demand a fresh answer: a revoked token is refused at once', async (t) => {
  const as = await issuing(t)
  const { send, admitted } = await guarded(t, as, 0)
  const token = as.opaqueToken()
  t.is((await send(token)).status, 200)
  t.is((await send(token)).status, 200)
  as.revoke(token)
  const { status, bearer } = await send(token)
  t.is(status, 401)
  t.is(bearer?.['error'], 'invalid_token')
  t.is(admitted.length, 2)
})

test('an answer that is fresh enough serves; an older one is asked for again', async (t) => {
  const as = await issuing(t)
  const { send } = await guarded(t, as, 8)
  const token = as.opaqueToken()
  t.is((await send(token)).status, 200)
  t.is((await send(token)).status, 200)
  t.is(asked(as), 1)
  const { now } = Date
  const later = now() + 8100
  await until(() => now() > later)
  t.is((await send(token)).status, 200)
  t.is(asked(as), 2)
})

test('JWTs are asked about as well, by the introspection() of the resource server', async (t) => {
  const as = await authorizationServer({ audience, issuer: 'https://fresh.example.com' })
  const revoked: string[] = []
  const saidOfOwner = { ...said, sub: 'resource-owner-1', client_id: 'client-1' }
  nock(as.issuer)
    .persist()
    .post('/introspect')
    .reply((_, body) => {
      const token = new URLSearchParams(body as string).get('token') ?? ''
      return [200, revoked.includes(token) ? { active: false } : saidOfOwner]
    })
  const tokens = [
    jwt({ issuer: as.issuer, jwks: as.jwks }),
    introspection({ issuer: as.issuer, endpoint: `${as.issuer}/introspect`, clientAuth }),
  ]
  const { send } = await guarded(t, as, 0, { tokens })
  const token = await as.accessToken()
  t.is((await send(token)).status, 200)
  revoked.push(token)
  t.is((await send(token)).status, 401)
  t.is((await send(await as.accessToken({ exp: 1 }))).status, 401)
})

test('while nobody can tell it is 503, however good the remembered answer', async (t) => {
  const issuer = 'https://fresh-down.example.com'
  nock(issuer).post('/introspect').reply(200, said)
  nock(issuer).post('/introspect').reply(502)
  const tokens = introspection({ endpoint: `${issuer}/introspect`, clientAuth, maxStale: 60 })
  const { send } = await protect(t, { tokens }, requireFreshIntrospection(0))
  t.is((await send('opaque')).status, 200, 'asked in this very request')
  t.is((await send('opaque')).status, 503)
})

const fresh = requireFreshIntrospection(0)
/** Demands a fresh answer on one path, where those before may have been remembered. */
const onFreshPath: Koa.Middleware<AuthState> = async (ctx, next) =>
  ctx.path === '/fresh' ? fresh(ctx, next) : next()

test('a token that has lost something is refused, whatever guards have admitted it', async (t) => {
  const before = { ...said, scope: 'payments other' }
  const lost: Record<string, object> = {
    'its scope': { ...before, scope: 'other' },
    'its resource owner': { ...before, sub: undefined },
    'its subject': { ...before, sub: 'mallory' },
    'its client': { ...before, client_id: 'alice' },
    'its client to another': { ...before, client_id: 'mallory' },
    'to act for itself': { ...before, act: { sub: 'mallory' } },
    'to be of another type': { ...before, token_type: 'refresh_token' },
    'to be DPoP': { ...before, token_type: 'DPoP' },
  }
  for (const [title, after] of Object.entries(lost)) {
    const issuer = `https://fresh-lost-${title.replace(/ /g, '-').toLowerCase()}.example.com`
    nock(issuer).post('/introspect').reply(200, before).post('/introspect').reply(200, after)
    const tokens = introspection({ endpoint: `${issuer}/introspect`, clientAuth })
    const { send } = await protect(t, { tokens }, requireScope('payments'), onFreshPath)
    t.is((await send('opaque')).status, 200, title)
    await delay(5)
    t.is((await send('opaque', { path: '/fresh' })).status, 401, title)
  }
})

test('a token is asked about at its own authorization server alone', async (t) => {
  const one = await authorizationServer({ audience, issuer: 'https://fresh-one.example.com' })
  const asked = nock('https://fresh-two.example.com').post('/introspect').reply(200, said)
  const two = introspection({
    issuer: 'https://fresh-two.example.com',
    endpoint: 'https://fresh-two.example.com/introspect',
    clientAuth,
  })
  const tokens = [jwt({ issuer: one.issuer, jwks: one.jwks }), two]
  const { send } = await guarded(t, one, 0, { tokens })
  const { status, bearer } = await send(await one.accessToken())
  t.is(status, 401)
  t.is(bearer?.['error'], 'invalid_token')
  t.false(asked.isDone())
})

test('a fresh answer that binds the token to another key is refused', async (t) => {
  const issuer = 'https://fresh-bound.example.com'
  const cnf = (thumbprint: string): object => ({ ...said, cnf: { 'x5t#S256': thumbprint } })
  nock(issuer).post('/introspect').reply(200, cnf('a'))
  nock(issuer).post('/introspect').reply(200, cnf('b'))
  const tokens = introspection({ endpoint: `${issuer}/introspect`, clientAuth })
  const confirmation = { member: 'x5t#S256', confirm: async () => undefined }
  const { send } = await protect(t, { tokens, confirmation }, onFreshPath)
  t.is((await send('opaque')).status, 200)
  await delay(5)
  t.is((await send('opaque', { path: '/fresh' })).status, 401)
})

test('without introspection() it is a mistake of the programmer, and lets nothing pass', async (t) => {
  const as = await authorizationServer({ audience, issuer: 'https://fresh-none.example.com' })
  const tokens = jwt({ issuer: as.issuer, jwks: as.jwks })
  const { send, errors, admitted } = await guarded(t, as, 5, { tokens })
  t.is((await send(await as.accessToken())).status, 500)
  t.regex(errors[0]?.message ?? '', /needs an introspection\(\) for https:\/\/fresh-none/)
  t.deepEqual(admitted, [])
  t.is((await send()).status, 401)
})

test('an age that is none is a TypeError when the guard is made', (t) => {
  for (const maxAge of [-1, Number.NaN, Infinity, '5', undefined]) {
    t.throws(() => requireFreshIntrospection(maxAge as number), { instanceOf: TypeError })
  }
})
