import { StoreUnavailable } from '../protocol/service-unavailable.ts'
import * as rule from '../protocol/options.ts'
import type { Seconds } from '../protocol/time.ts'
import { BackOff } from '../resilience/back-off.ts'
import { encrypted, encryptionKeyRule, type EncryptionKey } from './encrypted.ts'
import type { Store } from './store.ts'
import { timely } from './timely.ts'

/** Sends one command and resolves to its reply: `(...command) => client.sendCommand(command)` with node-redis, `(name, ...rest) => client.call(name, ...rest)` with ioredis. */
export type SendCommand = (...command: [name: string, ...rest: string[]]) => Promise<unknown>

export interface RedisStoreOptions {
  /** What all keys begin with; apart for each use of one server that must not mix. Default: `resource-server:`. */
  readonly prefix?: string
  /** Deadline of each command. Default: 0.5. */
  readonly timeout?: Seconds
  /** Most time for which a failing server is left alone, and each call rejects at once. Default: 1. */
  readonly maxBackOff?: Seconds
  /** Key of 32 octets with which values are encrypted (AES-256-GCM); of several the first encrypts and all decrypt. Default: they are plain. */
  readonly encryptionKey?: EncryptionKey
}

/** How long a failing server is left alone at first. */
const leastBackOff: Seconds = 0.05

/**
 * Makes a store of a Redis or Valkey server, to be shared by many instances.
 *
 * Where used DPoP proofs are added or tokens evicted, the server must forget nothing before its time,
 * however full or restarted: it is to have `maxmemory-policy noeviction` and `appendonly yes`.
 *
 * @param send Sends one command.
 * @throws {TypeError} An option is wrong.
 */
export function redisStore(send: SendCommand, options: RedisStoreOptions = {}): Store {
  checkOptions(send, options)
  const { prefix = 'resource-server:', timeout = 0.5, maxBackOff = 1, encryptionKey } = options
  // Apart, since a server that is full still tells what it knows.
  const read = leftAlone(leastBackOff, maxBackOff)
  const write = leftAlone(leastBackOff, maxBackOff)
  const commands: Store = {
    async get(key) {
      return textOf(await send('GET', key)) ?? undefined
    },
    async set(key, value, ttl) {
      if (!(ttl > 0)) return
      const reply = textOf(await send('SET', key, value, 'PX', milliseconds(ttl)))
      if (reply !== 'OK') throw new StoreUnavailable('SET was not answered with OK')
    },
    async add(key, ttl) {
      if (!(ttl > 0)) return true
      const reply = textOf(await send('SET', key, '1', 'PX', milliseconds(ttl), 'NX'))
      if (reply !== 'OK' && reply !== null) throw new StoreUnavailable('SET NX was not answered')
      return reply === 'OK'
    },
  }
  const inTime = timely(commands, timeout)
  const store: Store = {
    get: (key) => read(() => inTime.get(key)),
    set: (key, value, ttl) => write(() => inTime.set(key, value, ttl)),
    add: (key, ttl) => write(() => inTime.add(key, ttl)),
  }
  return named(encryptionKey === undefined ? store : encrypted(store, encryptionKey), prefix)
}

/** Gives keys their full names, in which those that are set and those that are added never meet. */
function named(store: Store, prefix: string): Store {
  return {
    get: (key) => store.get(`${prefix}kept:${key}`),
    set: (key, value, ttl) => store.set(`${prefix}kept:${key}`, value, ttl),
    add: (key, ttl) => store.add(`${prefix}once:${key}`, ttl),
  }
}

/** Makes a function that passes calls on, unless one has failed a moment ago; then one at a time probes. */
function leftAlone(least: Seconds, most: Seconds): <T>(call: () => Promise<T>) => Promise<T> {
  const backOff = new BackOff(least, most)
  let failing = false
  let probing = false
  let cause: StoreUnavailable | undefined
  return async (call) => {
    const probes = failing
    if (failing && (probing || backOff.left > 0)) {
      throw new StoreUnavailable(`${cause?.detail}, a moment ago`, {
        retryAfter: backOff.left,
        cause,
      })
    }
    probing = probes
    try {
      const result = await call()
      failing = false
      backOff.succeeded()
      return result
    } catch (error) {
      // Of many that were under way one counts.
      if (probes || !failing) backOff.failed()
      failing = true
      cause = error as StoreUnavailable
      throw error
    } finally {
      if (probes) probing = false
    }
  }
}

/**
 * Reads a reply, which some clients give as octets.
 *
 * @throws {StoreUnavailable} It is of another type: `send` returns something else than the reply.
 */
function textOf(reply: unknown): string | null {
  if (reply === null || typeof reply === 'string') return reply
  if (reply instanceof Uint8Array) return Buffer.from(reply).toString()
  throw new StoreUnavailable(`A reply is of type ${typeof reply}; does send() return it?`)
}

/** Redis takes whole ones, at least 1 and no more than fit. */
function milliseconds(ttl: Seconds): string {
  return String(Math.min(Math.ceil(ttl * 1000), 2 ** 52))
}

function checkOptions(send: SendCommand, options: RedisStoreOptions): void {
  if (typeof send !== 'function') {
    throw new TypeError(
      'redisStore() takes a function that sends a command, such as (...command) => client.sendCommand(command)',
    )
  }
  rule.checkOptions('redisStore', options, {
    prefix: rule.text,
    timeout: rule.seconds(0.001, 60),
    maxBackOff: rule.seconds(0, 3600),
    encryptionKey: encryptionKeyRule,
  })
}
