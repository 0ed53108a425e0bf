import * as rule from '../protocol/options.ts'
import { now } from '../protocol/time.ts'
import { readSigner } from '../signatures/signing-key.ts'
import type { Members } from './derived-members.ts'
import type { SignedMetadataOptions } from './resource-metadata-options.ts'

/**
 * Makes what signs metadata: the same members in a JWT, in which the resource vouches for them.
 * (RFC 9728 §2.2)
 *
 * @throws {TypeError} An option is wrong.
 */
export function metadataSigner(
  options: SignedMetadataOptions,
): (members: Members) => Promise<string> {
  const from = 'resourceMetadata, signed'
  rule.checkOptions(from, options, {
    key: rule.required({ expected: 'a private key, as a JWK or a KeyObject', fits: isObject }),
    alg: rule.text,
    kid: rule.text,
  })
  const { key, header } = readSigner(`${from}()`, options.key, options.alg, options.kid, 'alg')
  return async (members) => {
    // Loaded by whom it is of use to.
    const { SignJWT } = await import('jose/jwt/sign')
    const claims = { ...members, iss: members['resource'] as string, iat: Math.floor(now()) }
    return new SignJWT(claims).setProtectedHeader(header).sign(key)
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
