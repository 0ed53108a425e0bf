import type { PlaygroundEvent, Setup, TokenIssued } from '../events.ts'
import { type Ask, authorizationCode, type Granted, implicit } from './clients/browser-client.ts'
import { explain } from './clients/explain.ts'
import { arrival } from './clients/arrival.ts'
import { told } from './clients/told.ts'
import { issued } from './clients/issued.ts'
import { closedEarly, closing, openWindow, redirect } from './clients/popup.ts'
import { History, type Run } from './history.ts'
import { server } from './server.ts'
import { isUnderWay } from './words/headline.ts'

/** How the messages are shown. */
export type View = 'diagram' | 'list'

/** What a button of the API's routes sends. */
export interface RouteCall {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: object
}

/** All that the page knows, and all that its buttons do. */
export class Playground {
  readonly setup: Setup
  readonly history = new History()
  /** Whether the stream of events is open. */
  connected = true
  view: View = matchMedia('(width < 48rem)').matches ? 'list' : 'diagram'
  /** What could not be done, for people to read. */
  problem: string | undefined
  /** Where among the run's entries the one is whose details are open. */
  opened: number | undefined
  #chosenRun: number | undefined
  #chosenToken: string | undefined
  /** The tokens of the clients that run in this page, which leave it for the API only. */
  readonly #held = new Map<string, string>()
  readonly #changed: () => void

  /** @param changed Is told that something has, and draws the page. */
  constructor(setup: Setup, changed: () => void) {
    this.setup = setup
    this.#changed = changed
  }

  /** The run that is looked at: the latest, unless another has been chosen. */
  get run(): Run | undefined {
    return this.history.run(this.#chosenRun ?? -1) ?? this.history.latest
  }

  /** The token that is used: the latest, unless another has been chosen. */
  get token(): TokenIssued | undefined {
    const { tokens } = this.history
    return tokens.find(({ token }) => token === this.#chosenToken) ?? tokens.at(-1)
  }

  add(event: PlaygroundEvent): void {
    this.change(() => {
      this.history.add(event)
      if (event.type === 'run') this.lookAt(event.run)
      if (event.type === 'token') this.#chosenToken = event.token
    })
  }

  change(how: () => void): void {
    how()
    this.#changed()
  }

  lookAt(run: number): void {
    this.#chosenRun = run
    this.opened = undefined
  }

  choose(token: string): void {
    this.change(() => (this.#chosenToken = token))
  }

  /** Sends the browser to a back-end client, which sends it on to the authorization server. */
  async start(path: string): Promise<void> {
    await this.#try(async () => {
      const before = this.history.runs.length
      await closing(openWindow(path))
      // Of another press, that has begun meanwhile, the window tells nothing.
      const run = this.history.runs[before]
      if (run !== undefined && run === this.history.latest && isUnderWay(run)) {
        throw new Error(closedEarly)
      }
    })
  }

  async post(path: string, body?: object): Promise<void> {
    await this.#try(async () => server.post(path, body))
  }

  async authorizationCode(): Promise<void> {
    const { name } = this.setup.browserClient
    const title = 'Authorization code with PKCE, browser only'
    await this.#grant({ title, client: name, grant: 'authorization code' }, authorizationCode)
  }

  async implicit(): Promise<void> {
    const { name } = this.setup.implicitClient
    await this.#grant({ title: 'Implicit, the old way', client: name, grant: 'implicit' }, implicit)
  }

  /** Calls the API: the page itself where the token is its own, else the back end that holds it. */
  async call({ method, path, body }: RouteCall): Promise<void> {
    const { token } = this
    if (token === undefined) return
    const held = this.#held.get(token.token)
    await this.#try(async () => {
      if (held === undefined) {
        await server.post('/calls', { token: token.token, method, path, ...(body && { body }) })
        return
      }
      await server.post('/runs', { title: `${method} ${path}` })
      const headers = new Headers({ Authorization: `Bearer ${held}` })
      if (body !== undefined) headers.set('Content-Type', 'application/json')
      await fetch(`${this.setup.api}${path}`, {
        method,
        headers,
        ...(body && { body: JSON.stringify(body) }),
      })
    })
  }

  async #grant(
    { title, client, grant }: { title: string; client: string; grant: string },
    get: (setup: Setup, ask: Ask) => Promise<Granted>,
  ): Promise<void> {
    await this.#try(async () => {
      const opened = openWindow()
      try {
        await server.post('/runs', { title })
        const granted = await get(this.setup, async (request) => {
          const address = await redirect(opened, request)
          this.add(arrival(address, this.history.latest?.run ?? 0))
          return address
        })
        await told(() => this.history.latest)
        const token = `page-${this.#held.size + 1}`
        this.#held.set(token, granted.accessToken)
        this.add(issued(granted, { run: this.history.latest?.run ?? 0, token, grant, client }))
      } finally {
        opened.close()
      }
    })
  }

  async #try(action: () => Promise<void>): Promise<void> {
    this.change(() => (this.problem = undefined))
    try {
      await action()
    } catch (error) {
      this.change(() => (this.problem = explain(error)))
    }
  }
}
