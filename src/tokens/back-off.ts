import type { Seconds } from '../protocol/time.ts'

/** Tells how long to leave a failing server alone: from the least time on, doubled at each failure. */
export class BackOff {
  readonly #least: Seconds
  readonly #most: Seconds
  #failures = 0
  #until = -Infinity

  constructor(least: Seconds, most: Seconds) {
    this.#least = least
    this.#most = most
  }

  /** How often it has failed since it last succeeded. */
  get failures(): number {
    return this.#failures
  }

  /** How long the server is still to be left alone; 0 or less: not at all. */
  get left(): Seconds {
    return this.#until - performance.now() / 1000
  }

  succeeded(): void {
    this.#failures = 0
    this.#until = -Infinity
  }

  /** @param asked How long the server itself asked to be left alone. (RFC 9110 §10.2.3) */
  failed(asked: Seconds = 0): void {
    const doubled = Math.min(this.#least * 2 ** this.#failures, this.#most)
    // Spread out, so that the instances of a fleet do not come back all at once.
    const wait = doubled * (0.5 + Math.random() / 2)
    this.#failures += 1
    this.#until = performance.now() / 1000 + Math.max(wait, Math.min(asked, this.#most))
  }
}
