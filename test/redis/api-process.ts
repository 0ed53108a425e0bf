import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Koa from 'koa'
import { jwt, resourceServer } from 'koa-resource-server'
import { dpop } from 'koa-resource-server/dpop'
import { redisStore } from 'koa-resource-server/redis'
import { type ClientName, clients } from './clients.ts'

/** An instance of an API in a process of its own; tells its port, and ends with the one that started it. */
const [issuer, audience, port, client] = process.argv.slice(2)
const { send } = await clients[client as ClientName](Number(port))
const replay = redisStore(send, { timeout: 20 })

const app = new Koa()
app.use(
  resourceServer({
    audience: audience!,
    tokens: jwt({ issuer: issuer! }),
    confirmation: dpop({ replay, replayTimeout: 20, maxAge: 600 }),
  }),
)
app.use((ctx) => {
  ctx.body = 'through'
})
const server = createServer(app.callback()).listen(0, '127.0.0.1', () => {
  process.send!((server.address() as AddressInfo).port)
})
process.once('disconnect', () => process.exit())
