import { StoreUnavailable } from '../protocol/service-unavailable.ts'
import type { Seconds } from '../protocol/time.ts'
import { withinDeadline } from '../resilience/deadline.ts'
import type { Store } from './store.ts'

/**
 * Makes a store whose every call ends in time, however long the one that is given takes.
 *
 * Its calls reject with `StoreUnavailable` when the store fails or is late.
 */
export function timely(store: Store, timeout: Seconds): Store {
  const late = (): Error => new StoreUnavailable(`The store did not answer within ${timeout} s`)
  const within = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await withinDeadline(call(), timeout, late)
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error
      throw new StoreUnavailable(`The store failed: ${String(error)}`, { cause: error })
    }
  }
  return {
    get: (key) => within(() => store.get(key)),
    set: (key, value, ttl) => within(() => store.set(key, value, ttl)),
    add: (key, ttl) => within(() => store.add(key, ttl)),
  }
}
