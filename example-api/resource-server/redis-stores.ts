import { setTimeout as delay } from 'node:timers/promises'
import { redisStore } from 'koa-resource-server/redis'
import type { Stores } from './stores.ts'

/** Stores in a Redis, which all processes of an API share. */
export interface RedisStores extends Stores {
  /** The keys that one of the stores has now. */
  keys(store: keyof Stores): Promise<ReadonlySet<string>>
  close(): Promise<void>
}

/**
 * Makes stores in the Redis at a URL.
 *
 * @throws {Error} None answers there.
 */
export async function inRedis(url: string): Promise<RedisStores> {
  const client = await connect(url)
  const prefix = (store: keyof Stores): string => `orders-api:${store}:`
  const store = (name: keyof Stores) =>
    redisStore((...command) => client.sendCommand(command), { prefix: prefix(name) })
  return {
    active: store('active'),
    inactive: store('inactive'),
    proofs: store('proofs'),
    async keys(store) {
      const found = new Set<string>()
      for await (const keys of client.scanIterator({ MATCH: `${prefix(store)}*` })) {
        for (const key of keys) found.add(key)
      }
      return found
    },
    async close() {
      if (client.isOpen) await client.close()
    },
  }
}

async function connect(url: string) {
  // A default run needs no Redis, and no client for it.
  const { createClient } = await import('redis')
  const client = createClient({ url, socket: { reconnectStrategy: false } })
  // Each command that fails says so itself.
  client.on('error', () => undefined)
  try {
    await Promise.race([client.connect(), failAfter(3)])
    return client
  } catch (error) {
    if (client.isOpen) client.destroy()
    const { code, message } = error as NodeJS.ErrnoException
    throw new Error(`No Redis answers at ${new URL(url).host}: ${code ?? message}`, {
      cause: error,
    })
  }
}

async function failAfter(seconds: number): Promise<never> {
  await delay(seconds * 1000, undefined, { ref: false })
  throw new Error(`nothing within ${seconds} seconds`)
}
