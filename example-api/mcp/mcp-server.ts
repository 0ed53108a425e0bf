import { bodyParser } from '@koa/bodyparser'
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import Router from '@koa/router'
import Koa, { type Middleware } from 'koa'
import {
  type AuthState,
  InsufficientScope,
  jwt,
  requireResourceOwner,
  resourceServer,
} from 'koa-resource-server'
import { resourceMetadata } from 'koa-resource-server/metadata'
import { Orders } from '../resource-server/orders.ts'
import { makeTools, scopeOf, tools } from './tools.ts'

/**
 * Makes an MCP server (Streamable HTTP, without sessions) that agents find their way to by themselves:
 * from the 401 to the metadata, and from there to the authorization server.
 *
 * @param resource Its identifier, which is its URL, and the audience of its tokens.
 */
export function makeMcpServer(resource: string, issuer: string): Koa {
  const metadata = resourceMetadata({
    resource,
    resource_name: 'Orders',
    scopes_supported: [...new Set(Object.values(tools).flatMap(({ scope }) => scope))],
  })
  const orders = new Orders()
  const router = new Router<AuthState>()
  router.post('/mcp', requireToolScope, requireResourceOwner(), async (ctx) => {
    const server = makeTools(orders, ctx.state.auth.resourceOwner)
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true })
    await server.connect(transport)
    // The token stays here: nothing behind this line needs it. (MCP, token passthrough)
    const { authorization: _, ...headers } = ctx.headers as Record<string, string>
    const request = new Request(resource, { method: 'POST', headers })
    ctx.body = await transport.handleRequest(request, { parsedBody: ctx.request.body })
  })

  const app = new Koa()
  app.use(
    resourceServer({
      audience: resource,
      tokens: jwt({ issuer }),
      metadata,
      // What to ask for first; a tool that needs more says so.
      challenge: { scope: 'orders:read' },
    }),
  )
  app.use(bodyParser({ enableTypes: ['json'] }))
  app.use(router.routes()).use(router.allowedMethods())
  return app
}

/** Admits the calls of tools for which the token has all scopes. */
const requireToolScope: Middleware<AuthState> = (ctx, next) => {
  const scope = scopeOf(ctx.request.body)
  if (!scope.every((token) => ctx.state.auth.scopes.has(token))) throw new InsufficientScope(scope)
  return next()
}
