import type { ExecutionContext } from 'ava'
import Koa from 'koa'
import {
  clientSecretBasic,
  introspection,
  type IntrospectionOptions,
  jwt,
  type ResourceServer,
  resourceServer,
  type ResourceServerOptions,
  type Store,
} from 'koa-resource-server'
import { dpop, type DpopOptions } from 'koa-resource-server/dpop'
import { redisStore, type RedisStoreOptions } from 'koa-resource-server/redis'
import type { AuthorizationServer, DpopKey } from 'koa-resource-server/testing'
import { type Answer, audience, listen, type Send, sender } from '../kit.ts'
import { type ClientName, clients } from './clients.ts'
import type { RedisServer } from './redis-server.ts'

export const clientSecret = 'the-secret-of-the-client'

/** Stores of two instances that share a server, each with a client of its own, until the test ends. */
export async function stores(
  t: ExecutionContext,
  { port }: RedisServer,
  client: ClientName,
  options?: RedisStoreOptions,
): Promise<readonly [Store, Store]> {
  const connected = await Promise.all([clients[client](port), clients[client](port)])
  for (const { close } of connected) t.teardown(close)
  const [one, other] = connected.map(({ send }) => redisStore(send, options))
  return [one!, other!]
}

/** One instance of an API. */
export interface Instance {
  readonly send: Send
  readonly evict: ResourceServer<unknown>['evict']
}

/** Starts an instance, until the test ends; what gets through is answered 200. */
export async function instance(
  t: ExecutionContext,
  options: Omit<ResourceServerOptions, 'audience'>,
): Promise<Instance> {
  const app = new Koa()
  app.silent = true
  const middleware = resourceServer({ audience, ...options })
  app.use(middleware)
  app.use((ctx) => {
    ctx.body = 'through'
  })
  return { send: sender(await listen(t, app)), evict: middleware.evict }
}

/** Starts an instance that asks the authorization server about tokens, and remembers it in a store. */
export async function asking(
  t: ExecutionContext,
  { issuer }: AuthorizationServer,
  store: Store,
  options: Partial<IntrospectionOptions> = {},
): Promise<Instance> {
  const clientAuth = clientSecretBasic('api', clientSecret)
  return instance(t, {
    tokens: introspection({ issuer, clientAuth, store, inactiveStore: store, ...options }),
  })
}

/** Starts an instance that admits each DPoP proof once. */
export async function confirming(
  t: ExecutionContext,
  { issuer }: AuthorizationServer,
  replay: Store,
  options: DpopOptions = {},
): Promise<Instance> {
  return instance(t, { tokens: jwt({ issuer }), confirmation: dpop({ replay, ...options }) })
}

/** How often an authorization server has been asked about a token. */
export function questions({ requests }: AuthorizationServer): number {
  return requests.filter((request) => request === 'POST /introspect').length
}

/** Makes a proof that any instance takes, with the headers that carry it and its token. */
export async function proven(
  as: AuthorizationServer,
  key: DpopKey,
): Promise<Record<string, string>> {
  const token = await as.accessToken({ cnf: { jkt: key.jkt } })
  const proof = await key.proof({ url: `${audience}/`, token })
  return { Authorization: `DPoP ${token}`, DPoP: proof }
}

/** Whether an answer says that the proof has been used before. */
export function isReplay({ status, challenges }: Answer): boolean {
  const { parameters } = challenges.find(({ scheme }) => scheme === 'DPoP') ?? {}
  return status === 401 && parameters?.['error'] === 'invalid_dpop_proof'
}
