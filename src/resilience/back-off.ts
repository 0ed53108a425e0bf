import type { Seconds } from '../protocol/time.ts'

/** Tells how long to leave a failing server alone: from the least time on, doubled at each failure. */
export class BackOff {
  readonly #least: Seconds
  readonly #most: Seconds
  #wait: Seconds
  #until = -Infinity

  constructor(least: Seconds, most: Seconds) {
    this.#least = Math.min(least, most)
    this.#most = most
    this.#wait = this.#least
  }

  /** How long the server is still to be left alone; 0 or less: not any more; `-Infinity`: it works. */
  get left(): Seconds {
    return this.#until - performance.now() / 1000
  }

  succeeded(): void {
    this.#wait = this.#least
    this.#until = -Infinity
  }

  /** @param asked How long the server itself asked to be left alone. (RFC 9110 §10.2.3) */
  failed(asked: Seconds = 0): void {
    // Spread out, so that the instances of a fleet do not come back all at once.
    const wait = this.#wait * (0.5 + Math.random() / 2)
    this.#wait = Math.min(this.#wait * 2, this.#most)
    this.#until = performance.now() / 1000 + Math.max(wait, Math.min(asked, this.#most))
  }
}
