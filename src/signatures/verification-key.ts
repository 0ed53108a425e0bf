import { createPublicKey, type KeyObject } from 'node:crypto'
import { algorithms, type KeyKind, sameAlgorithm } from '../protocol/algorithms.ts'
import { isWeak } from './weak-key.ts'

/** A public key that verifies signatures, and what its JWK says of its use. (RFC 7517 §4) */
export interface VerificationKey extends KeyKind {
  readonly kid: string | undefined
  readonly alg: string | undefined
  readonly key: KeyObject
  /** The JWK itself, in JSON. */
  readonly jwk: string
}

/** What of a JOSE header finds a key. (RFC 7515 §4.1) */
export interface KeyHint {
  readonly alg: string
  readonly kid: string | undefined
}

const kinds = Object.values(algorithms)
/** Entries of a set beyond which nothing is read, so that no issuer keeps this process busy. */
const maxKeys = 100
const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

/**
 * Reads the entries of a JWK Set; one that cannot verify a signature is left out, not the set.
 * (RFC 7517 §5)
 *
 * @param known Keys of the set before, which stay the same objects where they stand in this one, too.
 * @param use What the keys are for, where they say it; that of another use is left out.
 */
export function readVerificationKeys(
  entries: readonly unknown[],
  known: readonly VerificationKey[] = [],
  use?: string,
): readonly VerificationKey[] {
  return entries.slice(0, maxKeys).flatMap((entry) => {
    const jwk = JSON.stringify(entry)
    return (
      known.find((key) => key.jwk === jwk) ?? readVerificationKey(entry, importPublicKey, use) ?? []
    )
  })
}

/** Whether a key may have made a signature. (RFC 8725 §3.1) */
export function fits(key: VerificationKey, { alg, kid }: KeyHint): boolean {
  const kind = algorithms[alg]
  return (
    kind?.kty === key.kty &&
    kind.crv === key.crv &&
    (key.alg === undefined || sameAlgorithm(key.alg, alg)) &&
    (kid === undefined || kid === key.kid)
  )
}

/** Makes a key of a JWK's members; `undefined` if it cannot, or the key would protect nothing. */
type ImportKey = (jwk: Record<string, unknown>) => KeyObject | undefined

/** Reads a JWK; `undefined` if it is no public key that can verify a signature. (RFC 7517 §4) */
export function readVerificationKey(
  entry: unknown,
  importKey: ImportKey = importPublicKey,
  wanted = 'sig',
): VerificationKey | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined
  const jwk = { ...entry } as Record<string, unknown>
  if (secretMembers.some((member) => Object.hasOwn(jwk, member))) return undefined
  const { kty, crv, kid, alg, use = wanted, key_ops: operations = ['verify'] } = jwk
  if (use !== wanted || !Array.isArray(operations) || !operations.includes('verify')) {
    return undefined
  }
  const kind = kinds.find((one) => one.kty === kty && one.crv === crv)
  if (kind === undefined || !isTextOrAbsent(kid) || !isTextOrAbsent(alg)) return undefined
  // Reading a huge exponent takes seconds; no standard has one over 256 bits. (FIPS 186-5 §A.1.1)
  if (typeof jwk['e'] === 'string' && jwk['e'].length > 43) return undefined
  const key = importKey(jwk)
  return key && { ...kind, kid, alg, key, jwk: JSON.stringify(entry) }
}

function isTextOrAbsent(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string'
}

/** Imports a key that protects something; a point off its curve is an error there. (RFC 8725 §3.4) */
export function importPublicKey(jwk: Record<string, unknown>): KeyObject | undefined {
  try {
    const key = createPublicKey({ format: 'jwk', key: jwk })
    return isWeak(key) ? undefined : key
  } catch {
    return undefined
  }
}
