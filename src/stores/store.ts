import type { Seconds } from '../protocol/time.ts'

/** Remembers strings for a while, across requests and perhaps across processes. */
export interface Store {
  get(key: string): Promise<string | undefined>
  set(key: string, value: string, ttl: Seconds): Promise<void>
  /**
   * Records the key unless it has been added already, in one atomic step; resolves to whether it was
   * new. Keys that are set are other ones. It forgets none before its time: it rejects when it is full.
   */
  add(key: string, ttl: Seconds): Promise<boolean>
}
