import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Koa from 'koa'
import {
  clientSecretBasic,
  introspection,
  jwt,
  resourceServer,
  type Store,
} from 'koa-resource-server'
import { audience, type World } from './world.ts'

/** Within which every answer must come, whatever the authorization servers do. */
export const deadline = 1

/** Least time between two fetches of a key set, however many unknown keys there are. */
export const coolDown = 0.25

/** An API under test: behind one address, now this instance and then that, as when it is deployed anew. */
export class Api {
  readonly #world: World
  readonly #lastGood: Store | undefined
  readonly #server: Server
  #handle: ReturnType<Koa['callback']>
  /** How many there have been. */
  instances = 0

  /** @param lastGood What its instances share; without it they know nothing of each other. */
  constructor(world: World, lastGood?: Store) {
    this.#world = world
    this.#lastGood = lastGood
    this.#handle = this.#makeInstance().callback()
    this.#server = createServer((request, response) => void this.#handle(request, response))
    // A connection that it closes just when a client uses it again is not what is looked for here.
    this.#server.keepAliveTimeout = 0
  }

  async listen(): Promise<number> {
    await new Promise<void>((listening) => this.#server.listen(0, '127.0.0.1', listening))
    return (this.#server.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((closed) => this.#server.close(closed))
  }

  /** An instance that knows nothing but the store takes over. */
  deployAnew(): void {
    this.#handle = this.#makeInstance().callback()
  }

  #makeInstance(): Koa {
    this.instances += 1
    const { announced, sudden } = this.#world
    const shared = this.#lastGood && { lastGood: this.#lastGood }
    const metadata = { minAge: 1, coolDown, maxBackOff: 1.5, ...shared }
    const kept = { timeout: deadline, ...metadata }
    const app = new Koa()
    app.silent = true
    app.use(
      resourceServer({
        audience,
        tokens: [
          jwt({ issuer: announced.issuer, ...kept }),
          jwt({ issuer: sudden.issuer, ...kept }),
          introspection({
            issuer: announced.issuer,
            clientAuth: clientSecretBasic('api', 'secret'),
            timeout: deadline,
            maxAge: 1,
            inactiveMaxAge: 1,
            coolDown,
            maxBackOff: 1.5,
            metadata,
          }),
        ],
      }),
    )
    app.use((ctx) => {
      ctx.body = 'through'
    })
    return app
  }
}
