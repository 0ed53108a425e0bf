import { type JsonObject, readJsonObject } from './json.ts'
import { memo } from './memo.ts'

/** A compact JWS taken apart, its claims read, nothing of it proven. (RFC 7515 §7.1) */
export interface Jwt {
  readonly header: JsonObject
  readonly claims: JsonObject
}

/** A token as it was presented, and what its form tells. */
export interface PresentedToken {
  readonly value: string
  /** The JWT that it reads as; `undefined` for an opaque token. */
  readonly jwt: Jwt | undefined
}

const compact = /^[\w-]+\.[\w-]+\.[\w-]+$/

/** Reads the form of a token without judging it. (RFC 7515 §7.1, RFC 7519 §7.2) */
export function readToken(value: string): PresentedToken {
  return { value, jwt: compact.test(value) ? readJwt(value) : undefined }
}

function readJwt(value: string): Jwt | undefined {
  const [first, last] = [value.indexOf('.'), value.lastIndexOf('.')]
  const parts = [
    value.slice(0, first),
    value.slice(first + 1, last),
    value.slice(last + 1),
  ] as const
  if (!parts.every(isCanonical)) return undefined
  const header = readHeader(parts[0])
  const claims = readJsonObject(Buffer.from(parts[1], 'base64url'))
  return header && claims && { header, claims }
}

/** All tokens that a key has signed have one header. */
const readHeader = memo((part) => readJsonObject(Buffer.from(part, 'base64url')))

/** Last characters that leave no stray bits, by the length modulo 4; there is none of length 1. */
const lastOf = [undefined, '', 'AQgw', 'AEIMQUYcgkosw048']

/** Whether base64url, the alphabet checked, is as RFC 7515 §2 has it: without stray bits. */
function isCanonical(part: string): boolean {
  return lastOf[part.length % 4]?.includes(part.at(-1)!) ?? true
}
