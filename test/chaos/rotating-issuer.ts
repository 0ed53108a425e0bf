import { authorizationServer, type AuthorizationServer } from 'koa-resource-server/testing'

/** One key of an issuer, and what it signs. */
export type Generation = AuthorizationServer

/** An issuer whose keys come and go. */
export class RotatingIssuer {
  readonly issuer: string
  readonly #audience: string
  /** Those whose keys are published, oldest first. */
  #published: Generation[] = []
  #signing: Generation | undefined

  constructor(issuer: string, audience: string) {
    this.issuer = issuer
    this.#audience = audience
  }

  get jwks(): object {
    return { keys: this.#published.flatMap(({ jwks }) => jwks.keys) }
  }

  /** What signs now. */
  get signing(): Generation {
    return this.#signing!
  }

  isPublished(generation: Generation): boolean {
    return this.#published.includes(generation)
  }

  /** Makes a key that nobody publishes: the issuer's next one, or a forger's. */
  async make(): Promise<Generation> {
    const { issuer } = this
    return authorizationServer({ issuer, audience: this.#audience })
  }

  publish(generation: Generation): void {
    this.#published.push(generation)
  }

  signWith(generation: Generation): void {
    this.#signing = generation
  }

  withdraw(generation: Generation): void {
    this.#published = this.#published.filter((one) => one !== generation)
  }
}
