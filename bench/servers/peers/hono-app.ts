import { createServer } from 'node:http'
import { listening } from '../listening.ts'
import { orders } from '../server.ts'
import { peer } from './peer.ts'

/** Serves a Hono application of some middleware and one handler. */
export async function serveHono(
  middleware: readonly any[],
  subjectOf: (context: any) => unknown,
): Promise<number> {
  const { Hono } = await peer('hono')
  const { getRequestListener } = await peer('@hono/node-server')
  const app = new Hono()
  for (const each of middleware) app.use(each)
  app.get('/orders', (context: any) => context.json(orders(subjectOf(context))))
  return listening(createServer(getRequestListener(app.fetch)))
}
