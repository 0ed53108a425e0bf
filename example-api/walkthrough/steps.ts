import { isDeepStrictEqual } from 'node:util'
import { access, type Answer } from '../client.ts'

/** What a step comes to, in a few words; a member that is `undefined` is as if it were not there. */
export type Outcome = Readonly<Record<string, string | number | undefined>>

/** What a step should come to, and how the same words are found for what it does come to. */
export interface Expectation<T> {
  readonly expected: Outcome
  readonly see: (result: T) => Outcome
}

/** Runs steps, prints what each comes to, and counts those that come to something unexpected. */
export class Steps {
  readonly #api: string
  #count = 0
  #unexpected = 0

  constructor(api: string) {
    this.#api = api
  }

  get unexpected(): number {
    return this.#unexpected
  }

  get summary(): string {
    return `${this.#count} steps, ${this.#unexpected} unexpected`
  }

  /** Runs steps that build on each other: when one throws, those after it are not tried. */
  async section<T>(title: string, run: () => Promise<T>): Promise<T | undefined> {
    console.log(`\n${title}`)
    try {
      return await run()
    } catch (error) {
      this.#unexpected += 1
      console.log('  UNEXPECTED, and the end of this part:', error)
      return undefined
    }
  }

  /** Runs one step. */
  async step<T>(
    title: string,
    run: () => Promise<T>,
    { expected, see }: Expectation<T>,
  ): Promise<T> {
    this.#count += 1
    const heading = `${String(this.#count).padStart(2)}. ${title}`
    const result = await run().catch((cause: unknown) => {
      throw new Error(heading, { cause })
    })
    const seen = see(result)
    if (isDeepStrictEqual(present(seen), present(expected))) {
      print(`  ok ${heading}`, seen)
    } else {
      this.#unexpected += 1
      print(`  UNEXPECTED ${heading}`, seen)
      print('     where this was expected', expected)
    }
    return result
  }

  /**
   * Makes one request to the API, as a step.
   *
   * @param request As `GET /orders`, and after that whatever makes the step clear.
   */
  async call(
    request: string,
    accessToken: string | undefined,
    expectation: Expectation<Answer>,
    json?: object,
  ): Promise<Answer> {
    const [method, path] = request.split(' ') as ['GET' | 'POST', string]
    return this.step(
      request,
      () => access(method, this.#api + path, accessToken, json),
      expectation,
    )
  }
}

function present(outcome: Outcome): Outcome {
  return Object.fromEntries(Object.entries(outcome).filter(([, value]) => value !== undefined))
}

function print(heading: string, outcome: Outcome): void {
  console.log(heading)
  for (const [name, value] of Object.entries(present(outcome))) {
    console.log(`         ${name}: ${value}`)
  }
}
