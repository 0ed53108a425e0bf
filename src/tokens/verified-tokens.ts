import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { TokenFacts } from '../protocol/claims.ts'
import type { Identity } from '../protocol/identity.ts'
import { Sightings } from './sightings.ts'

/** What is known of a verified token, without the token. */
export type VerifiedToken = Identity & Pick<TokenFacts, 'tokenType' | 'stands'>

/** Characters of a token that an entry stands for, of all entries on average. */
const averageSize = 2048

/**
 * Remembers verified tokens by their SHA-256, so that each is verified once: facts, no verdicts. A token
 * counts from its second time on, since one that never comes again is not worth the room.
 */
export class VerifiedTokens {
  readonly #tokens: LRUCache<string, VerifiedToken> | undefined
  readonly #sightings: Sightings

  /** @param max Tokens above which the least recently used one goes; 0: none is remembered. */
  constructor(max: number) {
    const maxSize = max * averageSize
    this.#tokens = max > 0 ? new LRUCache({ max, maxSize }) : undefined
    this.#sightings = new Sightings(max)
  }

  /** Gives what is known of a token, as long as what has proven it stands. */
  recall(digest: string): VerifiedToken | undefined {
    const verified = this.#tokens?.get(digest)
    if (verified === undefined || verified.stands?.()) return verified
    this.#tokens?.delete(digest)
    return undefined
  }

  /** @param size Characters of the token. */
  remember(digest: string, size: number, verified: VerifiedToken): void {
    const worthIt = verified.stands !== undefined && this.#tokens !== undefined
    if (worthIt && this.#sightings.isAgain(digest)) this.#tokens.set(digest, verified, { size })
  }

  clear(): void {
    this.#tokens?.clear()
  }
}

/** Gives the key under which a token is remembered; in octets as characters, the shortest form there is. */
export function digestOf(token: string): string {
  return hash('sha256', token, 'binary')
}
