import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** A process of the benchmark's own that answers one question after the other. */
export class Child {
  readonly #process: ChildProcess

  private constructor(process: ChildProcess) {
    this.#process = process
  }

  /**
   * @param file Path of the script, from this folder.
   * @param args Goes to the script as JSON.
   * @returns The process, and what it said first.
   */
  static async start(file: string, args: unknown): Promise<{ child: Child; first: unknown }> {
    const process = fork(fileURLToPath(new URL(file, import.meta.url)), [JSON.stringify(args)], {
      execArgv: ['--expose-gc'],
      serialization: 'advanced',
    })
    const child = new Child(process)
    return { child, first: await child.#hear() }
  }

  get pid(): number {
    return this.#process.pid!
  }

  async ask(question: unknown): Promise<unknown> {
    const answer = this.#hear()
    this.#process.send(question as object)
    return answer
  }

  /** Ends the process, which holds nothing that would need care. */
  stop(): void {
    this.#process.kill()
  }

  async #hear(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const fail = (code: number | null): void => {
        reject(new Error(`${this.#process.spawnargs.slice(-2).join(' ')} ended with ${code}`))
      }
      this.#process.once('exit', fail)
      this.#process.once('message', (message) => {
        this.#process.off('exit', fail)
        resolve(message)
      })
    })
  }
}

/** In a child: what it was started with. */
export function startedWith(): unknown {
  // Whoever started it may be gone without having stopped it.
  process.on('disconnect', () => process.exit())
  return JSON.parse(process.argv[2]!)
}

/** In a child: says something to whoever started it. */
export function tell(message: unknown): void {
  process.send!(message)
}
