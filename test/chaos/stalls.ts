const interval = 10

/** Adds up for how long this process has not been run, or has kept itself busy. */
export class Stalls {
  #total = 0
  #lastTurn = performance.now()
  readonly #timer = setInterval(() => {
    this.#total = this.total
    this.#lastTurn = performance.now()
  }, interval)

  /** Milliseconds so far, the stall that has just ended included. */
  get total(): number {
    return this.#total + Math.max(0, performance.now() - this.#lastTurn - interval)
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}
