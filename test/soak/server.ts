import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Koa from 'koa'
import {
  clientSecretBasic,
  introspection,
  jwt,
  memoryStore,
  resourceServer,
} from 'koa-resource-server'
import { LoopWatch } from './loop-watch.ts'
import type { FromServer, ToServer } from './messages.ts'

/** The API under flood, in a process of its own; the parent process tells it what to do. */
const [issuer = '', audience = ''] = process.argv.slice(2)

const app = new Koa()
app.silent = true
app.use(
  resourceServer({
    audience,
    tokens: [
      // What a busy machine takes long for is no outage here.
      jwt({ issuer, timeout: 20 }),
      introspection({
        issuer,
        timeout: 20,
        clientAuth: clientSecretBasic('api', 'secret'),
        // Full long before the first measurement.
        store: memoryStore({ maxEntries: 500 }),
        inactiveStore: memoryStore({ maxEntries: 500 }),
      }),
    ],
  }),
)
app.use((ctx) => {
  ctx.body = 'through'
})
const server = createServer(app.callback())
server.keepAliveTimeout = 0
const watch = new LoopWatch()

const answers: { readonly [what in ToServer]: () => void } = {
  watch: () => watch.resume(),
  measure() {
    watch.pause()
    globalThis.gc!()
    globalThis.gc!()
    const { heapUsed, external, rss } = process.memoryUsage()
    say({ memory: { heap: heapUsed + external, rss }, loop: watch.report() })
  },
  stop() {
    server.closeAllConnections()
    server.close()
    process.disconnect()
  },
}
process.on('message', (what: ToServer) => answers[what]())
process.on('disconnect', () => process.exit())
server.listen(0, '127.0.0.1', () => say({ port: (server.address() as AddressInfo).port }))

function say(message: FromServer): void {
  process.send!(message)
}
