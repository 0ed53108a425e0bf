import { Redis } from 'ioredis'
import type { SendCommand } from 'koa-resource-server/redis'
import { createClient } from 'redis'

/** A connected client, that fails at once while its server is down and comes back with it. */
export interface Client {
  readonly send: SendCommand
  close(): void
}

/** How long a client that has lost its server waits before it looks again, in milliseconds. */
const pause = 50

async function nodeRedis(port: number): Promise<Client> {
  const client = createClient({
    socket: { host: '127.0.0.1', port, reconnectStrategy: () => pause },
    disableOfflineQueue: true,
  })
  client.on('error', () => undefined)
  await client.connect()
  return {
    send: (...command) => client.sendCommand(command),
    close: () => client.destroy(),
  }
}

async function ioredis(port: number): Promise<Client> {
  const client = new Redis(port, {
    lazyConnect: true,
    enableOfflineQueue: false,
    // Else a command is sent again, and what it has added itself was there already.
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => pause,
  })
  client.on('error', () => undefined)
  await client.connect()
  return {
    send: (name, ...rest) => client.call(name, ...rest),
    close: () => client.disconnect(),
  }
}

/** The clients that are tested, by name. */
export const clients = { 'node-redis': nodeRedis, ioredis } as const

export type ClientName = keyof typeof clients

export const clientNames = Object.keys(clients) as ClientName[]
