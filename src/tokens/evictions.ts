import { LRUCache } from 'lru-cache'
import { now, type Seconds } from '../protocol/time.ts'
import { sha256 } from '../signatures/thumbprint.ts'
import type { Store } from '../stores/store.ts'

/** Which tokens are to be forgotten: one, those of a subject, those of a client, or the one with a `jti`. */
export type Eviction =
  | { readonly token: string }
  | { readonly sub: string }
  | { readonly client: string }
  | { readonly jti: string }

const kinds: ReadonlySet<EvictionKind> = new Set(['token', 'sub', 'client', 'jti'])

/** Reads an eviction. @throws {TypeError} It names nothing, or more than one thing. */
export function readEviction(eviction: Eviction): readonly [kind: EvictionKind, value: string] {
  const [first, ...others] = Object.entries(eviction ?? {}) as [string, unknown][]
  const [kind, value] = first ?? []
  const known = kinds.has(kind as EvictionKind) && others.length === 0
  if (!known || typeof value !== 'string' || value === '') {
    throw new TypeError('evict() takes one of { token }, { sub }, { client } and { jti }, a string')
  }
  return [kind as EvictionKind, value]
}

/** What tells which tokens are meant: of the token the key under which its answer is remembered. */
export type EvictionKind = 'token' | 'sub' | 'client' | 'jti'

/** A remembered answer, as far as evictions concern it. */
interface Remembered {
  readonly key: string
  readonly claims: { readonly [name: string]: unknown }
  readonly askedAt: Seconds
}

/** How far the clocks of instances may be apart; so long, too, an evicted token's answers are not reused. */
const clockTolerance: Seconds = 5
const maxOwn = 10_000
const newest = 'evicted'

/**
 * Marks in a store from when on answers about some tokens count, so that what any instance remembered
 * before serves no longer, wherever it is.
 */
export class Evictions {
  readonly #store: Store
  readonly #ttl: Seconds
  /** The marks of this instance, which no other entry of the store displaces. */
  readonly #own: LRUCache<string, Seconds>

  /** @param lifetime How long answers are remembered at most. */
  constructor(store: Store, lifetime: Seconds) {
    this.#store = store
    this.#ttl = lifetime + clockTolerance
    this.#own = new LRUCache({ max: maxOwn, ttl: Math.ceil(this.#ttl * 1000) })
  }

  /** @throws {StoreUnavailable} It could not be marked. */
  async add(kind: EvictionKind, value: string): Promise<void> {
    const time = now()
    for (const mark of [markOf(kind, value), newest]) {
      this.#own.set(mark, time)
      await this.#store.set(mark, String(time), this.#ttl)
    }
  }

  /** When there was an eviction last; mostly there is none, and no more to look for. */
  async newest(): Promise<Seconds> {
    return this.#timeOf(newest)
  }

  async #timeOf(mark: string): Promise<Seconds> {
    const own = this.#own.get(mark) ?? -Infinity
    const told = Number((await this.#store.get(mark)) ?? Number.NaN)
    return Number.isFinite(told) ? Math.max(own, told) : own
  }

  /** Whether an answer is from before an eviction that concerns it. */
  async concern({ key, claims, askedAt }: Remembered, newest: Seconds): Promise<boolean> {
    const isBefore = (time: Seconds): boolean => askedAt <= time + clockTolerance
    if (!isBefore(newest)) return false
    const { sub, client_id: client, jti } = claims
    const times = Object.entries({ token: key, sub, client, jti }).map(([kind, value]) =>
      this.#timeOf(markOf(kind as EvictionKind, value)),
    )
    return (await Promise.all(times)).some(isBefore)
  }
}

function markOf(kind: EvictionKind, value: unknown): string {
  return `${newest}:${sha256(JSON.stringify([kind, value]))}`
}
