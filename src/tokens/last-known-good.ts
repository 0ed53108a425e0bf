import { setTimeout as delay } from 'node:timers/promises'
import { AuthorizationServerUnavailable } from '../protocol/service-unavailable.ts'
import type { Seconds } from '../protocol/time.ts'
import { BackOff } from '../resilience/back-off.ts'
import { Backup, type Codec } from './backup.ts'
import { withinDeadline } from '../resilience/deadline.ts'
import type { FreshnessOptions } from './freshness.ts'

/** What a load has brought, and how long it is fresh where the answer says so. (RFC 9111 §4.2) */
export interface Loaded<T> {
  readonly value: T
  readonly maxAge: Seconds | undefined
}

/** Share of its fresh time after which a value is loaded anew in the background. */
const aheadOfExpiry = 0.75

/**
 * Keeps the newest good answer of an authorization server: loaded when first asked for, anew ahead of
 * expiry in the background, and kept for a bounded time when that fails. A failure is never kept in
 * its place.
 */
export class LastKnownGood<T> {
  readonly #load: (last: T | undefined) => Promise<Loaded<T>>
  readonly #options: Required<Omit<FreshnessOptions, 'lastGood'>>
  readonly #timeout: Seconds
  readonly #what: string
  readonly #backup: Backup<T>
  readonly #backOff: BackOff
  #kept: { value: T; refreshAt: number; freshUntil: number; staleUntil: number } | undefined
  #loading: Promise<T> | undefined
  /** The load under way or, if there is none, the last one. */
  #latest: Promise<T> | undefined
  #restoring: Promise<void> | undefined
  #waitingForNext = 0
  #startedAt = -Infinity
  #lastFailure: unknown

  /**
   * @param what What is kept, for the operator to read.
   * @param load Given the last good value, gets a newer one.
   * @param codec How a value goes into the store `lastGood` and comes back.
   * @param timeout How long a caller waits at most.
   */
  constructor(
    what: string,
    load: (last: T | undefined) => Promise<Loaded<T>>,
    codec: Codec<T>,
    timeout: Seconds,
    options: FreshnessOptions,
  ) {
    this.#what = what
    this.#load = load
    this.#timeout = timeout
    this.#options = {
      minAge: options.minAge ?? 10,
      maxAge: options.maxAge ?? 600,
      maxStale: options.maxStale ?? 86_400,
      coolDown: options.coolDown ?? Math.min(1, timeout / 2),
      maxWaiting: options.maxWaiting ?? 1000,
      maxBackOff: options.maxBackOff ?? 30,
    }
    this.#backup = new Backup(options.lastGood, what, codec)
    this.#backOff = new BackOff(this.#options.coolDown, this.#options.maxBackOff)
  }

  /**
   * Resolves to the value, waiting for the authorization server only if there is none or it has expired.
   *
   * @throws {AuthorizationServerUnavailable} There is none that may still serve.
   */
  async get(): Promise<T> {
    if (this.#kept === undefined) await (this.#restoring ??= this.#restore())
    const serves = this.peek()
    if (serves !== undefined) return serves
    const kept = this.#kept
    const now = performance.now()
    try {
      return await this.#wait(this.#loading ?? this.#startUnlessFailing())
    } catch (error) {
      if (kept !== undefined && now < kept.staleUntil) return kept.value
      throw error
    }
  }

  /** Gives the value if it may serve without waiting, `undefined` otherwise; refreshes it ahead of expiry. */
  peek(): T | undefined {
    const kept = this.#kept
    const now = performance.now()
    if (kept === undefined || now < kept.refreshAt) return kept?.value
    const serves = now < kept.freshUntil || (this.#isFailing && now < kept.staleUntil)
    if (!serves) return undefined
    if (this.#backOff.left <= 0) this.#start().catch(() => undefined)
    return kept.value
  }

  /**
   * Resolves to the value of a load that began no earlier than `asked`; a further one begins at the
   * earliest `coolDown` after the one before, and all who have asked by then share it.
   *
   * @param asked As `performance.now()` tells it.
   * @throws {AuthorizationServerUnavailable} The load failed, or the last one did a moment ago.
   */
  async next(asked: number = performance.now()): Promise<T> {
    if (this.#waitingForNext >= this.#options.maxWaiting) {
      throw new AuthorizationServerUnavailable(`Too many requests wait for: ${this.#what}`)
    }
    this.#waitingForNext += 1
    try {
      return await this.#wait(this.#loadSince(asked), asked)
    } finally {
      this.#waitingForNext -= 1
    }
  }

  async #loadSince(asked: number): Promise<T> {
    for (;;) {
      await this.#loading?.catch(() => undefined)
      if (this.#startedAt >= asked) return this.#latest!
      const early = this.#startedAt + this.#options.coolDown * 1000 - performance.now()
      if (early <= 0) return this.#startUnlessFailing()
      await delay(early)
    }
  }

  /** Whether it failed so lately that to wait for it would most likely be in vain. */
  get #isFailing(): boolean {
    return this.#backOff.left > -(this.#options.maxBackOff + this.#timeout)
  }

  async #wait(loading: Promise<T>, since?: number): Promise<T> {
    const late = (): Error =>
      new AuthorizationServerUnavailable(`${this.#what} did not come within ${this.#timeout} s`)
    return withinDeadline(loading, this.#timeout, late, since)
  }

  async #startUnlessFailing(): Promise<T> {
    const { left } = this.#backOff
    if (left <= 0) return this.#start()
    throw new AuthorizationServerUnavailable(`${this.#what} could not be had a moment ago`, {
      cause: this.#lastFailure,
      retryAfter: left,
    })
  }

  async #start(): Promise<T> {
    this.#latest = this.#loading ??= this.#run().finally(() => {
      this.#loading = undefined
    })
    return this.#latest
  }

  async #run(): Promise<T> {
    const { minAge, maxAge, maxStale } = this.#options
    this.#startedAt = performance.now()
    try {
      const loaded = await this.#load(this.#kept?.value)
      const fresh = Math.min(Math.max(loaded.maxAge ?? maxAge, minAge), maxAge)
      this.#keep(loaded.value, fresh, 0)
      void this.#backup.save(loaded.value, fresh, fresh + maxStale)
      this.#backOff.succeeded()
      return loaded.value
    } catch (error) {
      this.#backOff.failed()
      this.#lastFailure = error
      // What the store did not have, or could not tell, it may have by then.
      this.#restoring = undefined
      throw error
    }
  }

  async #restore(): Promise<void> {
    const saved = await this.#backup.restore()
    if (saved === undefined || this.#kept !== undefined) return
    const { maxAge, maxStale } = this.#options
    if (saved.age < saved.maxAge + maxStale) {
      this.#keep(saved.value, Math.min(saved.maxAge, maxAge), saved.age)
    }
  }

  #keep(value: T, maxAge: Seconds, age: Seconds): void {
    const since = performance.now() - age * 1000
    const freshUntil = since + maxAge * 1000
    this.#kept = {
      value,
      refreshAt: since + maxAge * 1000 * aheadOfExpiry,
      freshUntil,
      staleUntil: freshUntil + this.#options.maxStale * 1000,
    }
  }
}
