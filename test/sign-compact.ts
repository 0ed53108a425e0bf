import { constants, createHmac, type KeyObject, sign } from 'node:crypto'

/** The algorithms of RFC 7518 §3.1 and RFC 8037 §3.1 as `node:crypto` has them. */
const primitives: Readonly<Record<string, (data: Buffer, key: KeyObject) => Buffer>> = {
  ...each('HS', (hash) => (data, key) => createHmac(hash, key).update(data).digest()),
  ...each('RS', (hash) => (data, key) => sign(hash, data, key)),
  ...each('PS', (hash) => (data, key) => {
    const saltLength = constants.RSA_PSS_SALTLEN_DIGEST
    return sign(hash, data, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })
  }),
  ...each('ES', (hash) => (data, key) => sign(hash, data, { key, dsaEncoding: 'ieee-p1363' })),
  EdDSA: (data, key) => sign(null, data, key),
  Ed25519: (data, key) => sign(null, data, key),
}

function each<T>(prefix: string, make: (hash: string) => T): Record<string, T> {
  return Object.fromEntries(
    ['256', '384', '512'].map((size) => [prefix + size, make(`sha${size}`)]),
  )
}

/**
 * Signs whatever it is given as a compact JWS, right or wrong. (RFC 7515 §7.1)
 *
 * @param header An object, or the text or the bytes that stand in its place.
 * @param payload The same.
 * @param algorithm The algorithm that signs, whatever the header says.
 */
export function signCompact(
  header: object | string,
  payload: object | string,
  key: KeyObject,
  algorithm: string,
): string {
  return signInput(`${encode(header)}.${encode(payload)}`, key, algorithm)
}

/** Signs the parts before the signature, as they are. */
export function signInput(input: string, key: KeyObject, algorithm: string): string {
  return `${input}.${primitives[algorithm]!(Buffer.from(input), key).toString('base64url')}`
}

/** The base64url of bytes, of a text, or of the JSON of an object. (RFC 7515 §2) */
export function encode(part: object | string): string {
  if (Buffer.isBuffer(part)) return part.toString('base64url')
  return Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url')
}
