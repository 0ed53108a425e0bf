import { createHash } from 'node:crypto'
import type { Tolerance } from '../protocol/claim-forms.ts'
import { textOf } from '../protocol/identity.ts'
import { readJsonObject } from '../protocol/json.ts'
import { now, type Seconds } from '../protocol/time.ts'
import type { Store } from '../stores/store.ts'
import type { EvictionKind } from '../protocol/eviction.ts'
import { Evictions } from './evictions.ts'
import { type IntrospectionAnswer, isIntrospectionAnswer } from './introspection-endpoint.ts'

/** Where and how long introspection answers are remembered. */
export interface IntrospectionMemoryOptions {
  readonly maxAge: Seconds
  readonly maxStale: Seconds
  readonly inactiveMaxAge: Seconds
  readonly store: Store
  readonly inactiveStore: Store
  /** Reads which client a token was issued to. */
  readonly clientIdOf: (answer: IntrospectionAnswer) => string | undefined
  /** Reads whom it names as resource owner. */
  readonly ownerOf: (answer: IntrospectionAnswer) => string | undefined
  /** Forms of claims that no standard has. */
  readonly tolerates: readonly Tolerance[]
}

/** A store, and what is not to be used of it. */
interface Space {
  readonly store: Store
  readonly evictions: Evictions
}

/** What the authorization server once said. */
export interface RememberedAnswer {
  readonly answer: IntrospectionAnswer
  /** When it was asked. */
  readonly askedAt: Seconds
}

/**
 * Remembers introspection answers: about an active token at most until it expires, about others
 * briefly and in a space of their own. (RFC 7662 §4)
 *
 * A store that fails remembers nothing. Neither keys nor values hold a token.
 */
export class IntrospectionMemory {
  readonly #options: IntrospectionMemoryOptions
  readonly #active: Space
  readonly #inactive: Space

  constructor(options: IntrospectionMemoryOptions) {
    const { store, inactiveStore } = options
    this.#options = options
    this.#active = { store, evictions: new Evictions(store) }
    this.#inactive = {
      store: inactiveStore,
      evictions: new Evictions(inactiveStore),
    }
  }

  /**
   * Forgets what has been answered about some tokens, in every instance that shares the store.
   *
   * @throws {StoreUnavailable} It could not be made sure.
   */
  async evict(kind: EvictionKind, value: string): Promise<void> {
    await Promise.all([
      this.#active.evictions.add(kind, value),
      this.#inactive.evictions.add(kind, value),
    ])
  }

  async recall(key: string): Promise<RememberedAnswer | undefined> {
    const [active, inactive] = await Promise.all([
      this.#read(this.#active, key),
      this.#read(this.#inactive, key),
    ])
    return active?.answer.active ? active : inactive
  }

  /** Whether an answer may serve without asking again; if there is a demand, asked no earlier than then. */
  isFresh({ answer, askedAt }: RememberedAnswer, demanded: Seconds): boolean {
    const { maxAge, inactiveMaxAge } = this.#options
    return now() - askedAt < (answer.active ? maxAge : inactiveMaxAge) && askedAt >= demanded
  }

  /** Whether an answer about an active token may still serve while no newer one can be had. */
  mayServeStale({ answer, askedAt }: RememberedAnswer, demanded: Seconds): boolean {
    const { maxAge, maxStale } = this.#options
    return answer.active && now() - askedAt < maxAge + maxStale && askedAt >= demanded
  }

  /** @param askedAt When the question was asked; where a later one has been answered, that counts. */
  async remember(
    key: string,
    token: string,
    answer: IntrospectionAnswer,
    askedAt: Seconds,
  ): Promise<void> {
    const { maxAge, maxStale, inactiveMaxAge } = this.#options
    const value = JSON.stringify({ askedAt, answer })
    const known = await this.recall(key)
    if (value.includes(token) || (known && known.askedAt > askedAt)) return
    if (answer.active) {
      await this.#write(this.#active, key, value, Math.min(maxAge + maxStale, timeLeft(answer)))
    } else {
      await this.#write(this.#inactive, key, value, inactiveMaxAge)
      // What was said before counts no longer, on no route and in no outage.
      if (known?.answer.active) await this.#write(this.#active, key, value, inactiveMaxAge || 1)
    }
  }

  async #write({ store }: Space, key: string, value: string, ttl: Seconds): Promise<void> {
    try {
      if (ttl > 0) await store.set(key, value, ttl)
    } catch {
      // The answer is good all the same; it will be asked for again.
    }
  }

  async #read({ store, evictions }: Space, key: string): Promise<RememberedAnswer | undefined> {
    try {
      const [value, evicted] = await Promise.all([store.get(key), evictions.any()])
      if (value === undefined) return undefined
      const { askedAt, answer } = readJsonObject(value) ?? {}
      if (typeof askedAt !== 'number' || !isIntrospectionAnswer(answer, this.#options.tolerates)) {
        return undefined
      }
      if (askedAt > now() || timeLeft(answer) <= 0) return undefined
      const { jti } = answer
      const sub = [textOf(answer['sub']), this.#options.ownerOf(answer)]
      const client = this.#options.clientIdOf(answer)
      const forgotten =
        evicted && (await evictions.include({ token: key, sub, client, jti }, askedAt))
      return forgotten ? undefined : { answer, askedAt }
    } catch {
      return undefined
    }
  }
}

/** Key under which an answer is remembered: about this token, from this server, to this client. */
export function memoryKey(...parts: readonly (string | undefined)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}

function timeLeft({ exp = Infinity }: IntrospectionAnswer): Seconds {
  return exp - now()
}
