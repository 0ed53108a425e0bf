import type { Answer, Tokens } from '../client.ts'
import { ordersApi } from '../registration.ts'
import type { Order } from '../resource-server/orders.ts'
import type { Expectation, Outcome } from './steps.ts'

/** The grant gives these tokens, for this scope. */
export function grants(
  tokens: 'access' | 'access and refresh',
  scope: string,
): Expectation<Tokens> {
  return {
    expected: { tokens, scope },
    see: ({ refreshToken, scope }) => ({
      tokens: refreshToken === undefined ? 'access' : 'access and refresh',
      scope,
    }),
  }
}

/** There is no grant, for this error. (RFC 6749 §4.1.2.1) */
export function grantsNothing(error: string): Expectation<string> {
  return { expected: { error }, see: (error) => ({ error }) }
}

/** The API sees a resource owner or a client, as its `GET /whoami` tells. */
export function sees(who: {
  readonly 'on behalf of': 'resource-owner' | 'client'
  readonly 'resource owner'?: string
  readonly client: string
  readonly scopes: string
  readonly token: 'JWT' | 'opaque'
}): Expectation<Answer> {
  return {
    expected: { status: 200, ...who },
    see(answer) {
      if (answer.status !== 200) return seeHead(answer)
      const { onBehalfOf, resourceOwner, client, scopes, token } = answer.body as WhoAmI
      return {
        status: 200,
        'on behalf of': onBehalfOf,
        'resource owner': resourceOwner?.username,
        client: client?.id,
        scopes: scopes.join(' '),
        token,
      }
    },
  }
}

interface WhoAmI {
  readonly onBehalfOf: string
  readonly resourceOwner?: { readonly username: string }
  readonly client?: { readonly id: string }
  readonly scopes: readonly string[]
  readonly token: string
}

/** The API answers with an order in this state. */
export function answersOrder(status: number, order: Order['status']): Expectation<Answer> {
  return {
    expected: { status, order },
    see: (answer) => ({ ...seeHead(answer), order: (answer.body as Order).status }),
  }
}

/** The API answers with this status, and no challenge. */
export function answers(status: number): Expectation<Answer> {
  return { expected: { status }, see: seeHead }
}

/** The API refuses with exactly this challenge. (RFC 6750 §3) */
export function refuses(
  status: number,
  parameters: Readonly<Record<string, string>> = {},
): Expectation<Answer> {
  const challenge = Object.entries({ realm: ordersApi, ...parameters })
    .map(([name, value]) => `${name}="${value}"`)
    .join(', ')
  return { expected: { status, 'WWW-Authenticate': `Bearer ${challenge}` }, see: seeHead }
}

/** The API refuses the token itself. */
export function refusesToken(description: string): Expectation<Answer> {
  return refuses(401, { error: 'invalid_token', error_description: description })
}

/** The API refuses a good token that is not enough. */
export function refusesUse(description: string, scope?: string): Expectation<Answer> {
  return refuses(403, {
    ...(scope !== undefined && { scope }),
    error: 'insufficient_scope',
    error_description: description,
  })
}

export const lacksScope = 'The access token lacks a scope that this request needs'

function seeHead({ status, challenge }: Answer): Outcome {
  return { status, 'WWW-Authenticate': challenge }
}
