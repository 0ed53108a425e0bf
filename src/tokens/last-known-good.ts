import { setTimeout as delay } from 'node:timers/promises'
import { AuthorizationServerUnavailable } from '../protocol/errors.ts'
import * as rule from '../protocol/options.ts'
import type { Seconds } from '../protocol/time.ts'
import { withinDeadline } from './deadline.ts'

/** How long what an authorization server has published is kept. */
export interface FreshnessOptions {
  /** Least time for which an answer is fresh, whatever its `Cache-Control` says. Default: 10. */
  readonly minAge?: Seconds
  /** Most time for which an answer is fresh; also where it does not say. Default: 600. */
  readonly maxAge?: Seconds
  /** How long an answer that is no longer fresh serves while no newer one can be had. Default: 86400. */
  readonly maxStale?: Seconds
  /** Least time from one fetch to the next when a token names an unknown key. Default: 1. */
  readonly coolDown?: Seconds
  /** Most time between attempts while the authorization server fails; from `coolDown` on it doubles. Default: 30. */
  readonly maxBackOff?: Seconds
}

export const freshnessRules: { readonly [name in keyof FreshnessOptions]-?: rule.Rule } = {
  minAge: rule.seconds(0, 86_400),
  maxAge: rule.seconds(0, 604_800),
  maxStale: rule.seconds(0, 2_592_000),
  coolDown: rule.seconds(0.01, 60),
  maxBackOff: rule.seconds(0.01, 3600),
}

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
  readonly #options: Required<FreshnessOptions>
  readonly #timeout: Seconds
  readonly #what: string
  #kept: { value: T; refreshAt: number; freshUntil: number; staleUntil: number } | undefined
  #loading: Promise<T> | undefined
  #next: Promise<T> | undefined
  #startedAt = -Infinity
  #failures = 0
  #retryAt = -Infinity
  #lastFailure: unknown

  /**
   * @param what What is kept, for the operator to read.
   * @param load Given the last good value, gets a newer one.
   * @param timeout How long a caller waits at most.
   */
  constructor(
    what: string,
    load: (last: T | undefined) => Promise<Loaded<T>>,
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
      coolDown: options.coolDown ?? 1,
      maxBackOff: options.maxBackOff ?? 30,
    }
  }

  /**
   * Resolves to the value, waiting for the authorization server only if there is none or it has expired.
   *
   * @throws {AuthorizationServerUnavailable} There is none that may still serve.
   */
  async get(): Promise<T> {
    const now = performance.now()
    const kept = this.#kept
    if (kept !== undefined && now < kept.refreshAt) return kept.value
    if (
      kept !== undefined &&
      (now < kept.freshUntil || (this.#failures > 0 && now < kept.staleUntil))
    ) {
      if (now >= this.#retryAt) this.#start().catch(() => undefined)
      return kept.value
    }
    try {
      return await this.#wait(this.#loading ?? this.#startUnlessFailing())
    } catch (error) {
      if (kept !== undefined && now < kept.staleUntil) return kept.value
      throw error
    }
  }

  /**
   * Resolves to the value of a load that begins after this call, at the earliest `coolDown` after the
   * one before; all who ask meanwhile share it.
   *
   * @throws {AuthorizationServerUnavailable} The load failed, or the last one did a moment ago.
   */
  async next(): Promise<T> {
    this.#next ??= this.#scheduleNext().finally(() => {
      this.#next = undefined
    })
    return this.#wait(this.#next)
  }

  async #scheduleNext(): Promise<T> {
    await this.#loading?.catch(() => undefined)
    const early = this.#startedAt + this.#options.coolDown * 1000 - performance.now()
    if (early > 0) await delay(early)
    return this.#startUnlessFailing()
  }

  async #wait(loading: Promise<T>): Promise<T> {
    return withinDeadline(loading, this.#timeout, this.#what)
  }

  async #startUnlessFailing(): Promise<T> {
    const wait = (this.#retryAt - performance.now()) / 1000
    if (wait <= 0) return this.#start()
    throw new AuthorizationServerUnavailable(`${this.#what} could not be had a moment ago`, {
      cause: this.#lastFailure,
      retryAfter: wait,
    })
  }

  async #start(): Promise<T> {
    this.#loading ??= this.#run().finally(() => {
      this.#loading = undefined
    })
    return this.#loading
  }

  async #run(): Promise<T> {
    const { minAge, maxAge, maxStale, coolDown, maxBackOff } = this.#options
    this.#startedAt = performance.now()
    try {
      const loaded = await this.#load(this.#kept?.value)
      const age = Math.min(Math.max(loaded.maxAge ?? maxAge, minAge), maxAge) * 1000
      const now = performance.now()
      const freshUntil = now + age
      this.#kept = {
        value: loaded.value,
        refreshAt: now + age * aheadOfExpiry,
        freshUntil,
        staleUntil: freshUntil + maxStale * 1000,
      }
      this.#failures = 0
      this.#retryAt = -Infinity
      return loaded.value
    } catch (error) {
      const backOff = Math.min(coolDown * 2 ** this.#failures, maxBackOff)
      this.#failures += 1
      this.#retryAt = performance.now() + backOff * 1000 * (0.5 + Math.random() / 2)
      this.#lastFailure = error
      throw error
    }
  }
}
