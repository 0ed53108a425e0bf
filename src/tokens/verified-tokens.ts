import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Identity } from '../protocol/authentication.ts'
import { Sightings } from './sightings.ts'

/** Characters of a token that an entry stands for, of all entries on average. */
const averageSize = 2048

/** Who a token is for, and which token: its SHA-256, in octets as characters, the shortest form there is. */
interface Entry {
  readonly digest: string
  readonly identity: Identity
}

/**
 * Remembers verified tokens by their SHA-256, so that each is verified once: facts, no verdicts. A token
 * counts from its second time on, since one that never comes again is not worth the room.
 */
export class VerifiedTokens {
  readonly #entries: LRUCache<string, Entry> | undefined
  readonly #sightings: Sightings

  /** @param max Tokens above which the least recently used one goes; 0: none is remembered. */
  constructor(max: number) {
    const maxSize = max * averageSize
    this.#entries = max > 0 ? new LRUCache({ max, maxSize }) : undefined
    this.#sightings = new Sightings(max)
  }

  /** Gives what is known of a token, as long as what has proven it stands. */
  recall(token: string): Identity | undefined {
    const mark = markOf(token)
    const entry = this.#entries?.get(mark)
    if (entry === undefined || entry.digest !== digestOf(token)) return undefined
    if (entry.identity.stands?.()) return entry.identity
    this.#entries?.delete(mark)
    return undefined
  }

  remember(token: string, identity: Identity): void {
    if (identity.stands === undefined || this.#entries === undefined) return
    const mark = markOf(token)
    if (!this.#sightings.isAgain(mark)) return
    this.#entries.set(mark, { digest: digestOf(token), identity }, { size: token.length })
  }

  clear(): void {
    this.#entries?.clear()
  }
}

/** Tells tokens apart well enough to know without a digest that one is new: the end of its signature. */
function markOf(token: string): string {
  return token.slice(-12)
}

function digestOf(token: string): string {
  return hash('sha256', token, 'binary')
}
