import { createPublicKey, type KeyObject } from 'node:crypto'
import { algorithms, sameAlgorithm } from '../protocol/algorithms.ts'

/** A public key that verifies signatures, and what its JWK says of its use. (RFC 7517 §4) */
export interface VerificationKey {
  readonly kid: string | undefined
  readonly alg: string | undefined
  readonly kty: string
  readonly crv: string | undefined
  readonly key: KeyObject
}

/** What of a JOSE header finds a key. (RFC 7515 §4.1) */
export interface KeyHint {
  readonly alg: string
  readonly kid: string | undefined
}

const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

/**
 * Reads the entries of a JWK Set; one that cannot verify a signature is left out, not the set.
 * (RFC 7517 §5)
 */
export function readVerificationKeys(entries: readonly unknown[]): readonly VerificationKey[] {
  return entries.flatMap((entry) => readVerificationKey(entry) ?? [])
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

function readVerificationKey(entry: unknown): VerificationKey | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined
  const jwk = { ...entry } as Record<string, unknown>
  if (secretMembers.some((member) => Object.hasOwn(jwk, member))) return undefined
  if (jwk['use'] !== undefined && jwk['use'] !== 'sig') return undefined
  if (jwk['key_ops'] !== undefined && !(jwk['key_ops'] as unknown[]).includes?.('verify')) {
    return undefined
  }
  const { kty, crv, kid, alg } = jwk
  if (
    typeof kty !== 'string' ||
    !isTextOrAbsent(crv) ||
    !isTextOrAbsent(kid) ||
    !isTextOrAbsent(alg)
  ) {
    return undefined
  }
  const key = importKey(jwk)
  return key && isStrong(key) && !(crv === 'Ed25519' && hasSmallOrder(jwk['x']))
    ? { kid, alg, kty, crv, key }
    : undefined
}

function isTextOrAbsent(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string'
}

/** Imports a key; a point off its curve is an error there. (RFC 8725 §3.4) */
function importKey(jwk: Record<string, unknown>): KeyObject | undefined {
  try {
    return createPublicKey({ format: 'jwk', key: jwk })
  } catch {
    return undefined
  }
}

/** RSA keys under 2048 bits or with an exponent under 3 protect nothing. (RFC 7518 §3.3) */
function isStrong({ asymmetricKeyDetails = {} }: KeyObject): boolean {
  const { modulusLength = Infinity, publicExponent = 65_537n } = asymmetricKeyDetails
  return modulusLength >= 2048 && publicExponent >= 3n && publicExponent % 2n === 1n
}

const p = 2n ** 255n - 19n
const d =
  37_095_705_934_669_439_343_138_083_508_754_565_189_542_113_879_843_219_016_388_785_533_085_940_283_555n

/**
 * Whether an Ed25519 key is one of the few points of order 1, 2, 4 or 8, under which a signature can
 * verify for many messages. (RFC 8032 §8.9) They are y = 0, 1, -1 and the roots of dy⁴ + 2y² - 1.
 */
function hasSmallOrder(x: unknown): boolean {
  const littleEndian = Buffer.from(String(x), 'base64url').reverse()
  const y = (BigInt(`0x${littleEndian.toString('hex') || '0'}`) & (2n ** 255n - 1n)) % p
  const square = (y * y) % p
  return y === 0n || square === 1n || (d * square * square + 2n * square - 1n) % p === 0n
}
