import { memoryStore, type Store } from 'koa-resource-server'

/** Where the orders API remembers things for a while. */
export interface Stores {
  /** What the authorization server said of active tokens, and of others. */
  readonly active: Store
  readonly inactive: Store
  /** Proofs that have been used. (RFC 9449 §11.1) */
  readonly proofs: Store
}

/** Makes stores in this process's memory, which is enough for one process. */
export function inMemory(): Stores {
  return {
    active: memoryStore(),
    inactive: memoryStore({ maxEntries: 1000 }),
    proofs: memoryStore({ maxEntries: 100_000 }),
  }
}
