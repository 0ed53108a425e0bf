import { once } from 'node:events'
import { type IncomingMessage, request, type RequestOptions } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'
import { type Account, ada } from '../../example-api/registration.ts'
import { resourceOwner } from '../../example-api/resource-owner.ts'
import type {
  Decision,
  HttpRequest,
  HttpResponse,
  NoAnswer,
  Note,
  PlaygroundEvent,
  RunStarted,
  ServerState,
  TokenIssued,
} from '../../example-api/playground/events.ts'
import { type Playground as Servers, startPlayground } from '../../example-api/playground/start.ts'

type Of<Type extends PlaygroundEvent['type']> = Extract<PlaygroundEvent, { type: Type }>

/** The playground, with somebody who presses its buttons. */
export class Playground {
  readonly servers: Servers
  readonly #cookies = new Set<string>()

  constructor(servers: Servers) {
    this.servers = servers
  }

  get url(): string {
    return this.servers.playground
  }

  async post(path: string, body: unknown = {}, headers: Record<string, string> = {}) {
    return fetch(this.url + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  }

  /** Presses a button, and reads what comes of it, which begins with a run. */
  async press(path: string, body?: unknown): Promise<Events> {
    const before = await this.events()
    const { status } = await this.post(path, body)
    if (status !== 204) throw new Error(`${path} answered ${status}`)
    return new Events((await this.events()).all.slice(before.all.length))
  }

  /** Opens a page of the playground as a browser does that keeps its cookies. */
  async open(path: string, headers: Record<string, string> = {}): Promise<Response> {
    const response = await fetch(new URL(path, this.url), {
      redirect: 'manual',
      headers: { ...headers, Cookie: [...this.#cookies].join('; ') },
    })
    for (const field of response.headers.getSetCookie()) this.#cookies.add(field.split(';')[0]!)
    return response
  }

  /** Begins a log-in; resolves to the authorization request. */
  async begin(path: string): Promise<URL> {
    const { status, headers } = await this.open(path)
    if (status !== 303) throw new Error(`${path} answered ${status}`)
    return new URL(headers.get('Location')!)
  }

  /** Logs in, decides, and comes back; resolves to the events, and the last page. */
  async logIn(
    path: string,
    decision: 'allow' | 'deny' = 'allow',
    account: Account = ada,
  ): Promise<Events & { page: Response }> {
    const before = await this.events()
    const address = await resourceOwner(account)[decision](await this.begin(path))
    const page = await this.open(address.href)
    const events = new Events((await this.events()).all.slice(before.all.length))
    return Object.assign(events, { page })
  }

  /** Gets a token, and gives the name by which it is asked for. */
  async token(path = '/start/authorization-code'): Promise<string> {
    const events = await (path.startsWith('/start') ? this.logIn(path) : this.press(path))
    return events.of('token')[0]!.token
  }

  /** All events so far, or those after one. */
  async events(lastEventId?: string): Promise<Events> {
    const headers = lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId }
    const ended = new AbortController()
    const response = await fetch(`${this.url}/events`, { headers, signal: ended.signal })
    let text = '\n'
    // It follows what there is already.
    for await (const chunk of response.body!) {
      text += Buffer.from(chunk).toString()
      if (text.includes('\nretry: ')) break
    }
    ended.abort()
    return new Events(
      [...text.matchAll(/^id: (\d+)\ndata: (.*)$/gm)].map(([, id, data]) =>
        Object.assign(JSON.parse(data!), { id }),
      ),
    )
  }
}

export class Events {
  readonly all: readonly (PlaygroundEvent & { readonly id: string })[]

  constructor(all: Events['all']) {
    this.all = all
  }

  of<Type extends PlaygroundEvent['type']>(type: Type): readonly Of<Type>[] {
    return this.all.filter((event) => event.type === type) as unknown as Of<Type>[]
  }

  /** The story in short lines: `client → authorization-server POST /token`. */
  get story(): string[] {
    return this.all.map((event) => tellers[event.type](event as never))
  }
}

const tellers = {
  run: ({ title }: RunStarted) => `# ${title}`,
  request: ({ from, to, method, url }: HttpRequest) => `${from} > ${to} ${method} ${pathOf(url)}`,
  response: ({ from, to, status }: HttpResponse) => `${from} > ${to} ${status}`,
  'no-answer': ({ from, to, method, url }: NoAnswer) => `${from} x ${to} ${method} ${pathOf(url)}`,
  decision: ({ stages }: Decision) =>
    `decided: ${stages.map(({ stage, outcome }) => `${stage} ${outcome}`).join(', ')}`,
  token: ({ client, grant, form }: TokenIssued) => `token: ${client}, ${grant}, ${form}`,
  note: ({ failure }: Note) => (failure ? 'failure' : 'note'),
  server: ({ on, keys }: ServerState) => `server ${on ? 'on' : 'off'}, keys: ${keys}`,
}

function pathOf(url: string): string {
  return new URL(url).pathname.replace(/\/[^/]*%E2%80%A6.*/, '/…')
}

/** Sends a request that `fetch` would not; resolves to its status and body. */
export async function sendAs(
  url: string,
  options: RequestOptions,
  ...parts: readonly string[]
): Promise<{ status: number; location: string | undefined; body: string }> {
  const sent = request(url, options)
  const answered = once(sent, 'response') as Promise<[IncomingMessage]>
  for (const part of parts) {
    sent.write(part)
    await delay(30)
  }
  sent.end()
  const [answer] = await answered
  const { statusCode: status, headers } = answer
  return { status: status!, location: headers.location, body: await text(answer) }
}

/** Starts a playground on free ports until the test ends. */
export async function playing(t: ExecutionContext): Promise<Playground> {
  const servers = await startPlayground({ api: 0, issuer: 0, playground: 0 })
  t.teardown(() => servers.close())
  return new Playground(servers)
}
