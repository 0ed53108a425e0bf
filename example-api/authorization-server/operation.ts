import { listen, portOf, type Server, stop } from '../listening.ts'
import type { AuthorizationServer } from '../authorization-server.ts'

/** How the authorization server is. */
export interface Condition {
  readonly on: boolean
  /** How many signing keys it publishes. */
  readonly keys: number
}

/** Turns the authorization server off and on, and changes its keys: one thing after another. */
export class Operation {
  readonly #listeners: readonly { readonly server: Server; readonly port: number }[]
  readonly #authorizationServer: AuthorizationServer
  #last = Promise.resolve()

  /** @param servers Those it listens with, which listen. */
  constructor(servers: readonly Server[], authorizationServer: AuthorizationServer) {
    this.#listeners = servers.map((server) => ({ server, port: portOf(server) }))
    this.#authorizationServer = authorizationServer
  }

  get condition(): Condition {
    const on = this.#listeners.every(({ server }) => server.listening)
    return { on, keys: this.#authorizationServer.keys }
  }

  /** Listens no more, and ends all connections; its sessions, grants and tokens live on. */
  async turnOff(): Promise<void> {
    return this.#inTurn(() => this.#stop())
  }

  /**
   * Listens where it did.
   *
   * @throws {Error} Another program listens there now; the authorization server stays off.
   */
  async turnOn(): Promise<void> {
    return this.#inTurn(async () => {
      try {
        for (const { server, port } of this.#listeners) {
          if (!server.listening) await listen(server, port)
        }
      } catch (error) {
        await this.#stop()
        throw error
      }
    })
  }

  async rotateKeys(): Promise<void> {
    return this.#inTurn(() => this.#authorizationServer.rotateKeys())
  }

  async #stop(): Promise<void> {
    await Promise.all(this.#listeners.map(({ server }) => stop(server)))
  }

  async #inTurn(act: () => Promise<void>): Promise<void> {
    const done = this.#last.then(act)
    this.#last = done.catch(() => undefined)
    return done
  }
}
