import { LRUCache } from 'lru-cache'
import { InvalidDpopProof } from './dpop-errors.ts'
import { StoreUnavailable } from '../protocol/service-unavailable.ts'
import { now, type Seconds } from '../protocol/time.ts'
import { sha256 } from '../signatures/thumbprint.ts'
import type { Store } from '../stores/store.ts'

/** Keys whose proofs are counted. */
const maxKeys = 10_000

export interface DpopReplayOptions {
  readonly store: Store
  /** Proofs by one key that are remembered in a window, which its first one begins. */
  readonly maxProofsPerKey: number
  readonly window: Seconds
  /** Whether proofs pass while the store can't tell. */
  readonly fallback: boolean
}

/** The proof that each request has been admitted with. */
const admitted = new WeakMap<object, string>()

/** Admits each proof once. (RFC 9449 §11.1) */
export class DpopReplay {
  readonly #options: DpopReplayOptions
  readonly #counts: LRUCache<string, { proofs: number }>

  constructor(options: DpopReplayOptions) {
    this.#options = options
    this.#counts = new LRUCache({ max: maxKeys, ttl: Math.ceil(options.window * 1000) })
  }

  /**
   * @param message The request, on which a proof passes again: before resource servers further in.
   * @param thumbprint Of the proof's key; a `jti` is unique among the proofs by one key only.
   * @param expiry When the proof is accepted no longer, whoever sends it.
   * @throws {InvalidDpopProof} It has been used before.
   * @throws {StoreUnavailable} Nobody can tell, or the key has used its share of the store.
   */
  async use(message: object, thumbprint: string, jti: string, expiry: Seconds): Promise<void> {
    const key = `dpop:${thumbprint}:${sha256(jti)}`
    if (admitted.get(message) === key) return
    await this.#useOnce(key, thumbprint, expiry)
    admitted.set(message, key)
  }

  async #useOnce(key: string, thumbprint: string, expiry: Seconds): Promise<void> {
    const { store, maxProofsPerKey, fallback } = this.#options
    const count = this.#counts.get(thumbprint) ?? { proofs: 0 }
    if (count.proofs >= maxProofsPerKey) {
      throw new StoreUnavailable(
        `${maxProofsPerKey} proofs by the key ${thumbprint} are remembered`,
      )
    }
    if (count.proofs === 0) this.#counts.set(thumbprint, count)
    // Counted beforehand, so that many at once are bounded, too; what is not remembered does not count.
    count.proofs += 1
    try {
      if (await store.add(key, Math.max(expiry - now(), 1))) return
    } catch (error) {
      count.proofs -= 1
      if (fallback) return
      throw error
    }
    count.proofs -= 1
    throw new InvalidDpopProof('replayed')
  }
}
