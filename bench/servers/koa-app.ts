import { createServer } from 'node:http'
import Koa, { type Context, type Middleware } from 'koa'
import { listening } from './listening.ts'
import { orders } from './server.ts'

/** Serves a Koa application of one middleware and one handler. */
export async function serveKoa(
  middleware: readonly Middleware[],
  subjectOf: (ctx: Context) => unknown,
): Promise<number> {
  const app = new Koa()
  // Refusals are expected; Koa would print them.
  app.silent = true
  for (const each of middleware) app.use(each)
  app.use((ctx) => {
    ctx.body = orders(subjectOf(ctx))
  })
  const handle = app.callback()
  return listening(createServer((request, response) => void handle(request, response)))
}
