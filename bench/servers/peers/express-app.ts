import { createServer } from 'node:http'
import { listening } from '../listening.ts'
import { orders } from '../server.ts'
import { peer } from './peer.ts'

/** Serves an Express application of some middleware and one handler. */
export async function serveExpress(
  middleware: readonly any[],
  subjectOf: (request: any) => unknown,
): Promise<number> {
  const { default: express } = await peer('express')
  const app = express()
  for (const each of middleware) app.use(each)
  app.get('/orders', (request: any, response: any) => {
    response.json(orders(subjectOf(request)))
  })
  // Express would print refusals, which are expected.
  app.use((error: any, _request: any, response: any, _next: any) => {
    response.sendStatus(error.status ?? 500)
  })
  return listening(createServer(app))
}
