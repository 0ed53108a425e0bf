import { LRUCache } from 'lru-cache'
import type { EvictionKind } from '../protocol/eviction.ts'
import { now, type Seconds } from '../protocol/time.ts'
import { sha256 } from '../signatures/thumbprint.ts'
import type { Store } from '../stores/store.ts'

/** By what a remembered answer may be evicted, a name or several of one kind; `token` is the key under which it is remembered. */
export type Evictable = { readonly [kind in EvictionKind]: unknown }

/** How far the clocks of instances may be apart; so long, too, an evicted token's answers are not reused. */
const clockTolerance: Seconds = 5
/** Longer than any instance may remember an answer, whatever its options. */
const lifetime: Seconds = 3 * 86_400
const maxOwn = 10_000
/** Is there while there may be marks; mostly it is not, and there is no more to look for. */
const flag = 'evicted'

/**
 * Marks in a store from when on answers about some tokens count, so that what any instance remembered
 * before serves no longer, wherever it is.
 */
export class Evictions {
  readonly #store: Store
  /** The marks of this instance, which no other entry of the store displaces. */
  readonly #own = new LRUCache<string, Seconds>({ max: maxOwn, ttl: lifetime * 1000 })

  constructor(store: Store) {
    this.#store = store
  }

  /** @throws {StoreUnavailable} It could not be marked. */
  async add(kind: EvictionKind, value: string): Promise<void> {
    const time = now()
    for (const name of [markOf(kind, value), flag]) {
      this.#own.set(name, time)
      await this.#store.set(name, String(time), lifetime)
    }
  }

  /** Whether there may be marks. */
  async any(): Promise<boolean> {
    return this.#own.has(flag) || (await this.#store.get(flag)) !== undefined
  }

  /** Whether an answer is from before an eviction that concerns it. */
  async include(evictable: Evictable, askedAt: Seconds): Promise<boolean> {
    const times = Object.entries(evictable)
      .flatMap(([kind, values]) => [values].flat().map((value: unknown) => [kind, value] as const))
      .filter(([, value]) => typeof value === 'string')
      .map(([kind, value]) => this.#timeOf(markOf(kind as EvictionKind, value as string)))
    return (await Promise.all(times)).some((time) => askedAt <= time + clockTolerance)
  }

  async #timeOf(mark: string): Promise<Seconds> {
    const own = this.#own.get(mark) ?? -Infinity
    const told = Number((await this.#store.get(mark)) ?? Number.NaN)
    return Number.isFinite(told) ? Math.max(own, told) : own
  }
}

function markOf(kind: EvictionKind, value: string): string {
  return `${flag}:${sha256(JSON.stringify([kind, value]))}`
}
