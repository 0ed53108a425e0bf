import Router from '@koa/router'
import type { ExecutionContext } from 'ava'
import Koa from 'koa'
import Koa2 from 'koa2'
import { type AuthState, resourceServer, type ResourceServerOptions } from 'koa-resource-server'
import { audience, listen, type Send, sender } from './kit.ts'

export const koas: readonly (readonly [name: string, koa: typeof Koa])[] = [
  ['Koa 3', Koa],
  ['Koa 2', Koa2],
]

/** A router behind `resourceServer`. */
export async function routed(
  t: ExecutionContext,
  options: Partial<ResourceServerOptions> & Pick<ResourceServerOptions, 'tokens'>,
  define: (router: Router<AuthState>) => void,
  koa: typeof Koa = Koa,
): Promise<Send> {
  const router = new Router<AuthState>()
  define(router)
  const app = new koa()
  app.on('error', () => undefined)
  app.use(resourceServer({ audience, ...options })).use(router.routes())
  return sender(await listen(t, app))
}
