import type { Answer, Tokens } from '../client.ts'
import { ordersApi } from '../registration.ts'
import type { Order } from '../resource-server/orders.ts'
import type { Expectation, Outcome } from './steps.ts'

/** The grant gives these tokens, for this scope. */
export function grants(
  tokens: 'access' | 'access and refresh',
  scope: string,
  type: 'bearer' | 'dpop' = 'bearer',
): Expectation<Tokens> {
  return {
    expected: { tokens, type, scope },
    see: ({ refreshToken, type, scope }) => ({
      tokens: refreshToken === undefined ? 'access' : 'access and refresh',
      type,
      scope,
    }),
  }
}

/** There is no grant, for this error. (RFC 6749 §4.1.2.1) */
export function grantsNothing(error: string): Expectation<string> {
  return { expected: { error }, see: (error) => ({ error }) }
}

/** Who the API is to see. */
export interface Who {
  readonly 'on behalf of': 'resource-owner' | 'client'
  readonly 'resource owner'?: string
  readonly client: string
  readonly scopes: string
  readonly token: 'JWT' | 'opaque'
  /** What the token is bound to, as its `cnf` has it. (RFC 7800 §3.1) */
  readonly 'bound to'?: 'jkt' | 'x5t#S256'
}

/** The API sees a resource owner or a client, as its `GET /whoami` tells. */
export function sees(who: Who): Expectation<Answer> {
  return {
    expected: { status: 200, ...who },
    see(answer) {
      if (answer.status !== 200) return seeHead(answer)
      const { onBehalfOf, resourceOwner, client, scopes, token, boundTo } = answer.body as WhoAmI
      return {
        status: 200,
        'on behalf of': onBehalfOf,
        'resource owner': resourceOwner?.username,
        client: client?.id,
        scopes: scopes.join(' '),
        token,
        'bound to': boundTo,
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
  readonly boundTo?: string
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

type Parameters = Readonly<Record<string, string>>

/** The schemes that the API offers. (RFC 6750 §3, RFC 9449 §7.1) */
const offered = {
  Bearer: { realm: ordersApi },
  DPoP: { realm: ordersApi, algs: 'ES256 ES384 PS256 Ed25519 EdDSA' },
} as const

type Scheme = keyof typeof offered

/** The API refuses with exactly these challenges, of which that of the scheme tried has the error. */
export function refuses(
  status: number,
  parameters: Parameters = {},
  tried: Scheme = 'Bearer',
): Expectation<Answer> {
  const challenges = Object.entries(offered).map(([scheme, own]) =>
    challenge(scheme, { ...own, ...(scheme === tried && parameters) }),
  )
  return { expected: { status, 'WWW-Authenticate': challenges.join(', ') }, see: seeHead }
}

function challenge(scheme: string, parameters: Parameters): string {
  const pairs = Object.entries(parameters).map(([name, value]) => `${name}="${value}"`)
  return `${scheme} ${pairs.join(', ')}`
}

/** The API refuses the token itself. */
export function refusesToken(description: string, tried?: Scheme): Expectation<Answer> {
  return refuses(401, { error: 'invalid_token', error_description: description }, tried)
}

/** The API refuses the proof of possession that comes with the token. (RFC 9449 §7.1) */
export function refusesProof(
  description: string,
  error: 'invalid_dpop_proof' | 'use_dpop_nonce' = 'invalid_dpop_proof',
): Expectation<Answer> {
  return refuses(401, { error, error_description: description }, 'DPoP')
}

/** It takes so many requests to get what is expected. */
export function takes(
  requests: number,
  { expected, see }: Expectation<Answer>,
): Expectation<Answer & { readonly requests: number }> {
  return {
    expected: { requests, ...expected },
    see: (answer) => ({ requests: answer.requests, ...see(answer) }),
  }
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

export const boundOtherwise =
  'The access token is bound to a key in a way that does not fit its use'

function seeHead({ status, challenge }: Answer): Outcome {
  return { status, 'WWW-Authenticate': challenge }
}
