import Router from '@koa/router'
import Koa from 'koa'
import {
  type Authentication,
  type AuthState,
  clientSecretBasic,
  introspection,
  jwt,
  requireResourceOwner,
  requireScope,
  resourceServer,
  type TokenVerifier,
} from 'koa-resource-server'
import { dpop } from 'koa-resource-server/dpop'
import { resourceMetadata, type ResourceMetadataOptions } from 'koa-resource-server/metadata'
import {
  describe,
  requireAll,
  requireAuthorizationDetails,
  type RouteDescription,
  type StandardSchema,
} from 'koa-resource-server/guards'
import { mtls } from 'koa-resource-server/mtls'
import { instrument, type InstrumentOptions } from 'koa-resource-server/opentelemetry'
import { redisStore, type SendCommand } from 'koa-resource-server/redis'
import { cognito, entra, keycloak } from 'koa-resource-server/vendors'
import { type AuthorizationServer, authorizationServer } from 'koa-resource-server/testing'

const audience = 'https://api.example.com'
const as: AuthorizationServer = await authorizationServer({ audience })
const tokens: readonly TokenVerifier[] = [
  jwt({ issuer: as.issuer, jwks: as.jwks }),
  introspection({ issuer: as.issuer, clientAuth: clientSecretBasic('api', 'secret') }),
]

const realm = keycloak('https://sso.example.com/realms/acme', { rolesOf: 'orders-api' })
jwt({ ...realm, machineClients: ['billing-cron'] })
introspection({ ...realm, clientAuth: clientSecretBasic('api', 'secret') })
jwt(entra({ tenants: (tenant) => tenant !== '' }))
// @ts-expect-error Its tokens have no audience, so the clients have to be named.
export const unnamed = (): unknown => jwt(cognito({ userPoolId: 'eu-west-1_AbCdEfGhI' }))

declare const send: SendCommand
const confirmation = [dpop({ replay: redisStore(send), nonce: {} }), mtls()]
// @ts-expect-error There is no such format.
mtls({ proxy: { trusted: '10.0.0.1', format: 'unheard' } })

const told: InstrumentOptions = { maxClients: 20 }
const stop: () => void = instrument(told)
stop()
// @ts-expect-error It is a number.
instrument({ maxClients: true })

const described: ResourceMetadataOptions = {
  resource: audience,
  'resource_name#de': 'Bestellungen',
}
const metadata = resourceMetadata({ ...described, resource_name: 'Orders' })
// @ts-expect-error It follows from the configuration.
resourceMetadata({ resource: audience, bearer_methods_supported: ['header'] })

const router = new Router<AuthState>()
router.get('/orders', requireScope('orders:read'), (ctx) => {
  const subject: string | undefined = ctx.state.auth.resourceOwner?.subject
  // @ts-expect-error A client may act on its own behalf.
  const owner: string = ctx.state.auth.resourceOwner.subject
  ctx.body = { subject, owner }
})
router.get('/mine', requireResourceOwner(), (ctx) => {
  const owner: string = ctx.state.auth.resourceOwner.subject
  ctx.body = owner
})
declare const payment: StandardSchema<{ amount: number }>
router.post(
  '/payments',
  requireAll(requireResourceOwner(), requireAuthorizationDetails('payment', payment)),
  (ctx) => {
    const amount: number = ctx.state.authorizationDetails.payment[0].amount
    // @ts-expect-error No guard has asked for these.
    const others: unknown = ctx.state.authorizationDetails.account
    ctx.body = { owner: ctx.state.auth.resourceOwner.subject, amount, others }
  },
)
const routes: readonly RouteDescription[] = describe(router)
console.log(routes)
new Koa().use(resourceServer({ audience, tokens, confirmation, metadata })).use(router.routes())

const open = new Router<AuthState<Authentication | undefined>>()
open.get('/offers', (ctx) => {
  // @ts-expect-error The request may be anonymous.
  const issuer: string = ctx.state.auth.issuer
  ctx.body = { issuer, scopes: [...(ctx.state.auth?.scopes ?? [])] }
})
new Koa().use(resourceServer({ audience, tokens, anonymous: true })).use(open.routes())

new Koa().use(resourceServer({ audience, tokens })).use((ctx) => {
  const auth: Authentication = ctx.state.auth
  // @ts-expect-error Nobody may change it.
  auth.subject = 'somebody else'
})
new Koa().use(resourceServer({ audience, tokens, anonymous: true })).use((ctx) => {
  // @ts-expect-error The request may be anonymous.
  const auth: Authentication = ctx.state.auth
  ctx.body = auth.subject
})
