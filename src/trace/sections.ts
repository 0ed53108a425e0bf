import type { InvalidTokenReason } from '../protocol/errors.ts'
import type { Refusal, Stage, StageMessage } from './messages.ts'

/**
 * What a stage rests on.
 *
 * @param asks Whether the authorization server is asked about the token.
 */
export function sectionOf(stage: Stage, asks: boolean): string {
  return asked(ofStages[stage], asks)
}

/** What a refusal rests on; `undefined` where nothing more precise is known than of its stage. */
export function sectionOfRefusal(
  { outcome, code, reason }: Omit<Refusal, 'section'> & Pick<StageMessage, 'outcome'>,
  asks: boolean,
): string | undefined {
  if (outcome === 'unavailable') return undefined
  const section =
    code === 'invalid_token' ? ofReasons[reason as InvalidTokenReason] : ofCodes[`${code}`]
  return section && asked(section, asks)
}

/** What stands in a JWT is elsewhere what the authorization server answers. */
function asked(section: string, asks: boolean): string {
  return asks && section.startsWith('RFC 9068') ? 'RFC 7662 §2.2' : section
}

const ofStages: Readonly<Record<Stage, string>> = {
  read: 'RFC 6750 §2',
  verify: 'RFC 9068 §4',
  check: 'RFC 9068 §4',
  identify: 'RFC 6749 §1.1',
  confirm: 'RFC 7800 §3.1',
  authorize: 'RFC 6750 §3.1',
}

/** By OAuth error code; without one, there were no credentials. */
const ofCodes: Readonly<Partial<Record<string, string>>> = {
  undefined: 'RFC 6750 §3.1',
  invalid_request: 'RFC 6750 §3.1',
  insufficient_user_authentication: 'RFC 9470 §3',
  invalid_dpop_proof: 'RFC 9449 §4.3',
  use_dpop_nonce: 'RFC 9449 §9',
}

const ofReasons: Readonly<Record<InvalidTokenReason, string>> = {
  malformed: 'RFC 6750 §3.1',
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
