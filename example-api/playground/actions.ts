import { explained } from './failures.ts'
import type { Recorder } from './recorder.ts'

/** How many may wait for those before them. */
const mostWaiting = 20

/** What buttons do, one after another, so that the events of each stand together. */
export class Actions {
  readonly #recorder: Recorder
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0

  constructor(recorder: Recorder) {
    this.#recorder = recorder
  }

  get areTooMany(): boolean {
    return this.#waiting >= mostWaiting
  }

  /** Begins a run, and works; resolves to what comes of it, or to `undefined` if a note says why not. */
  async run<Result>(title: string, work: () => Promise<Result>): Promise<Result | undefined> {
    return this.goOn(() => {
      this.#recorder.begin(title)
      return work()
    })
  }

  /** Works in the run that there is. */
  async goOn<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    this.#waiting += 1
    const done = this.#last.then(work).catch((error: unknown) => this.#note(error))
    this.#last = done
    return done.finally(() => (this.#waiting -= 1))
  }

  #note(error: unknown): undefined {
    const known = explained(error)
    if (known === undefined) console.error(error)
    const { text, failure } = known ?? {
      text: 'This has not worked; see the terminal.',
      failure: true,
    }
    this.#recorder.note(text, failure)
    return undefined
  }
}
