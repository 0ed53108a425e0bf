import { LRUCache } from 'lru-cache'
import * as rule from '../protocol/options.ts'
import type { Store } from './store.ts'

export interface MemoryStoreOptions {
  /** Entries above which the least recently used one goes. Default: 10000. */
  readonly maxEntries?: number
  /** Characters, of all keys and values together, above which the least recently used entries go. Default: 33554432. */
  readonly maxSize?: number
}

/**
 * Makes a store in this process's memory, bounded in entries and size.
 *
 * @throws {TypeError} An option is wrong.
 */
export function memoryStore(options: MemoryStoreOptions = {}): Store {
  rule.checkOptions('memoryStore', options, { maxEntries: rule.whole, maxSize: rule.whole })
  const { maxEntries = 10_000, maxSize = 33_554_432 } = options
  const entries = new LRUCache<string, string>({
    max: maxEntries,
    maxSize,
    sizeCalculation: (value, key) => key.length + value.length,
  })
  const remember = (key: string, value: string, ttl: number): void => {
    if (ttl > 0) entries.set(key, value, { ttl: Math.ceil(ttl * 1000) })
  }
  return {
    async get(key) {
      return entries.get(key)
    },
    async set(key, value, ttl) {
      remember(key, value, ttl)
    },
    async add(key, ttl) {
      if (entries.has(key)) return false
      remember(key, '', ttl)
      return true
    },
  }
}
