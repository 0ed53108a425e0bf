import type { KeyObject } from 'node:crypto'

/** Whether a public key protects nothing, though it is well formed. */
export function isWeak(key: KeyObject): boolean {
  const judge = judges[key.asymmetricKeyType ?? '']
  return judge?.(key) ?? false
}

const judges: Readonly<Record<string, (key: KeyObject) => boolean>> = {
  rsa: (key) => isShortOrLenient(key) || hasRocaFingerprint(numberOf(key, 'n')),
  ed25519: (key) => hasSmallOrder(numberOf(key, 'x', 'little-endian')),
}

/** Under 2048 bits, or with an exponent that lets forgeries through lenient padding. (RFC 7518 §3.3) */
function isShortOrLenient({
  asymmetricKeyDetails: { modulusLength, publicExponent } = {},
}: KeyObject): boolean {
  return modulusLength! < 2048 || publicExponent! < 3n || publicExponent! % 2n === 0n
}

/**
 * The odd primes up to 167, modulo which the moduli of a flawed generator are always powers of 65537, and
 * those of others hardly ever all.
 */
const rocaPrimes = Array.from({ length: 83 }, (_, i) => 2 * i + 3).filter((n, _, odd) =>
  odd.every((m) => m * m > n || n % m !== 0),
)

/** Whether the modulus can be factored, since a flawed chip has made it. (CVE-2017-15361) */
function hasRocaFingerprint(modulus: bigint): boolean {
  return rocaPrimes.every((prime) => {
    const remainder = Number(modulus % BigInt(prime))
    let power = 1
    do {
      if (power === remainder) return true
      power = (power * 65_537) % prime
    } while (power !== 1)
    return false
  })
}

const p = 2n ** 255n - 19n
const d =
  37_095_705_934_669_439_343_138_083_508_754_565_189_542_113_879_843_219_016_388_785_533_085_940_283_555n

/**
 * Whether a point is one of the few of order 1, 2, 4 or 8, under which a signature can verify for many
 * messages. (RFC 8032 §8.9) They are y = 0, 1, -1 and the roots of dy⁴ + 2y² - 1.
 */
function hasSmallOrder(point: bigint): boolean {
  const y = (point & (2n ** 255n - 1n)) % p
  const square = (y * y) % p
  return y === 0n || square === 1n || (d * square * square + 2n * square - 1n) % p === 0n
}

/** A number of the key's JWK. (RFC 7518 §6.3.1, RFC 8037 §2) */
function numberOf(key: KeyObject, member: 'n' | 'x', order?: 'little-endian'): bigint {
  const bytes = Buffer.from(key.export({ format: 'jwk' })[member] ?? '', 'base64url')
  if (order === 'little-endian') bytes.reverse()
  return BigInt(`0x${bytes.toString('hex')}`)
}
