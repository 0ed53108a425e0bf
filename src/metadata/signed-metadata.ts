import * as rule from '../protocol/options.ts'
import { now } from '../protocol/time.ts'
import { signJwt } from '../signatures/sign-jwt.ts'
import { readSigner } from '../signatures/signing-key.ts'
import type { Members } from './derived-members.ts'
import type { SignedMetadataOptions } from './resource-metadata-options.ts'

/**
 * Makes what signs metadata: the same members in a JWT, in which the resource vouches for them.
 * (RFC 9728 §2.2)
 *
 * @throws {TypeError} An option is wrong.
 */
export function metadataSigner(options: SignedMetadataOptions): (members: Members) => string {
  const from = 'resourceMetadata, signed'
  rule.checkOptions(from, options, {
    key: rule.required({ expected: 'a private key, as a JWK or a KeyObject', fits: isObject }),
    alg: rule.text,
    kid: rule.text,
  })
  const signer = readSigner(`${from}()`, options.key, options.alg, options.kid, 'alg')
  return (members) =>
    signJwt({ ...members, iss: members['resource'], iat: Math.floor(now()) }, signer)
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}
