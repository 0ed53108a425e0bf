import { AsyncLocalStorage } from 'node:async_hooks'
import type { StageMessage } from '../../src/trace/messages.ts'
import type { Condition } from '../authorization-server/operation.ts'
import type { EventLog } from './event-log.ts'
import type {
  HttpRequest,
  HttpResponse,
  PlaygroundEvent,
  Role,
  RunStarted,
  ServerState,
  ShownAuthentication,
} from './events.ts'

/** One request and its response, while it lasts. */
export interface Exchange {
  readonly number: number
  readonly run: Run
  readonly from: Role
  readonly to: Role
  /** What the API decides on the way, by its own trace. */
  readonly stages: StageMessage[]
  auth?: ShownAuthentication
}

interface Run {
  readonly number: number
  /** By `performance.now()`. */
  readonly since: number
  requests: number
}

type Happening = Exclude<PlaygroundEvent, RunStarted | ServerState>
type Untimed<E> = E extends unknown ? Omit<E, 'run' | 'at'> : never
type Unplaced<E> = Omit<E, 'run' | 'at' | 'exchange' | 'from' | 'to' | 'type'>

/** Puts what happens into the log: in which run, and when in it. */
export class Recorder {
  /** The exchange that the code at hand answers. */
  readonly current = new AsyncLocalStorage<Exchange>()
  readonly #log: EventLog
  #run: Run | undefined
  #runs = 0
  #exchanges = 0

  constructor(log: EventLog) {
    this.#log = log
  }

  /** Somebody has pressed a button. */
  begin(title: string): Run {
    this.#runs += 1
    this.#run = { number: this.#runs, since: performance.now(), requests: 0 }
    this.#log.append({ type: 'run', run: this.#runs, title })
    return this.#run
  }

  tell(happening: Untimed<Happening>, run = this.#run ?? this.begin(unasked)): void {
    const at = Math.round(performance.now() - run.since)
    this.#log.append({ ...happening, run: run.number, at })
  }

  note(text: string, failure = false): void {
    this.tell({ type: 'note', text, failure })
  }

  request(from: Role, to: Role, request: Unplaced<HttpRequest>): Exchange {
    this.#exchanges += 1
    const { requests = most } = this.#run ?? {}
    const run = requests < most ? this.#run! : this.begin(unasked)
    run.requests += 1
    const exchange: Exchange = { number: this.#exchanges, run, from, to, stages: [] }
    this.tell({ type: 'request', exchange: exchange.number, from, to, ...request }, run)
    return exchange
  }

  /** The answer, and before it what has led to it. */
  response(exchange: Exchange, response: Unplaced<HttpResponse>): void {
    const { number, run, stages, auth } = exchange
    if (stages.length > 0) {
      this.tell({ type: 'decision', exchange: number, stages, auth }, run)
    }
    const [from, to] = [exchange.to, exchange.from]
    this.tell({ type: 'response', exchange: number, from, to, ...response }, run)
  }

  /** How the authorization server is now. */
  condition(condition: Condition): void {
    this.#log.append({ type: 'server', ...condition })
  }
}

/** Title of what happens before the first button is pressed, and of what is too much for one press. */
const unasked = 'Requests from elsewhere'

/** Requests that one picture holds. */
const most = 50
