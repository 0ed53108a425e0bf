import { setTimeout as delay } from 'node:timers/promises'
import { AuthorizationResponseError } from 'openid-client'
import { Client } from '../client.ts'
import { ada, briefJob, invoicesApi, nightlyJob, partner } from '../registration.ts'
import { resourceOwner } from '../resource-owner.ts'
import { introspectionMaxAge } from '../resource-server.ts'
import {
  answers,
  grantsNothing,
  lacksScope,
  refuses,
  refusesToken,
  refusesUse,
} from './expectations.ts'
import type { Steps } from './steps.ts'

/** Requests without a token of this authorization server for this API. */
export async function noGoodToken(steps: Steps, issuer: string): Promise<void> {
  await steps.call('GET /orders without a token', undefined, refuses(401))
  await steps.call(
    'GET /orders with a made-up token',
    'made-up',
    refusesToken('The access token is not active'),
  )
  const job = await Client.of(nightlyJob, issuer)
  const invoices = await job.clientCredentials('invoices:read', invoicesApi)
  await steps.call(
    "GET /orders with another audience's token",
    invoices.accessToken,
    refusesToken('The access token is for another audience'),
  )
}

/** Good tokens that are not enough for the request. */
export async function notEnough(steps: Steps, issuer: string): Promise<void> {
  const job = await Client.of(nightlyJob, issuer)
  const jobs = await job.clientCredentials('orders:read')
  await steps.call(
    'GET /admin/orders with another scope',
    jobs.accessToken,
    refusesUse(lacksScope, 'orders:admin'),
  )
  await steps.call(
    'GET /orders with a token that no resource owner has granted',
    jobs.accessToken,
    refusesUse('This request needs an access token that a resource owner has granted'),
  )
  const client = await Client.of(partner, issuer)
  const adas = await client.authorizationCode('orders:admin', resourceOwner(ada).allow)
  await steps.call(
    "GET /admin/orders with the right scope, but on Ada's behalf",
    adas.accessToken,
    refusesUse('This request needs an access token that a client got on its own behalf'),
  )
}

/** Tokens that were good when they were new. */
export async function noLongerGood(steps: Steps, issuer: string): Promise<void> {
  const job = await Client.of(briefJob, issuer)
  const client = await Client.of(partner, issuer)
  const brief = await job.clientCredentials('orders:admin')
  const revoked = await client.clientCredentials('orders:admin')
  await steps.call('GET /admin/orders with a brief token', brief.accessToken, answers(200))
  await steps.call('GET /admin/orders with an opaque token', revoked.accessToken, answers(200))

  await client.revoke(revoked.accessToken)
  // The API may go by what it was last told of the token for as long as it remembers that. (RFC 7662 §4)
  await delay(Math.max(introspectionMaxAge, briefJob.accessTokens.lifetime) * 1000 + 100)

  await steps.call(
    'GET /admin/orders with the brief token, now expired',
    brief.accessToken,
    refusesToken('The access token has expired'),
  )
  await steps.call(
    'GET /admin/orders with the opaque token, now revoked',
    revoked.accessToken,
    refusesToken('The access token is not active'),
  )
}

/** A resource owner who says no. */
export async function noGrant(steps: Steps, issuer: string): Promise<void> {
  const client = await Client.of(partner, issuer)
  await steps.step(
    "Ada denies the partner's request",
    async () => {
      try {
        await client.authorizationCode('orders:read', resourceOwner(ada).deny)
        return 'none'
      } catch (error) {
        if (error instanceof AuthorizationResponseError) return error.error
        throw error
      }
    },
    grantsNothing('access_denied'),
  )
}
