import { createHmac, randomBytes } from 'node:crypto'
import { UseDpopNonce } from './dpop-errors.ts'
import * as rule from '../protocol/options.ts'
import { now, type Seconds } from '../protocol/time.ts'

export interface DpopNonceOptions {
  /**
   * What nonces are made from, at least 32 characters or octets of randomness, the same in every
   * instance; of several the first makes them and all are accepted, so that it can be replaced.
   * Default: a random one of this instance alone.
   */
  readonly secret?: string | Uint8Array | readonly (string | Uint8Array)[]
  /** How long a nonce is accepted at most, at least two thirds of it; the age of proofs counts no longer. Default: 300. */
  readonly maxAge?: Seconds
}

const secret: rule.Rule = {
  expected: 'a secret of at least 32 characters or octets',
  secret: true,
  fits: (value) => (typeof value === 'string' || value instanceof Uint8Array) && value.length >= 32,
}

export const dpopNonceRules: { readonly [name in keyof DpopNonceOptions]-?: rule.Rule } = {
  secret: rule.oneOrMore(secret),
  maxAge: rule.seconds(3, 86_400),
}

/** Nonces live for three steps; that of the next step is accepted too, from an instance whose clock is ahead. */
const stepsOfLife = 3

/**
 * Gives and takes nonces that need no memory: each step of time has one, which the secret makes
 * unpredictable. (RFC 9449 §8, §9)
 */
export class DpopNonces {
  readonly #secrets: readonly (string | Uint8Array)[]
  readonly #step: Seconds
  /** Those that are accepted, with the step of each. */
  #accepted = new Map<string, number>()
  #current = { step: Number.NaN, nonce: '' }

  constructor({ secret = randomBytes(32), maxAge = 300 }: DpopNonceOptions) {
    this.#secrets = [secret].flat()
    this.#step = maxAge / stepsOfLife
  }

  /** The nonce for a client's next proof. */
  get current(): string {
    return this.#refresh().nonce
  }

  /**
   * Returns when a proof with this nonce is accepted no longer. (RFC 9449 §4.3, 10 and 11)
   *
   * @throws {UseDpopNonce} It was not given lately.
   */
  expiryOf(nonce: string | undefined): Seconds {
    const current = this.#refresh()
    const step = nonce === undefined ? undefined : this.#accepted.get(nonce)
    if (step === undefined) throw new UseDpopNonce(current.nonce)
    return (step + stepsOfLife) * this.#step
  }

  #refresh(): { readonly nonce: string } {
    const step = Math.floor(now() / this.#step)
    if (step !== this.#current.step) {
      const oldest = step - stepsOfLife + 1
      const steps = Array.from({ length: stepsOfLife + 1 }, (_, i) => oldest + i)
      this.#accepted = new Map(
        this.#secrets.flatMap((secret) => steps.map((one) => [nonceOf(secret, one), one] as const)),
      )
      this.#current = { step, nonce: nonceOf(this.#secrets[0]!, step) }
    }
    return this.#current
  }
}

function nonceOf(secret: string | Uint8Array, step: number): string {
  return createHmac('sha256', secret).update(`DPoP nonce ${step}`).digest('base64url')
}
