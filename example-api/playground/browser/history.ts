import type {
  Decision,
  HttpRequest,
  HttpResponse,
  PlaygroundEvent,
  Role,
  RunStarted,
  ServerState,
  TokenIssued,
} from '../events.ts'

/** What happens within a run, in order. */
export type Entry = Exclude<PlaygroundEvent, RunStarted | ServerState>

/** An entry that is an arrow from one role to another. */
export type Message = Extract<Entry, { readonly from: string }>

/** What one press of a button has led to. */
export interface Run {
  readonly run: number
  readonly title: string
  readonly entries: readonly Entry[]
}

/** A request to the API, with what became of it. */
export interface ApiCall {
  readonly request: HttpRequest
  readonly response: HttpResponse | undefined
  readonly decision: Decision | undefined
}

/** All that has happened, as far as the server has told it, and what the page's own clients add. */
export class History {
  readonly #runs = new Map<number, Run>()
  #tokens: readonly TokenIssued[] = []
  #server: ServerState = { type: 'server', on: true, keys: 1 }

  /** The latest is the last. */
  get runs(): readonly Run[] {
    return [...this.#runs.values()]
  }

  get latest(): Run | undefined {
    return this.runs.at(-1)
  }

  /** The latest is the last. */
  get tokens(): readonly TokenIssued[] {
    return this.#tokens
  }

  get server(): ServerState {
    return this.#server
  }

  run(number: number): Run | undefined {
    return this.#runs.get(number)
  }

  add(event: PlaygroundEvent): void {
    if (event.type === 'server') {
      this.#server = event
      return
    }
    const { run } = event
    if (event.type === 'run') {
      this.#runs.set(run, { run, title: event.title, entries: [] })
      return
    }
    const { title, entries } = this.#runs.get(run) ?? { title: 'Earlier', entries: [] }
    this.#runs.set(run, { run, title, entries: [...entries, event] })
    if (event.type === 'token') this.#tokens = [...this.#tokens, event]
  }
}

/** The arrows of a run, which are numbered from 1. */
export function messagesOf({ entries }: Run): readonly Message[] {
  return entries.filter((entry) => 'from' in entry)
}

/** The requests of a run to the API, in order. */
export function callsOf({ entries }: Run): readonly ApiCall[] {
  return entries
    .filter((entry): entry is HttpRequest => isRequestTo('resource-server', entry))
    .map((request) => ({
      request,
      response: ofExchange(entries, 'response', request.exchange),
      decision: ofExchange(entries, 'decision', request.exchange),
    }))
}

function isRequestTo(role: Role, entry: Entry): boolean {
  return entry.type === 'request' && entry.to === role
}

/** The request that a response answers. */
export function requestOf({ entries }: Run, exchange: number): HttpRequest | undefined {
  return ofExchange(entries, 'request', exchange)
}

type InExchange = Extract<Entry, { readonly exchange: number }>

function ofExchange<Type extends InExchange['type']>(
  entries: readonly Entry[],
  type: Type,
  exchange: number,
): Extract<InExchange, { readonly type: Type }> | undefined {
  const found = entries.find((entry) => entry.type === type && entry.exchange === exchange)
  return found as Extract<InExchange, { readonly type: Type }> | undefined
}
