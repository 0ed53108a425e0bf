import { createHash } from 'node:crypto'
import { readJsonObject } from '../protocol/json.ts'
import { now, type Seconds } from '../protocol/time.ts'
import type { Store } from '../stores/store.ts'
import { withinDeadline } from './deadline.ts'
import { type IntrospectionAnswer, isIntrospectionAnswer } from './introspection-endpoint.ts'

/** Where and how long introspection answers are remembered. */
export interface IntrospectionMemoryOptions {
  readonly maxAge: Seconds
  readonly inactiveMaxAge: Seconds
  readonly store: Store
  readonly inactiveStore: Store
  readonly storeTimeout: Seconds
}

/**
 * Remembers introspection answers: about an active token at most until it expires, about others
 * briefly and in a space of their own. (RFC 7662 §4)
 *
 * A store that fails remembers nothing. Neither keys nor values hold a token.
 */
export class IntrospectionMemory {
  readonly #options: IntrospectionMemoryOptions

  constructor(options: IntrospectionMemoryOptions) {
    this.#options = options
  }

  async recall(key: string): Promise<IntrospectionAnswer | undefined> {
    const { store, inactiveStore } = this.#options
    return (await this.#read(store, key)) ?? (await this.#read(inactiveStore, key))
  }

  async remember(key: string, token: string, answer: IntrospectionAnswer): Promise<void> {
    const { store, inactiveStore, maxAge, inactiveMaxAge } = this.#options
    const value = JSON.stringify(answer)
    if (value.includes(token)) return
    try {
      if (!answer.active) await setFor(inactiveMaxAge, inactiveStore, key, value)
      else await setFor(Math.min(maxAge, (answer.exp ?? Infinity) - now()), store, key, value)
    } catch {
      // The answer is good all the same; it will be asked for again.
    }
  }

  async #read(store: Store, key: string): Promise<IntrospectionAnswer | undefined> {
    try {
      const value = await withinDeadline(store.get(key), this.#options.storeTimeout, 'The store')
      const answer = value === undefined ? undefined : readJsonObject(value)
      return isIntrospectionAnswer(answer) ? answer : undefined
    } catch {
      return undefined
    }
  }
}

/** Key under which an answer is remembered: about this token, from this server, to this client. */
export function memoryKey(...parts: readonly (string | undefined)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}

async function setFor(ttl: Seconds, store: Store, key: string, value: string): Promise<void> {
  if (ttl > 0) await store.set(key, value, ttl)
}
