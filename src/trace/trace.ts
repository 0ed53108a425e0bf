import type { Stages } from '../authenticate.ts'
import type { Seconds } from '../protocol/time.ts'
import { requestChannel, stageChannel } from './channels.ts'
import type { RequestMessage, Stage, StageMessage } from './messages.ts'
import { readRefusal, type ReadRefusal } from './refusal.ts'
import { sectionOf } from './sections.ts'
import type { Watch } from './watch.ts'

/** What is found out about a request by and by. */
type Known = Pick<RequestMessage, 'issuer' | 'client' | 'scheme' | 'cache'>

/** Counts the requests that have been traced. */
let count = 0

/** Tells how one request is judged, each decision when it is taken. */
export class Trace {
  readonly #request = (count += 1)
  readonly #passed = new Set<Stage>()
  #known: Known = {}
  #asks = false
  /** Stages that are under way: one may be part of another. */
  #open = 0
  #judging: Seconds = 0
  #refusing: Pick<StageMessage, 'guard' | 'duration'> = { duration: 0 }
  #refusal: (ReadRefusal & Pick<RequestMessage, 'stage' | 'guard'>) | undefined

  /** The stages, watched. */
  readonly stages: Stages

  constructor(stages: Stages) {
    this.stages = {
      read: this.#watched('read', stages.read, (found) => ({ scheme: found?.scheme })),
      recall: this.#watched(
        'verify',
        stages.recall,
        (found) => found && { issuer: found.issuer, client: found.client?.id, cache: 'hit' },
      ),
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
        client: client?.id,
      })),
      confirm: this.#watched('confirm', stages.confirm),
    }
  }

  /** A guard that refuses is told of at the end, with what it has refused by. */
  readonly watch: Watch = (guard, judge) =>
    this.#run(
      'authorize',
      judge,
      (verdict, duration) => {
        if (typeof verdict !== 'function') return {}
        this.#refusing = { guard, duration }
        return undefined
      },
      guard,
    )

  /**
   * Tells how the request fared.
   *
   * @param error What it is answered with, if it is not admitted.
   */
  end(error?: unknown): void {
    // Behind the stages only guards refuse, and the application's own code.
    if (error !== undefined) this.#refuse('authorize', error, this.#refusing)
    const message: RequestMessage = {
      request: this.#request,
      outcome: 'passed',
      ...this.#known,
      ...this.#refusal,
      duration: this.#judging,
    }
    requestChannel.publish(message)
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
    const passed = (result: Awaited<T>): Awaited<T> => {
      const duration = took()
      const found = find(result, duration)
      if (found !== undefined) this.#pass(stage, found, { guard, duration })
      return result
    }
    const failed = (error: unknown): never => {
      this.#refuse(stage, error, { guard, duration: took() })
      throw error
    }
    let result: T
    try {
      result = run()
    } catch (error) {
      return failed(error)
    }
    return (
      result instanceof Promise ? result.then(passed, failed) : passed(result as Awaited<T>)
    ) as T
  }

  #pass(stage: Stage, found: Known, about: Pick<StageMessage, 'guard' | 'duration'>): void {
    this.#known = { ...this.#known, ...found }
    // What time may have changed is checked once more when a token has been verified.
    if (stage !== 'authorize' && this.#passed.has(stage)) return
    this.#passed.add(stage)
    this.#tell({ stage, outcome: 'passed', section: sectionOf(stage, this.#asks), ...about })
  }

  #refuse(stage: Stage, error: unknown, about: Pick<StageMessage, 'guard' | 'duration'>): void {
    // A stage ends with the error of one that is part of it.
    if (this.#refusal !== undefined) return
    const refusal = readRefusal(error, sectionOf(stage, this.#asks))
    this.#refusal = { stage, guard: about.guard, ...refusal }
    const { status: _, ...told } = refusal
    this.#tell({ stage, ...told, ...about })
  }

  #tell(message: Omit<StageMessage, 'request'>): void {
    if (!stageChannel.hasSubscribers) return
    const { issuer, client, cache } = this.#known
    const known = { issuer, client, ...(message.stage === 'verify' && { cache }) }
    stageChannel.publish({ request: this.#request, ...message, ...known } satisfies StageMessage)
  }
}
