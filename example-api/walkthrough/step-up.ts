import { Client, demandedBy } from '../client.ts'
import { ada, orderPayment, partner, type Registration, secondFactor } from '../registration.ts'
import { resourceOwner } from '../resource-owner.ts'
import type { Order } from '../resource-server/orders.ts'
import { answersOrder, grants, refuses, refusesUse } from './expectations.ts'
import type { Steps } from './steps.ts'

/** A client that pays an order, for which the API demands more at each step. (RFC 9470, RFC 9396) */
export async function stepUp(
  steps: Steps,
  issuer: string,
  registration: Registration,
): Promise<void> {
  const client = await Client.of(registration, issuer)
  const { allow } = resourceOwner(ada)
  const tokens = registration.grants.includes('refresh_token') ? 'access and refresh' : 'access'
  const first = await client.authorizationCode('orders:write', allow)
  const { body } = await steps.call(
    'POST /orders',
    first.accessToken,
    answersOrder(201, 'placed'),
    { item: 'tea', quantity: 1 },
  )
  const order = body as Order
  const payment = `POST /orders/${order.id}/pay`
  const answer = await steps.call(
    `${payment} with less scope, after a password alone`,
    first.accessToken,
    refuses(401, {
      scope: 'orders:pay',
      acr_values: secondFactor,
      max_age: '600',
      error: 'insufficient_user_authentication',
      error_description: 'This request needs another authentication of the resource owner',
    }),
  )
  const { scope: lacking, ...authentication } = demandedBy(answer)
  // How a resource owner is authenticated is OpenID Connect's to ask, at this authorization server.
  const scope = `openid ${lacking}`
  const second = await steps.step(
    'Ada logs in with a second factor, as the challenge asks, and consents to its scope',
    () => client.authorizationCode(scope, allow, authentication),
    grants(tokens, 'orders:pay'),
  )
  const lacksDetails = 'The access token lacks authorization details that this request needs'
  await steps.call(
    `${payment} with that scope, for no order in particular`,
    second.accessToken,
    refusesUse(lacksDetails),
  )
  const details = (id: string): string => JSON.stringify([{ type: orderPayment, order: id }])
  const third = await steps.step(
    'Ada consents to the payment of this order',
    () =>
      client.authorizationCode(scope, allow, {
        ...authentication,
        authorization_details: details(order.id),
      }),
    grants(tokens, 'orders:pay'),
  )
  await steps.call(payment, third.accessToken, answersOrder(200, 'paid'))
  await steps.call(
    'POST /orders/another/pay with the same token',
    third.accessToken,
    refusesUse('Another order may be paid'),
  )
}

/** Nobody is there who could be authenticated. */
export async function nobodyToStepUp(steps: Steps, issuer: string): Promise<void> {
  const client = await Client.of(partner, issuer)
  const { accessToken } = await client.clientCredentials('orders:pay')
  await steps.call(
    'POST /orders/any/pay by a client on its own behalf',
    accessToken,
    refusesUse('This request needs an access token that a resource owner has granted'),
  )
}
