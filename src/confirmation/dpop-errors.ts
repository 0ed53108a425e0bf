import { OAuthError } from '../protocol/errors.ts'

const proofReasons = {
  missing: 'A DPoP-bound access token needs a DPoP proof',
  malformed: 'The DPoP proof is malformed',
  typ: 'The DPoP proof is a JWT of another kind',
  algorithm: 'The DPoP proof is signed with an algorithm that is not accepted',
  critical: 'The DPoP proof has critical header parameters that are not understood',
  key: 'The key of the DPoP proof can not be used',
  claims: 'A claim of the DPoP proof is missing or malformed',
  method: 'The DPoP proof is for another method',
  uri: 'The DPoP proof is for another URI',
  token: 'The DPoP proof is for another access token',
  time: 'The DPoP proof is too old, or from the future',
  signature: 'The signature of the DPoP proof is wrong',
  replayed: 'The DPoP proof has been used before',
} as const

/** Why a DPoP proof is refused; stable, for logs and metrics. */
export type InvalidDpopProofReason = keyof typeof proofReasons

/** The DPoP proof does not prove that the sender holds the token's key. (RFC 9449 §7.1) */
export class InvalidDpopProof extends OAuthError {
  readonly reason: InvalidDpopProofReason

  /** @param detail What was expected and what was found; becomes `cause`, never sent. */
  constructor(reason: InvalidDpopProofReason, detail?: unknown) {
    super(401, 'invalid_dpop_proof', proofReasons[reason], { cause: detail })
    this.reason = reason
  }
}

/** The DPoP proof lacks a nonce that was given lately; the answer gives one. (RFC 9449 §9) */
export class UseDpopNonce extends OAuthError {
  /**
   * @param nonce For the next proof.
   * @throws {TypeError} It has characters that no nonce may have. (RFC 9449 §8.1)
   */
  constructor(nonce: string) {
    if (!/^[\x21\x23-\x5B\x5D-\x7E]+$/.test(nonce)) throw new TypeError('It is no DPoP nonce')
    super(401, 'use_dpop_nonce', 'The DPoP proof needs the nonce that this answer gives')
    this.headers = { 'DPoP-Nonce': nonce }
  }
}
