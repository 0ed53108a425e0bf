import { AuthorizationResponseError } from 'openid-client'

/** What has gone wrong, for people to read. */
export function explain(error: unknown): string {
  if (error instanceof AuthorizationResponseError) {
    return `The client gets no token: ${error.error_description ?? error.error}.`
  }
  if (!(error instanceof Error)) return String(error)
  // All that browsers say of a server that does not answer.
  const silent = [error, error.cause].some((one) => one instanceof TypeError)
  return silent ? 'A server does not answer.' : error.message
}
