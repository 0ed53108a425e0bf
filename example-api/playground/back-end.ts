import type { CustomFetch } from 'openid-client'
import { Client, type Tokens } from '../client.ts'
import { plainFetch } from '../client/fetches.ts'
import type { Registration } from '../registration.ts'
import type { Role } from './events.ts'
import { meansNoAnswer } from './failures.ts'
import type { Recorder } from './recorder.ts'
import { described, held, HeldTokens } from './tokens.ts'
import type { HeldToken } from './tokens.ts'

/** Where the clients with a back end run: all of them in this process. */
export class BackEnd {
  readonly recorder: Recorder
  readonly api: string
  readonly #issuer: string
  readonly #tokens = new HeldTokens()

  constructor(recorder: Recorder, { api, issuer }: { api: string; issuer: string }) {
    this.recorder = recorder
    this.api = api
    this.#issuer = issuer
  }

  /** Makes a client, whose requests without an answer are told. */
  async client(registration: Registration): Promise<Client> {
    try {
      return await Client.of(registration, this.#issuer, this.#send)
    } catch (error) {
      if (meansNoAnswer(error)) {
        this.#tellNoAnswer('GET', `${this.#issuer}/.well-known/openid-configuration`)
      }
      throw error
    }
  }

  /** Keeps the tokens that a client has got, and tells the page. */
  keep(
    how: string,
    client: Client,
    registration: Registration,
    tokens: Tokens,
    grant?: HeldToken['grant'],
  ): void {
    const token = held(client, registration, tokens, grant)
    this.recorder.tell(described(this.#tokens.keep(token), how, token))
  }

  token(name: string): HeldToken | undefined {
    return this.#tokens.get(name)
  }

  readonly #send: CustomFetch = async (url, options) => {
    try {
      return await plainFetch(url, options)
    } catch (error) {
      if (meansNoAnswer(error)) this.#tellNoAnswer(options.method, url)
      throw error
    }
  }

  #tellNoAnswer(method: string, url: string): void {
    const to: Role = url.startsWith(this.#issuer) ? 'authorization-server' : 'resource-server'
    const [address = ''] = url.split('?')
    this.recorder.tell({ type: 'no-answer', from: 'client', to, method, url: address })
  }
}
