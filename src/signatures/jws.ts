import { constants, type KeyObject, verify } from 'node:crypto'

/** How the signatures of an algorithm are verified; none of another length is looked at. */
interface Scheme {
  readonly hash: string | null
  /** Octets of a signature, where the algorithm fixes them. */
  readonly size?: number
  /** Octets of a probabilistic signature's salt. */
  readonly salt?: number
}

/** RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2 */
const schemes: ReadonlyMap<string, Scheme> = new Map(
  Object.entries({
    RS256: { hash: 'sha256' },
    RS384: { hash: 'sha384' },
    RS512: { hash: 'sha512' },
    PS256: { hash: 'sha256', salt: 32 },
    PS384: { hash: 'sha384', salt: 48 },
    PS512: { hash: 'sha512', salt: 64 },
    ES256: { hash: 'sha256', size: 64 },
    ES384: { hash: 'sha384', size: 96 },
    ES512: { hash: 'sha512', size: 132 },
    Ed25519: { hash: null, size: 64 },
    EdDSA: { hash: null, size: 64 },
  }),
)

/**
 * Whether a compact JWS, whose form has been read, is signed by the private part of a key.
 * (RFC 7515 §5.2)
 *
 * @param alg The algorithm; the key must fit it. (RFC 8725 §3.1)
 */
export function isSignedBy(jws: string, alg: string, key: KeyObject): boolean {
  const scheme = schemes.get(alg)
  if (scheme === undefined) return false
  const { hash, size, salt } = scheme
  const dot = jws.lastIndexOf('.')
  const signed = Buffer.from(jws.slice(0, dot), 'latin1')
  const signature = Buffer.from(jws.slice(dot + 1), 'base64url')
  if (size !== undefined && signature.length !== size) return false
  try {
    if (salt !== undefined) {
      const padding = constants.RSA_PKCS1_PSS_PADDING
      return verify(hash, signed, { key, padding, saltLength: salt }, signature)
    }
    // As DER, since telling the other encoding from it costs more than the conversion.
    return verify(
      hash,
      signed,
      key,
      hash !== null && size !== undefined ? der(signature) : signature,
    )
  } catch {
    return false
  }
}

/** An ECDSA signature, R and S side by side (RFC 7518 §3.4), in the form that OpenSSL reads. (RFC 3279 §2.2.3) */
function der(signature: Buffer): Buffer {
  const half = signature.length / 2
  const numbers = Buffer.concat([
    integer(signature.subarray(0, half)),
    integer(signature.subarray(half)),
  ])
  const length = numbers.length < 0x80 ? [numbers.length] : [0x81, numbers.length]
  return Buffer.concat([Buffer.of(0x30, ...length), numbers])
}

/** A positive integer without leading zeros, but for one where the first bit would be its sign. */
function integer(number: Buffer): Buffer {
  let start = 0
  while (start < number.length - 1 && number[start] === 0) start += 1
  const digits = number.subarray(start)
  const sign = digits[0]! >= 0x80 ? [0] : []
  return Buffer.concat([Buffer.of(0x02, sign.length + digits.length, ...sign), digits])
}
