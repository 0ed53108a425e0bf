import { readJsonObject } from '../protocol/json.ts'
import { now, type Seconds } from '../protocol/time.ts'
import type { Store } from '../stores/store.ts'
import { timely } from '../stores/timely.ts'

/** What was saved, and when. */
export interface Saved<T> {
  readonly value: T
  /** How long it had been fresh from when it was saved. */
  readonly maxAge: Seconds
  /** How long ago it was saved. */
  readonly age: Seconds
}

/** How a value goes into a text and comes back; from a text that is no such value comes nothing. */
export interface Codec<T> {
  encode(value: T): string
  decode(text: string): T | undefined
}

/** How long a store is waited for. */
const patience: Seconds = 0.5

/** Keeps a copy of a value in a store; a store that fails has none. */
export class Backup<T> {
  readonly #store: Store | undefined
  readonly #key: string
  readonly #codec: Codec<T>

  constructor(store: Store | undefined, key: string, codec: Codec<T>) {
    this.#store = store && timely(store, patience)
    this.#key = key
    this.#codec = codec
  }

  async save(value: T, maxAge: Seconds, ttl: Seconds): Promise<void> {
    const saved = { savedAt: now(), maxAge, value: this.#codec.encode(value) }
    try {
      await this.#store?.set(this.#key, JSON.stringify(saved), ttl)
    } catch {
      // The value itself is good; the next one will be saved.
    }
  }

  async restore(): Promise<Saved<T> | undefined> {
    if (this.#store === undefined) return undefined
    try {
      const text = await this.#store.get(this.#key)
      const { savedAt, maxAge, value } = readJsonObject(text ?? '') ?? {}
      const decoded = typeof value === 'string' ? this.#codec.decode(value) : undefined
      if (decoded === undefined || typeof savedAt !== 'number' || typeof maxAge !== 'number') {
        return undefined
      }
      return { value: decoded, maxAge, age: Math.max(0, now() - savedAt) }
    } catch {
      return undefined
    }
  }
}
