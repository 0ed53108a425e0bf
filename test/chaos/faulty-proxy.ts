import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Random } from './random.ts'

/** What may go wrong between us and an authorization server. */
export const faults = ['refuse', 'drop', 'delay', 'truncate', 'drip', 'reset'] as const
export type Fault = (typeof faults)[number] | 'none'

/** A TCP proxy on loopback through which things go wrong at will. */
export class FaultyProxy {
  /** How often each target has been asked for, as `GET /jwks`. */
  readonly asked = new Map<string, number>()
  /** The same for each second. */
  readonly #bySecond = new Map<string, number[]>()
  /** Where connections lead. */
  target = 0
  readonly #random: Random
  readonly #clients = new Set<Socket>()
  #server: Server | undefined
  #fault: Fault = 'none'
  #port = 0

  constructor(random: Random) {
    this.#random = random
  }

  get port(): number {
    return this.#port
  }

  /** How often a target has been asked for in the second in which that was most often. */
  busiest(target: string): number {
    return Math.max(0, ...(this.#bySecond.get(target) ?? []).filter((count) => count > 0))
  }

  async listen(): Promise<void> {
    const server = createServer((client) => this.#serve(client))
    // While we do not listen, someone else may have our port for a moment.
    for (;;) {
      server.listen(this.#port, '127.0.0.1')
      const failed = await new Promise((settle) => {
        server.once('listening', () => settle(false)).once('error', () => settle(true))
      })
      if (!failed) break
      await delay(20)
    }
    server.removeAllListeners('error')
    this.#port = (server.address() as AddressInfo).port
    this.#server = server
  }

  /** From now on this goes wrong, with the connections that there are as well. */
  async fail(fault: Fault): Promise<void> {
    if (fault === 'refuse') await this.close()
    else if (this.#server === undefined) await this.listen()
    this.#fault = fault
  }

  async close(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    for (const client of this.#clients) client.resetAndDestroy()
    if (server) await new Promise((closed) => server.close(closed))
  }

  #serve(client: Socket): void {
    this.#clients.add(client)
    const upstream = connect(this.target, '127.0.0.1')
    const end = (): void => {
      this.#clients.delete(client)
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end)
    client.on('data', (chunk: Buffer) => {
      this.#count(chunk)
      if (this.#fault !== 'drop') upstream.write(chunk)
    })
    upstream.on('data', (chunk: Buffer) => void this.#pass(chunk, client))
  }

  /** Passes an answer on, as well as the fault lets it. */
  async #pass(chunk: Buffer, client: Socket): Promise<void> {
    switch (this.#fault) {
      case 'drop':
        return
      case 'reset':
        client.resetAndDestroy()
        return
      case 'truncate':
        client.end(chunk.subarray(0, Math.floor(this.#random.next() * chunk.length)))
        return
      case 'delay':
        await delay(this.#random.between(20, 2500), undefined, { ref: false })
        break
      case 'drip':
        for (const byte of chunk) {
          if (client.destroyed) return
          client.write(Buffer.of(byte))
          await delay(25, undefined, { ref: false })
        }
        return
      case 'none':
      case 'refuse':
    }
    if (!client.destroyed) client.write(chunk)
  }

  #count(chunk: Buffer): void {
    const request = /^(GET|POST) (\S+) HTTP/.exec(chunk.toString('latin1', 0, 200))
    if (request === null) return
    const line = `${request[1]} ${request[2]}`
    this.asked.set(line, (this.asked.get(line) ?? 0) + 1)
    const bySecond = this.#bySecond.get(line) ?? []
    this.#bySecond.set(line, bySecond)
    const second = Math.floor(performance.now() / 1000)
    bySecond[second] = (bySecond[second] ?? 0) + 1
  }
}
