import type { Redirect } from '../client.ts'
import { Abandoned } from './failures.ts'

interface Pending {
  /** Which browser has been sent. */
  readonly browser: string
  readonly arrive: (address: URL) => void
  readonly abandon: () => void
  /** Resolves when the client has its tokens. */
  readonly finished: () => Promise<void>
}

/** Browsers that have been sent to the authorization server, and are to come back. (RFC 6749 §4.1) */
export class Authorizations {
  /** By `state`. */
  readonly #pending = new Map<string, Pending>()
  readonly #patience: number

  /** @param patience How long one is waited for, in seconds. */
  constructor(patience = 600) {
    this.#patience = patience
  }

  /** Begins a grant; resolves to where to send the browser. */
  async begin(browser: string, grant: (redirect: Redirect) => Promise<void>): Promise<URL> {
    return new Promise((resolve, reject) => {
      const finished = grant(async (request) => {
        const arrival = this.#arrival(request, browser, () => finished)
        resolve(request)
        return arrival
      })
      finished.catch(reject)
    })
  }

  /**
   * Goes on with the grant that a browser comes back for, once; returns what resolves at its end.
   *
   * Nothing is returned for a state that is unknown, or another browser's: somebody may have been made to
   * open this address. (RFC 9700 §4.7)
   *
   * @param browserOf Which browser it is, as it can tell of a log-in that it has begun.
   */
  arrive(
    address: URL,
    browserOf: (state: string) => string | undefined,
  ): Promise<void> | undefined {
    const [state = '', another] = address.searchParams.getAll('state')
    const pending = this.#pending.get(state)
    if (pending === undefined || another !== undefined || pending.browser !== browserOf(state)) {
      return undefined
    }
    pending.arrive(address)
    return pending.finished()
  }

  /** Waits no more. */
  close(): void {
    for (const { abandon } of this.#pending.values()) abandon()
  }

  async #arrival(request: URL, browser: string, finished: Pending['finished']): Promise<URL> {
    const state = request.searchParams.get('state')!
    const [oldest] = this.#pending.values()
    if (this.#pending.size >= mostPending) oldest!.abandon()
    return new Promise<URL>((resolve, reject) => {
      const forget = (): void => {
        clearTimeout(timer)
        this.#pending.delete(state)
      }
      const abandon = (): void => {
        forget()
        reject(new Abandoned('Nobody has come back from the authorization server.'))
      }
      const arrive = (address: URL): void => {
        forget()
        resolve(address)
      }
      const timer = setTimeout(abandon, this.#patience * 1000)
      this.#pending.set(state, { browser, arrive, abandon, finished })
    })
  }
}

const mostPending = 20
