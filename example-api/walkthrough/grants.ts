import { Client } from '../client.ts'
import { ada, grace, nightlyJob, partner, shop, widget } from '../registration.ts'
import { resourceOwner } from '../resource-owner.ts'
import type { Order } from '../resource-server/orders.ts'
import { answers, answersOrder, grants, sees } from './expectations.ts'
import type { Steps } from './steps.ts'

/** A job that acts on its own behalf. (RFC 6749 §4.4) */
export async function clientCredentials(steps: Steps, issuer: string): Promise<void> {
  const client = await Client.of(nightlyJob, issuer)
  const scope = 'orders:read orders:admin'
  const { accessToken } = await steps.step(
    'The nightly job asks for a token',
    () => client.clientCredentials(scope),
    grants('access', scope),
  )
  await steps.call(
    'GET /whoami',
    accessToken,
    sees({ 'on behalf of': 'client', client: nightlyJob.id, scopes: scope, token: 'JWT' }),
  )
  await steps.call('GET /admin/orders', accessToken, answers(200))
}

/** A back end that acts on behalf of a resource owner, for longer than a token lives. (RFC 6749 §4.1, §6) */
export async function authorizationCode(steps: Steps, issuer: string): Promise<Order> {
  const client = await Client.of(shop, issuer)
  const scope = 'orders:read orders:write'
  const adaThroughShop = {
    'on behalf of': 'resource-owner',
    'resource owner': ada.username,
    client: shop.id,
    token: 'JWT',
  } as const
  const tokens = await steps.step(
    'Ada logs in and consents; the shop exchanges its code for tokens',
    () => client.authorizationCode(scope, resourceOwner(ada).allow),
    grants('access and refresh', scope),
  )
  await steps.call('GET /whoami', tokens.accessToken, sees({ ...adaThroughShop, scopes: scope }))
  const { body } = await steps.call(
    'POST /orders',
    tokens.accessToken,
    answersOrder(201, 'placed'),
    { item: 'tea', quantity: 2 },
  )
  const order = body as Order
  await steps.call(`GET /orders/${order.id}`, tokens.accessToken, answersOrder(200, 'placed'))

  const lesser = await steps.step(
    'The shop uses its refresh token for an access token with less scope',
    () => client.refresh(tokens.refreshToken!, 'orders:read'),
    grants('access and refresh', 'orders:read'),
  )
  const scopes = 'orders:read'
  await steps.call('GET /whoami', lesser.accessToken, sees({ ...adaThroughShop, scopes }))
  await steps.call('GET /orders', lesser.accessToken, answers(200))
  return order
}

/** A front end in the browser, which gets its tokens in an address. (RFC 6749 §4.2) */
export async function implicit(
  steps: Steps,
  issuer: string,
  adasOrder: Order | undefined,
): Promise<void> {
  const client = await Client.of(widget, issuer)
  const { accessToken } = await steps.step(
    'Grace logs in and consents; the widget reads its tokens from the address',
    () => client.implicit('orders:read', resourceOwner(grace).allow),
    grants('access', 'orders:read'),
  )
  await steps.call(
    'GET /whoami',
    accessToken,
    sees({
      'on behalf of': 'resource-owner',
      'resource owner': grace.username,
      client: widget.id,
      scopes: 'orders:read',
      token: 'JWT',
    }),
  )
  await steps.call(`GET /orders/${adasOrder?.id}, which is Ada's`, accessToken, answers(404))
}

/** A client whose tokens tell nothing until the API asks the authorization server. (RFC 7662) */
export async function opaqueTokens(
  steps: Steps,
  issuer: string,
  adasOrder: Order | undefined,
): Promise<void> {
  const client = await Client.of(partner, issuer)
  const own = await steps.step(
    'The partner asks for a token of its own',
    () => client.clientCredentials('orders:read'),
    grants('access', 'orders:read'),
  )
  await steps.call(
    'GET /whoami',
    own.accessToken,
    sees({ 'on behalf of': 'client', client: partner.id, scopes: 'orders:read', token: 'opaque' }),
  )
  const scope = 'orders:read orders:write'
  const adas = await steps.step(
    'Ada logs in and consents; the partner exchanges its code for a token',
    () => client.authorizationCode(scope, resourceOwner(ada).allow),
    grants('access', scope),
  )
  await steps.call(
    'GET /whoami',
    adas.accessToken,
    sees({
      'on behalf of': 'resource-owner',
      'resource owner': ada.username,
      client: partner.id,
      scopes: scope,
      token: 'opaque',
    }),
  )
  // Ada's order is Ada's, whichever client she placed it through.
  const cancellation = `POST /orders/${adasOrder?.id}/cancel`
  await steps.call(cancellation, adas.accessToken, answersOrder(200, 'cancelled'))
}
