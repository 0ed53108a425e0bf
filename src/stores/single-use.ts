import { StoreUnavailable } from '../protocol/service-unavailable.ts'
import type { Seconds } from '../protocol/time.ts'

/** Least time between two looks at all keys for expired ones, which cost as much as there are keys. */
const sweepPause = 1000

/** Keys that count once until they expire: unlike a cache it forgets none early, and is full instead. */
export class SingleUseKeys {
  readonly #maxEntries: number
  readonly #maxSize: number
  /** When each expires, in milliseconds; mostly in that order. */
  readonly #expiries = new Map<string, number>()
  #size = 0
  #sweptAt = -Infinity

  /** @param maxSize Characters of all keys together. */
  constructor(maxEntries: number, maxSize: number) {
    this.#maxEntries = maxEntries
    this.#maxSize = maxSize
  }

  /**
   * Records the key unless it is there already; tells whether it was new.
   *
   * @throws {StoreUnavailable} It was new, and there is no room.
   */
  add(key: string, ttl: Seconds): boolean {
    const time = performance.now()
    this.#dropFirst(time)
    if ((this.#expiries.get(key) ?? 0) > time) return false
    if (!(ttl > 0)) return true
    if (this.#isFullWith(key)) this.#sweep(time)
    if (this.#isFullWith(key)) {
      throw new StoreUnavailable(`The store is full with ${this.#expiries.size} keys`, {
        retryAfter: 1,
      })
    }
    this.#drop(key)
    this.#expiries.set(key, time + ttl * 1000)
    this.#size += key.length
    return true
  }

  #isFullWith(key: string): boolean {
    return this.#expiries.size >= this.#maxEntries || this.#size + key.length > this.#maxSize
  }

  #dropFirst(time: number): void {
    for (const [key, expiry] of this.#expiries) {
      if (expiry > time) return
      this.#drop(key)
    }
  }

  #sweep(time: number): void {
    if (time - this.#sweptAt < sweepPause) return
    this.#sweptAt = time
    for (const [key, expiry] of this.#expiries) if (expiry <= time) this.#drop(key)
  }

  #drop(key: string): void {
    if (this.#expiries.delete(key)) this.#size -= key.length
  }
}
