const interval = 10
/** A turn that takes no longer is none to speak of. */
const usual = 12

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
    const turn = performance.now() - this.#lastTurn
    return this.#total + (turn > usual ? turn - interval : 0)
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}
