import type { KeyObject } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { InvalidToken } from '../protocol/errors.ts'
import type { JsonObject } from '../protocol/json.ts'
import * as rule from '../protocol/options.ts'
import { obey } from '../protocol/profiles.ts'
import { now, type Seconds } from '../protocol/time.ts'
import { isSignedBy } from '../signatures/jws.ts'
import { algorithmsRule, flawOf } from '../signatures/jws-header.ts'
import { thumbprintOf } from '../signatures/thumbprint.ts'
import { fits, importPublicKey, readVerificationKey } from '../signatures/verification-key.ts'
import { memoryStore } from '../stores/memory.ts'
import type { Store } from '../stores/store.ts'
import { timely } from '../stores/timely.ts'
import type { ConfirmationMethod } from './confirmation-method.ts'
import { InvalidDpopProof } from './dpop-errors.ts'
import { type DpopNonceOptions, dpopNonceRules, DpopNonces } from './dpop-nonce.ts'
import { checkClaims, type DpopClaims, readProof } from './dpop-proof.ts'
import { DpopReplay } from './dpop-replay.ts'

export { InvalidDpopProof, type InvalidDpopProofReason, UseDpopNonce } from './dpop-errors.ts'

export interface DpopOptions {
  /** Values of a proof's `alg` that are accepted. (RFC 9449 §11.6) Default: `ES256`, `ES384`, `PS256`, `Ed25519` and `EdDSA`. */
  readonly algorithms?: readonly string[]
  /** How old a proof may be by its `iat`. (RFC 9449 §11.1) Default: 60. */
  readonly maxAge?: Seconds
  /** How far in the future a proof's `iat` may be, by a client's wrong clock. (RFC 9449 §11.1) Default: 10. */
  readonly clockTolerance?: Seconds
  /** Every proof carries a nonce of ours, by whose age it is judged. (RFC 9449 §9) Default: none is asked for. */
  readonly nonce?: DpopNonceOptions
  /**
   * Where used proofs are remembered; shared by all instances, or a proof passes once at each. It must
   * drop nothing before its time, and those who share it have one `maxAge`. (RFC 9449 §11.1) Default: `memoryStore()` with room for a million.
   */
  readonly replay?: Store
  /** How long that store is waited for. Default: 0.5. */
  readonly replayTimeout?: Seconds
  /** Proofs that one key may use while the first of them is remembered, at each instance; more are answered 503. Default: 100000. */
  readonly maxProofsPerKey?: number
  /** Whether proofs that may have been used before pass while the store is down or full, to be true only where availability is worth more. Default: false, they are answered 503. */
  readonly insecureReplayFallback?: boolean
  /** Characters above which a proof is refused unread. Default: 4096. */
  readonly maxProofSize?: number
}

/** How far the clocks of instances are apart at least; so long are proofs remembered after their time. */
const leastClockMargin: Seconds = 10
/** Who has signed a proof, as its header tells. */
interface Signer {
  readonly alg: string
  readonly key: KeyObject
  readonly thumbprint: string
}

/** Bits of an RSA modulus beyond which a client's key keeps this process busy. */
const maxModulusLength = 4096
/** Keys that are kept ready for their next proof. */
const maxKeys = 5000

/**
 * Confirms that the sender holds the key that a token is bound to by `jkt`, by the proof that every
 * request then carries. (RFC 9449)
 *
 * @throws {TypeError} An option is wrong.
 */
