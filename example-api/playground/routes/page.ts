import Router from '@koa/router'
import type { Context } from 'koa'
import { accounts, ordersApi, type Registration } from '../../registration.ts'
import type { BrowserClient, Setup } from '../events.ts'
import type { Scene } from '../scene.ts'
import { readMermaid, type StaticFile } from '../static-files.ts'

/** The page, what it is made of, and what it needs to know. */
export function pageRoutes({ servers, clients, streams, files }: Scene): Router {
  const router = new Router()
  const setup: Setup = {
    api: servers.api,
    issuer: servers.issuer,
    resource: ordersApi,
    browserClient: inBrowser(clients.page),
    implicitClient: inBrowser(clients.widget),
    accounts: accounts.map(({ username, password }) => ({ username, password })),
  }

  router.get('/', (ctx) => send(ctx, files.page))
  router.get('/browser-callback', (ctx) => send(ctx, files.callback))
  router.get('/assets/:name', (ctx) => send(ctx, files.assets.get(ctx.params.name!)))
  router.get('/libraries/mermaid/{*path}', async (ctx) => {
    send(ctx, await readMermaid(ctx.path.replace('/libraries/mermaid/', '')))
    ctx.set('Cache-Control', 'max-age=3600')
  })

  router.get('/setup', (ctx) => {
    ctx.body = setup
  })

  router.get('/events', (ctx) => {
    if (ctx.method === 'HEAD') {
      ctx.type = 'text/event-stream'
      ctx.status = 200
      return
    }
    // Koa ends what it answers.
    ctx.respond = false
    streams.answer(ctx.res, ctx.get('Last-Event-ID'))
  })

  router.get('/favicon.ico', (ctx) => {
    ctx.status = 204
  })

  return router
}

function send(ctx: Context, file: StaticFile | undefined): void {
  if (file === undefined) ctx.throw(404)
  ctx.type = file.type
  ctx.body = file.content
}

function inBrowser({ id, name, redirectUris, scopes }: Registration): BrowserClient {
  return { id, name, redirectUri: redirectUris![0]!, scope: scopes[ordersApi]! }
}
