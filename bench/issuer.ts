import { randomUUID } from 'node:crypto'
import { Child } from './child.ts'
import { type Key, makeKey, type SigningAlgorithm } from './keys.ts'

/** What the authorization server's process is asked. */
export type ToIssuer =
  | { readonly publish: readonly object[] }
  | { readonly failNext: number; readonly latency: number }
  | { readonly count: true }

/** Calls since the last question. */
export interface Calls {
  readonly keySet: number
  readonly introspection: number
  /** When the key set was fetched last, in milliseconds since 1970. */
  readonly lastFetch: number
}

/** An authorization server in a process of its own. */
export class Issuer {
  readonly url: string
  readonly #child: Child
  readonly #keys = new Map<string, Key>()

  private constructor(child: Child, url: string) {
    this.#child = child
    this.url = url
  }

  static async start(): Promise<Issuer> {
    const { child, first } = await Child.start('issuer-process.js', {})
    const issuer = new Issuer(child, (first as { url: string }).url)
    for (const algorithm of ['RS256', 'PS256', 'ES256', 'Ed25519'] as const) {
      await issuer.newKey(algorithm)
    }
    return issuer
  }

  /** Makes the key that signs from now on, and publishes it beside those of the other algorithms. */
  async newKey(algorithm: SigningAlgorithm): Promise<Key> {
    const key = makeKey(algorithm, randomUUID())
    this.#keys.set(algorithm, key)
    await this.#ask({ publish: this.publicKeys })
    return key
  }

  get publicKeys(): readonly object[] {
    return [...this.#keys.values()].map(({ publicJwk }) => publicJwk)
  }

  key(algorithm: SigningAlgorithm): Key {
    return this.#keys.get(algorithm)!
  }

  /** Answers so many introspection requests with 500, and takes so many milliseconds for each answer. */
  async behave(failNext: number, latency: number): Promise<void> {
    await this.#ask({ failNext, latency })
  }

  async calls(): Promise<Calls> {
    return this.#ask({ count: true })
  }

  stop(): void {
    this.#child.stop()
  }

  async #ask(question: ToIssuer): Promise<Calls> {
    return (await this.#child.ask(question)) as Calls
  }
}
