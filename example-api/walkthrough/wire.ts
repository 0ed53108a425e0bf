import type { CustomFetch } from 'openid-client'
import { type Answer, read } from '../client.ts'
import { plainFetch } from '../client/fetches.ts'

/** Carries a client's requests, and remembers them, as whoever gets hold of them does. */
export class Wire {
  readonly #exchanges: { request: Parameters<CustomFetch>; answer: Answer }[] = []

  /** How many requests there have been. */
  get count(): number {
    return this.#exchanges.length
  }

  readonly fetch: CustomFetch = async (...request) => {
    const response = await plainFetch(...request)
    this.#exchanges.push({ request, answer: await read(response.clone()) })
    return response
  }

  /** One of the last answers: that at -1 is the last. */
  answer(at: number): Answer {
    return this.#exchanges.at(at)!.answer
  }

  /** Sends the last request again, exactly as it was. */
  async replay(): Promise<Answer> {
    return read(await plainFetch(...this.#exchanges.at(-1)!.request))
  }
}
