import { constants, createHmac, type KeyObject, sign } from 'node:crypto'
import { schemes } from './jws.ts'

/** What signs a JWT: a private key, or a secret for HS256, HS384 and HS512, and its header. */
export interface Signer {
  readonly key: KeyObject
  /** The algorithm must fit the key. */
  readonly header: { readonly alg: string; readonly kid?: string }
}

/** Writes a JWT and signs it. (RFC 7515 §5.1) */
export function signJwt(claims: object, { key, header }: Signer): string {
  const parts = [header, claims].map((part) => Buffer.from(JSON.stringify(part)))
  const signed = parts.map((part) => part.toString('base64url')).join('.')
  return `${signed}.${signatureOf(signed, header.alg, key).toString('base64url')}`
}

function signatureOf(signed: string, alg: string, key: KeyObject): Buffer {
  if (key.type === 'secret') {
    return createHmac(`sha${alg.slice(2)}`, key)
      .update(signed)
      .digest()
  }
  const { hash, salt } = schemes.get(alg)!
  const pss = salt !== undefined && { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: salt }
  return sign(hash, Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363', ...pss })
}
