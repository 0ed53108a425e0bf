import { orders } from '../server.ts'
import { peer } from './peer.ts'

/** Serves a Fastify application of one route. */
export async function serveFastify(
  prepare: (app: any) => unknown,
  onRequest: readonly any[],
  subjectOf: (request: any) => unknown,
): Promise<number> {
  const { default: fastify } = await peer('fastify')
  const app = fastify({ keepAliveTimeout: 60_000 })
  await prepare(app)
  app.get('/orders', { onRequest }, (request: any, reply: any) => {
    reply.send(orders(subjectOf(request)))
  })
  await app.listen({ port: 0, host: '127.0.0.1', backlog: 4096 })
  return app.server.address().port
}
