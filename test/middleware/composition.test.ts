import Router from '@koa/router'
import test from 'ava'
import Koa from 'koa'
import {
  type AllOf,
  type AuthState,
  jwt,
  requireResourceOwner,
  requireScope,
  resourceServer,
} from 'koa-resource-server'
import { requireAuthorizationDetails, requireClaim, requireRole } from 'koa-resource-server/guards'
import { resourceMetadata } from 'koa-resource-server/metadata'
import { authorizationServer } from 'koa-resource-server/testing'
import { audience, listen, protect, sender } from '../kit.ts'
import { routed } from '../routed.ts'

const as = await authorizationServer({ audience, issuer: 'https://composition.example.com' })
const tokens = jwt({ issuer: as.issuer, jwks: as.jwks })

test('an expression says one thing', (t) => {
  for (const expression of [{ anyOf: ['a'], allOf: ['b'] }, { anyOf: ['a'], x: 1 }, {}]) {
    t.throws(() => requireScope(expression as never as AllOf), { instanceOf: TypeError })
  }
})

test('two guards of one type of authorization details are a mistake, not a pass', async (t) => {
  const cheap = requireAuthorizationDetails('payment', ({ amount }) => Number(amount) <= 100)
  const paying = requireAuthorizationDetails('payment', ({ action }) => action === 'pay')
  const send = await routed(t, { tokens }, (router) => {
    router.post('/', cheap, paying, (ctx) => (ctx.body = 'paid'))
  })
  const authorization_details = [
    { type: 'payment', amount: 50, action: 'read' },
    { type: 'payment', amount: 1_000_000, action: 'pay' },
  ]
  const token = await as.accessToken({ authorization_details })
  t.is((await send(token, { method: 'POST' })).status, 500)
})

test('a request that is refused already is not put to checks of the application further on', async (t) => {
  let asked = 0
  const count = (): boolean => (asked += 1) > 0
  const send = await routed(t, { tokens }, (router) => {
    router.get('/', requireScope('a'), requireClaim('sub', count), requireRole('r'), (ctx) => {
      ctx.body = 'good'
    })
  })
  const { status, bearer } = await send(await as.accessToken({ scope: 'b' }))
  t.is(status, 403)
  t.is(bearer?.['error'], 'insufficient_scope')
  t.is(asked, 0)
})

test('where it is not scope that lacks, the challenge asks for none', async (t) => {
  const challenge = { scope: 'orders:read' }
  const { send } = await protect(t, { tokens, challenge }, requireResourceOwner())
  const refused = await send(await as.accessToken({ sub: 'app', client_id: 'app' }))
  t.is(refused.status, 403)
  t.is(refused.bearer?.['scope'], undefined)
  t.is((await send()).bearer?.['scope'], 'orders:read')
})

test('a resource server in a router names the scope of the route, with metadata too', async (t) => {
  const metadata = resourceMetadata({ resource: audience })
  const router = new Router<AuthState>()
  router.use(resourceServer({ audience, tokens, metadata }))
  router.get('/', requireScope('orders:read'), (ctx) => (ctx.body = 'good'))
  const app = new Koa()
  app.on('error', () => undefined)
  app.use(router.routes())
  const { status, bearer } = await sender(await listen(t, app))()
  t.is(status, 401)
  t.is(bearer?.['scope'], 'orders:read')
})
