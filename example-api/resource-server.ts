import { bodyParser } from '@koa/bodyparser'
import Router from '@koa/router'
import Koa from 'koa'
import {
  type AuthState,
  clientSecretBasic,
  InsufficientScope,
  introspection,
  jwt,
  requireResourceOwner,
  requireScope,
  resourceServer,
} from 'koa-resource-server'
import { dpop } from 'koa-resource-server/dpop'
import {
  requireAll,
  requireAuthorizationDetails,
  requireClientItself,
  requireStepUp,
} from 'koa-resource-server/guards'
import { mtls } from 'koa-resource-server/mtls'
import * as v from 'valibot'
import { orderPayment, ordersApi, ordersApiCredentials, secondFactor } from './registration.ts'
import { Orders } from './resource-server/orders.ts'
import type { Stores } from './resource-server/stores.ts'

/** How many seconds a revoked opaque token may go on being accepted; the package's default is 60. */
export const introspectionMaxAge = 1

/**
 * Makes the orders API, which takes JWT and opaque access tokens of one authorization server, and those
 * that are bound to a key or a certificate only from who holds it.
 *
 * @param urls Where clients reach it, which is not where its identifier points to.
 * @param outermost What is done before anything else.
 */
export function makeResourceServer(
  issuer: string,
  urls: readonly string[],
  stores: Stores,
  outermost: readonly Koa.Middleware[],
): Koa {
  const { id, secret } = ordersApiCredentials
  const app = new Koa()
  for (const middleware of outermost) app.use(middleware)
  app.use(
    resourceServer({
      audience: ordersApi,
      baseUrl: urls,
      tokens: [
        jwt({ issuer }),
        introspection({
          issuer,
          clientAuth: clientSecretBasic(id, secret),
          maxAge: introspectionMaxAge,
          store: stores.active,
          inactiveStore: stores.inactive,
        }),
      ],
      confirmation: [dpop({ nonce: {}, replay: stores.proofs }), mtls()],
      // Here both servers have the same clock; servers apart should keep the default of 10 seconds.
      clockTolerance: 0,
    }),
  )
  // After the resource server, so that no body is read for a request that is refused.
  app.use(bodyParser({ enableTypes: ['json'] }))
  app.use(orderRoutes(new Orders()).routes())
  return app
}

function orderRoutes(orders: Orders): Router<AuthState> {
  const router = new Router<AuthState>()

  router.get('/whoami', (ctx) => {
    const { onBehalfOf, resourceOwner, client, scopes, claims, expiresAt } = ctx.state.auth
    // Only introspection answers have `active` (RFC 7662 §2.2).
    const token = claims['active'] === true ? 'opaque' : 'JWT'
    const [boundTo] = Object.keys(claims['cnf'] ?? {})
    ctx.body = { onBehalfOf, resourceOwner, client, scopes, token, boundTo, expiresAt }
  })

  router.get('/orders', requireScope('orders:read'), requireResourceOwner(), (ctx) => {
    ctx.body = orders.of(ctx.state.auth.resourceOwner)
  })

  router.post('/orders', requireScope('orders:write'), requireResourceOwner(), (ctx) => {
    const { item, quantity } = readOrder(ctx.request.body) ?? ctx.throw(400, orderForm)
    ctx.status = 201
    ctx.body = orders.place(ctx.state.auth.resourceOwner, item, quantity)
  })

  router.get('/orders/:id', requireScope('orders:read'), requireResourceOwner(), (ctx) => {
    ctx.body = orders.find(ctx.state.auth.resourceOwner, ctx.params.id!) ?? ctx.throw(404)
  })

  router.post('/orders/:id/cancel', requireScope('orders:write'), requireResourceOwner(), (ctx) => {
    ctx.body = orders.cancel(ctx.state.auth.resourceOwner, ctx.params.id!) ?? ctx.throw(404)
  })

  router.post('/orders/:id/pay', requirePayment, (ctx) => {
    const { auth, authorizationDetails } = ctx.state
    const id = ctx.params.id!
    const granted = authorizationDetails[orderPayment].some(({ order }) => order === id)
    if (!granted) throw new InsufficientScope([], { description: 'Another order may be paid' })
    ctx.body = orders.pay(auth.resourceOwner, id) ?? ctx.throw(404)
  })

  router.get('/admin/orders', requireScope('orders:admin'), requireClientItself(), (ctx) => {
    ctx.body = orders.all()
  })

  return router
}

/** To pay needs more than scope: a second factor, not long ago, and the very order that may be paid. */
const requirePayment = requireAll(
  requireResourceOwner(),
  requireScope('orders:pay'),
  requireStepUp({ acrValues: [secondFactor], maxAge: 600 }),
  requireAuthorizationDetails(
    orderPayment,
    v.object({ type: v.literal(orderPayment), order: v.string() }),
  ),
)

const orderForm = 'An order has an "item", and a "quantity" of 1 to 100'

function readOrder(body: unknown): { item: string; quantity: number } | undefined {
  const { item, quantity } = (body ?? {}) as Record<string, unknown>
  return typeof item === 'string' && item !== '' && isQuantity(quantity)
    ? { item, quantity }
    : undefined
}

function isQuantity(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 100
}
