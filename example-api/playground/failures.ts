import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client'

/** What is said when a button has not led to where it leads to, and whether that is amiss. */
export interface Explained {
  readonly text: string
  readonly failure: boolean
}

/** Explains an error in words of this file alone, as others may repeat a secret; `undefined` for a bug. */
export function explained(error: unknown): Explained | undefined {
  if (error instanceof AuthorizationResponseError) {
    return error.error === 'access_denied'
      ? { text: 'The resource owner has said no: the client gets no token.', failure: false }
      : { text: `The authorization server sends an error: ${codeOf(error.error)}.`, failure: true }
  }
  if (error instanceof ResponseBodyError) {
    return { text: `The authorization server refuses: ${codeOf(error.error)}.`, failure: true }
  }
  if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
    return { text: 'Another program listens where it did: the server stays off.', failure: true }
  }
  if (error instanceof Abandoned) return { text: error.message, failure: true }
  if (meansNoAnswer(error)) {
    return {
      text: 'The authorization server does not answer: the client gets no token.',
      failure: true,
    }
  }
  return error instanceof ClientError
    ? { text: 'The client refuses what has come: it is not as OAuth has it.', failure: true }
    : undefined
}

/** Nobody has come back from the authorization server. */
export class Abandoned extends Error {}

const unreachable = new Set(['ECONNREFUSED', 'ECONNRESET', 'UND_ERR_SOCKET', 'EPIPE'])

/** Whether an error comes from a server that is off. */
export function meansNoAnswer(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code } = error as NodeJS.ErrnoException
  return (code !== undefined && unreachable.has(code)) || meansNoAnswer(error.cause)
}

/** An OAuth error code, if it looks like one. (RFC 6749 §5.2) */
function codeOf(error: string): string {
  return /^[a-z_]{1,40}$/.test(error) ? error : 'an unknown one'
}
