import { constants, type KeyObject, verify } from 'node:crypto'

/** How the signatures of an algorithm are made and verified; none of another length is looked at. */
interface Scheme {
  readonly hash: string | null
  /** Octets of a signature, where the algorithm fixes them. */
  readonly size?: number
  /** Octets of a probabilistic signature's salt. */
  readonly salt?: number
}

/** RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2 */
export const schemes: ReadonlyMap<string, Scheme> = new Map(
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
  const signed = signingInput(jws, dot)
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

/** Verifying takes it at once, so that all share the room for it. */
const room = Buffer.allocUnsafe(16_384)

/** What is signed: all before the last dot, in ASCII. (RFC 7515 §5.2) */
function signingInput(jws: string, dot: number): Buffer {
  if (dot > room.length) return Buffer.from(jws.slice(0, dot), 'latin1')
  return room.subarray(0, room.write(jws, 0, dot, 'latin1'))
}

/**
 * An ECDSA signature, R and S side by side (RFC 7518 §3.4), in the form that OpenSSL reads: a sequence
 * of two integers. (RFC 3279 §2.2.3)
 */
function der(signature: Buffer): Buffer {
  const half = signature.length / 2
  const r = integerIn(signature, 0, half)
  const s = integerIn(signature, half, signature.length)
  const length = sizeOf(r) + sizeOf(s)
  const bytes = Buffer.allocUnsafe(length + (length < 0x80 ? 2 : 3))
  let at = 0
  bytes[at++] = 0x30
  if (length >= 0x80) bytes[at++] = 0x81
  bytes[at++] = length
  for (const { start, end, sign } of [r, s]) {
    bytes[at++] = 0x02
    bytes[at++] = sign + end - start
    if (sign === 1) bytes[at++] = 0
    at += signature.copy(bytes, at, start, end)
  }
  return bytes
}

interface Integer {
  readonly start: number
  readonly end: number
  /** Octets of zero before it, where its first bit would otherwise be its sign. */
  readonly sign: number
}

/** Finds a positive number without its leading zeros. */
function integerIn(signature: Buffer, from: number, end: number): Integer {
  let start = from
  while (start < end - 1 && signature[start] === 0) start += 1
  return { start, end, sign: signature[start]! >= 0x80 ? 1 : 0 }
}

function sizeOf({ start, end, sign }: Integer): number {
  return 2 + sign + end - start
}
