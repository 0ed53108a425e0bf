import type { Stage, StageMessage } from '../../../../src/trace/messages.ts'

/** What each stage of the API's decision asks, in order. */
export const stages: Readonly<Record<Stage, { readonly name: string; readonly asks: string }>> = {
  read: { name: 'Read', asks: 'Does the request carry a token, in one place only?' },
  verify: { name: 'Verify', asks: 'Is the token genuine: signed by, or known to, the issuer?' },
  check: { name: 'Check', asks: 'Is it for this API, and is it still good?' },
  identify: { name: 'Identify', asks: 'Who granted the access, and which client acts?' },
  confirm: { name: 'Confirm', asks: 'If it is bound to a key: does the sender have that key?' },
  authorize: { name: 'Authorize', asks: 'Does the token allow this very request?' },
}

export const stageOrder = Object.keys(stages) as Stage[]

/** Why a token, or the proof that comes with it, is not accepted, in words. */
const reasons: Readonly<Record<NonNullable<StageMessage['reason']>, string>> = {
  malformed: 'It is not in the right form.',
  'unknown-issuer': 'It is from an issuer that this API does not trust.',
  typ: 'It is a JWT of another kind.',
  algorithm: 'Its signature is of a kind that is not accepted.',
  critical: 'It demands an extension that is not understood.',
  'unknown-key': 'It is signed with a key that the issuer does not publish.',
  signature: 'Its signature does not fit: it has been changed, or is forged.',
  claims: 'A claim is missing or malformed.',
  issuer: 'It names another issuer.',
  audience: 'It is meant for another API.',
  expired: 'Its time is over.',
  lifetime: 'It would be good for longer than is accepted.',
  'not-yet-valid': 'Its time has not come yet.',
  inactive: 'The authorization server says that it is not active.',
  'token-type': 'It is of a type that does not fit its use.',
  binding: 'It is bound to a key in a way that does not fit its use.',
  unbound: 'It must be bound to a key, and is not.',
  changed: 'What it allows has changed in the meantime.',
  missing: 'There is no proof of the key with the request.',
  key: 'Its key can not be used.',
  method: 'The proof is for another method than that of the request.',
  uri: 'The proof is for another address.',
  token: 'The proof is for another token.',
  time: 'The proof is too old, or from the future.',
  replayed: 'The proof has been used before.',
}

/** What else keeps a request out, by the name of the error's class. */
const errors: Readonly<Record<string, string>> = {
  AuthorizationServerUnavailable: 'The API must ask the authorization server, and gets no answer.',
  InsufficientScope: 'The token is good, and does not allow this.',
  InvalidRequest: 'The request is malformed.',
  MissingCredentials: 'There is no token in the request.',
  UseDpopNonce: 'The proof must have the nonce that the API gives in its answer.',
}

/** Why a request was not let in, in words. */
export function explain({ error = '', reason }: StageMessage): string {
  return (reason === undefined ? errors[error] : reasons[reason]) ?? ''
}
