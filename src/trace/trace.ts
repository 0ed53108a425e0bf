import type { Stages } from '../authenticate.ts'
import type { Client } from '../protocol/authentication.ts'
import type { OAuthError } from '../protocol/errors.ts'
import type { ServiceUnavailable } from '../protocol/service-unavailable.ts'
import type { Seconds } from '../protocol/time.ts'
import { requestChannel, stageChannel } from './channels.ts'
import type { RequestMessage, Stage, StageMessage } from './messages.ts'
import { readRefusal } from './refusal.ts'
import { sectionOf, sectionOfRefusal } from './sections.ts'
import type { Watch } from './watch.ts'

/** What is found out about a request by and by. */
type Known = Pick<RequestMessage, 'issuer' | 'client' | 'scheme' | 'cache'>

/** Where something was thrown that may end the request. */
interface Ending extends Pick<StageMessage, 'stage' | 'guard' | 'duration'> {
  readonly thrown: unknown
}

/** Counts the requests that are traced. */
let count = 0

/** Tells how one request is judged; it never changes how. */
export class Trace {
  readonly #request = (count += 1)
  readonly #passed = new Set<Stage>()
  #known: Known = {}
  /** Whether an authorization server is asked about the token. */
  #asks = false
  /** Stages that are under way: one may be part of another. */
  #open = 0
  #judging: Seconds = 0
  /** What guards have taken that do not let the request pass. */
  #refusing: Seconds = 0
  #ending: Ending | undefined

  /** The stages, watched. */
  readonly stages: Stages

  constructor(stages: Stages) {
    this.stages = {
      read: this.#watched('read', stages.read, (found) => ({ scheme: found?.scheme })),
      recall: this.#watched('verify', stages.recall, (found) => {
        if (found === undefined) return undefined
        // Only what an authorization server was asked about has that. (RFC 7662 §2.2)
        this.#asks = found.claims['active'] === true
        return { issuer: found.issuer, client: nameOf(found.client), cache: 'hit' }
      }),
      choose: this.#watched('verify', stages.choose, ({ issuer, asks = false }) => {
        this.#known = { ...this.#known, issuer }
        this.#asks = asks
        return undefined
      }),
      verify: this.#watched('verify', stages.verify, ({ issuer, cache = 'miss' }) => ({
        issuer,
        cache,
      })),
      check: this.#watched('check', stages.check),
      checkAgain: this.#watched('check', stages.checkAgain),
      identify: this.#watched('identify', stages.identify, ({ client }) => ({
        client: nameOf(client),
      })),
      confirm: this.#watched('confirm', stages.confirm),
    }
  }

  readonly watch: Watch = (guard, judge) =>
    this.#run(
      'authorize',
      judge,
      (verdict, duration) => {
        if (typeof verdict !== 'function') return {}
        this.#refusing += duration
        return undefined
      },
      guard,
    )

  /** Tells that the request has passed; what the application has made of it is its own. */
  pass(): void {
    quietly(() => {
      this.#end({ outcome: 'passed' })
    })
  }

  /**
   * Tells what has ended the request.
   *
   * @param thrown Whatever it was.
   * @param refusal The same, if it is a refusal: of a stage, a guard, or the application.
   */
  end(thrown: unknown, refusal: OAuthError | ServiceUnavailable | undefined): void {
    const ending = this.#ending?.thrown === thrown ? this.#ending : undefined
    if (refusal === undefined && ending === undefined) {
      this.pass()
      return
    }
    quietly(() => {
      const { stage, guard, duration } = ending ?? { stage: 'authorize', duration: 0 }
      const { status, ...read } = readRefusal(refusal)
      const precisely = sectionOfRefusal(read, this.#asks)
      const told = { stage, guard, section: precisely ?? sectionOf(stage, this.#asks), ...read }
      this.#tell({ ...told, duration })
      this.#end({ ...told, status })
    })
  }

  #watched<Given extends readonly unknown[], Result>(
    stage: Stage,
    run: (...given: Given) => Result,
    find: (result: Awaited<Result>) => Known | undefined = () => ({}),
  ): (...given: Given) => Result {
    return (...given) => this.#run(stage, () => run(...given), find)
  }

  /** @param find What of a result is told; nothing where no decision has been taken. */
  #run<T>(
    stage: Stage,
    run: () => T,
    find: (result: Awaited<T>, duration: Seconds) => Known | undefined,
    guard?: string,
  ): T {
    const began = performance.now()
    this.#open += 1
    const took = (): Seconds => {
      const duration = (performance.now() - began) / 1000
      this.#open -= 1
      if (this.#open === 0) this.#judging += duration
      return duration
    }
    const passed = <R extends T | Awaited<T>>(result: R): R => {
      const duration = took()
      quietly(() => {
        const found = find(result as Awaited<T>, duration)
        if (found !== undefined) this.#pass(stage, found, guard, duration)
      })
      return result
    }
    const failed = (thrown: unknown): never => {
      const duration = took()
      // A stage ends with what one within it has thrown.
      if (this.#ending?.thrown !== thrown) {
        this.#ending = { stage, guard, duration: duration + this.#refusing, thrown }
      }
      throw thrown
    }
    let result: T
    try {
      result = run()
    } catch (error) {
      return failed(error)
    }
    // A promise may be another library's.
    return isThenable(result) ? (Promise.resolve(result).then(passed, failed) as T) : passed(result)
  }

  #pass(stage: Stage, found: Known, guard: string | undefined, duration: Seconds): void {
    this.#known = { ...this.#known, ...found }
    // What time may have changed is checked once more when a token has been verified.
    if (stage !== 'authorize' && this.#passed.has(stage)) return
    this.#passed.add(stage)
    const section = sectionOf(stage, this.#asks)
    this.#tell({ stage, outcome: 'passed', section, guard, duration })
  }

  #tell(message: Omit<StageMessage, 'request'>): void {
    // Who listens to whole requests alone is spared the work.
    if (!stageChannel.hasSubscribers) return
    const { issuer, client, cache } = this.#known
    const known = { issuer, client, ...(message.stage === 'verify' && { cache }) }
    stageChannel.publish({ request: this.#request, ...message, ...known } satisfies StageMessage)
  }

  #end(told: Omit<RequestMessage, 'request' | 'duration'>): void {
    const message: RequestMessage = {
      request: this.#request,
      ...this.#known,
      ...told,
      duration: this.#judging,
    }
    requestChannel.publish(message)
  }
}

/** A `client_id`, if it is one that can stand in a line of a log. (RFC 6749 §A.1) */
function nameOf(client: Client | undefined): string | undefined {
  return client !== undefined && /^[\x20-\x7E]{1,256}$/.test(client.id) ? client.id : undefined
}

function isThenable(value: unknown): boolean {
  return typeof (value as Partial<PromiseLike<unknown>> | undefined | null)?.then === 'function'
}

/** What can't be told is left out: the request goes on as if nobody had listened. */
function quietly(tell: () => void): void {
  try {
    tell()
  } catch {
    // An error or a fact that throws when it is read.
  }
}