export function dpop(options: DpopOptions = {}): ConfirmationMethod {
  checkOptions(options)
  const {
    algorithms = ['ES256', 'ES384', 'PS256', 'Ed25519', 'EdDSA'],
    maxAge = 60,
    clockTolerance = 10,
    replayTimeout = 0.5,
    maxProofSize = 4096,
  } = options
  const accepted = new Set(algorithms)
  const clockMargin = Math.max(clockTolerance, leastClockMargin)
  const nonces = options.nonce && new DpopNonces(options.nonce)
  const replay = new DpopReplay({
    store: options.replay
      ? timely(options.replay, replayTimeout)
      : memoryStore({ maxEntries: 1_000_000, maxSize: 2 ** 27 }),
    maxProofsPerKey: options.maxProofsPerKey ?? 100_000,
    window: (options.nonce === undefined ? maxAge : (options.nonce.maxAge ?? 300)) + clockMargin,
    fallback: options.insecureReplayFallback ?? false,
  })
  /** Keys by thumbprint, of clients whose proofs have verified: to read one costs more than to use it. */
  const keys = new LRUCache<string, KeyObject>({ max: maxKeys })

  /** What headers tell, which are the same object where they are the same text. */
  const signers = new WeakMap<JsonObject, Signer>()

  /** (RFC 9449 §4.3, 4 to 7) */
  function signerOf(header: JsonObject, expected: string): Signer {
    const flaw = flawOf(header, ['dpop+jwt'], accepted)
    if (flaw !== undefined) throw new InvalidDpopProof(flaw.reason, flaw.detail)
    const { alg, jwk } = header as { alg: string; jwk?: JsonObject }
    const read = readVerificationKey(jwk, (own) => keys.get(expected) ?? importPublicKey(own))
    if (read === undefined || !fits(read, { alg, kid: undefined }) || isHuge(read.key)) {
      throw new InvalidDpopProof('key', '"jwk" is no public key that fits "alg"')
    }
    return { alg, key: read.key, thumbprint: thumbprintOf(jwk!) }
  }

  /** When a proof is accepted no longer by any instance, whose clocks may differ. (RFC 9449 §11.1) */
  function expiryOf({ iat, exp = Infinity, nbf = -Infinity, nonce }: DpopClaims): Seconds {
    const time = now()
    // With a nonce its age counts, not what the client's clock says.
    const [begins, ends] = nonces === undefined ? [iat, iat + maxAge] : [-Infinity, Infinity]
    const early = Math.max(begins, nbf) > time + clockTolerance
    if (early || ends <= time || exp + clockTolerance <= time) {
      throw new InvalidDpopProof('time', `"iat" is ${iat}, it is ${time}`)
    }
    return (nonces?.expiryOf(nonce) ?? ends) + clockMargin
  }

  return {
    member: 'jkt',
    scheme: 'DPoP',
    namesUrl: true,
    challenge: { algs: algorithms.join(' ') },
    metadata: {
      supported: { dpop_signing_alg_values_supported: algorithms },
      required: { dpop_bound_access_tokens_required: true },
    },

    under: (profile) => dpop(obey(profile, 'dpop', options)),

    async confirm(request, { token }, thumbprint) {
      const proof = readProof(request, maxProofSize)
      const { header } = proof.jwt
      const signer = signers.get(header) ?? signerOf(header, thumbprint)
      if (signer.thumbprint !== thumbprint) {
        throw new InvalidToken('binding', 'the proof is by another key than "cnf" names')
      }
      const claims = checkClaims(proof, request, token)
      const expiry = expiryOf(claims)
      if (!isSignedBy(proof.value, signer.alg, signer.key)) {
        throw new InvalidDpopProof('signature')
      }
      signers.set(header, signer)
      keys.set(thumbprint, signer.key)
      await replay.use(request.message, thumbprint, claims.jti, expiry)
      return nonces === undefined || claims.nonce === nonces.current
        ? undefined
        : { 'DPoP-Nonce': nonces.current, 'Cache-Control': 'no-store' }
    },
  }
}

function isHuge({ asymmetricKeyDetails }: KeyObject): boolean {
  return (asymmetricKeyDetails?.modulusLength ?? 0) > maxModulusLength
}

function checkOptions(options: DpopOptions): void {
  rule.checkOptions('dpop', options, {
    algorithms: algorithmsRule,
    maxAge: rule.seconds(1, 3600),
    clockTolerance: rule.seconds(0, 300),
    nonce: rule.record,
    replay: rule.store,
    replayTimeout: rule.seconds(0.001, 60),
    maxProofsPerKey: rule.whole,
    insecureReplayFallback: rule.truth,
    maxProofSize: rule.whole,
  })
  rule.checkOptions('dpop, nonce', options.nonce ?? {}, dpopNonceRules)
}
