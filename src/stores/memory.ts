import { LRUCache } from 'lru-cache'
import * as rule from '../protocol/options.ts'
import { SingleUseKeys } from './single-use.ts'
import type { Store } from './store.ts'

export interface MemoryStoreOptions {
  /** Entries above which the least recently used one goes, and keys added above which it is full. Default: 10000. */
  readonly maxEntries?: number
  /** Characters, of all keys and values together, above which the least recently used entries go; and of added keys above which it is full. Default: 33554432. */
  readonly maxSize?: number
}

/**
 * Makes a store in this process's memory, bounded in entries and size.
 *
 * What is set gives way to newer entries; a key that is added stays until it expires, and `add` rejects
 * with `StoreUnavailable` where there is no more room.
 *
 * @throws {TypeError} An option is wrong.
 */
export function memoryStore(options: MemoryStoreOptions = {}): Store {
  rule.checkOptions('memoryStore', options, { maxEntries: rule.whole, maxSize: rule.whole })
  const { maxEntries = 10_000, maxSize = 33_554_432 } = options
  // Made when it is first needed, since it takes room for all its entries at once.
  let entries: LRUCache<string, string> | undefined
  const made = (): LRUCache<string, string> =>
    (entries ??= new LRUCache({
      max: maxEntries,
      maxSize,
      sizeCalculation: (value, key) => key.length + value.length,
    }))
  const singleUse = new SingleUseKeys(maxEntries, maxSize)
  return {
    async get(key) {
      return entries?.get(key)
    },
    async set(key, value, ttl) {
      if (ttl > 0) made().set(key, value, { ttl: Math.ceil(ttl * 1000) })
    },
    async add(key, ttl) {
      return singleUse.add(key, ttl)
    },
  }
}
