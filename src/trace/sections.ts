import type { InvalidTokenReason } from '../protocol/errors.ts'
import type { Stage } from './messages.ts'

/** @param asks Whether the authorization server is asked about the token. */
export function sectionOf(stage: Stage, asks: boolean): string {
  return stage === 'verify' && asks ? ofReasons.inactive : ofStages[stage]
}

/** `undefined` where nothing more precise is known than of the stage. */
export function sectionOfRefusal(error: string, reason = ''): string | undefined {
  return error === 'InvalidToken' ? ofReasons[reason as InvalidTokenReason] : ofErrors[error]
}

const ofStages: Readonly<Record<Stage, string>> = {
  read: 'RFC 6750 §2',
  verify: 'RFC 9068 §4',
  check: 'RFC 9068 §4',
  identify: 'RFC 6749 §1.1',
  confirm: 'RFC 7800 §3.1',
  authorize: 'RFC 6750 §3.1',
}

const ofErrors: Readonly<Partial<Record<string, string>>> = {
  MissingCredentials: 'RFC 6750 §3',
  InvalidRequest: 'RFC 6750 §3.1',
  InsufficientUserAuthentication: 'RFC 9470 §3',
  InvalidDpopProof: 'RFC 9449 §4.3',
  UseDpopNonce: 'RFC 9449 §9',
}

const ofReasons: Readonly<Record<InvalidTokenReason, string>> = {
  malformed: 'RFC 6750 §2.1',
  'unknown-issuer': 'RFC 9068 §4',
  typ: 'RFC 8725 §3.11',
  algorithm: 'RFC 8725 §3.1',
  critical: 'RFC 7515 §4.1.11',
  'unknown-key': 'RFC 7515 §6',
  signature: 'RFC 7515 §5.2',
  claims: 'RFC 9068 §2.2',
  issuer: 'RFC 9068 §4',
  audience: 'RFC 9068 §4',
  expired: 'RFC 7519 §4.1.4',
  lifetime: 'RFC 6750 §5.3',
  'not-yet-valid': 'RFC 7519 §4.1.5',
  inactive: 'RFC 7662 §2.2',
  'token-type': 'RFC 6749 §7.1',
  binding: 'RFC 7800 §3.1',
  unbound: 'RFC 9700 §2.2.1',
  changed: 'RFC 7662 §4',
}
