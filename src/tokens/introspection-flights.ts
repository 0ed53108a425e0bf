import { now, type Seconds } from '../protocol/time.ts'
import type { IntrospectionAnswer } from './introspection-endpoint.ts'

/** A question under way. */
export interface Flight {
  readonly askedAt: Seconds
  readonly answer: Promise<IntrospectionAnswer>
}

type Ask = (token: string) => Promise<IntrospectionAnswer>
type Remember = (
  key: string,
  token: string,
  answer: IntrospectionAnswer,
  askedAt: Seconds,
) => Promise<void>

/** Questions under way, by key: however many wait, a token is asked about once. */
export class IntrospectionFlights {
  readonly #flights = new Map<string, Flight>()
  readonly #ask: Ask
  readonly #remember: Remember

  constructor(ask: Ask, remember: Remember) {
    this.#ask = ask
    this.#remember = remember
  }

  get(key: string): Flight | undefined {
    return this.#flights.get(key)
  }

  start(key: string, token: string): Flight {
    const flight = { askedAt: now(), answer: this.#ask(token) }
    this.#flights.set(key, flight)
    void this.#land(key, token, flight)
    return flight
  }

  /** Who asks from now on hears what is said from now on. */
  clear(): void {
    this.#flights.clear()
  }

  /** Ends a flight when its answer is remembered, so that nobody asks in between. */
  async #land(key: string, token: string, flight: Flight): Promise<void> {
    try {
      await this.#remember(key, token, await flight.answer, flight.askedAt)
    } catch {
      // Those who wait for the answer are told.
    }
    if (this.#flights.get(key) === flight) this.#flights.delete(key)
  }
}
