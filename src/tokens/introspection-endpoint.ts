import { findMalformedClaim } from '../protocol/claims.ts'
import { AuthorizationServerUnavailable } from '../protocol/errors.ts'
import { type JsonObject, readJsonObject } from '../protocol/json.ts'
import type { Seconds } from '../protocol/time.ts'
import type { ClientAuth } from './client-auth.ts'
import type { Answer, Exchange } from './exchange.ts'

/** What an authorization server says about a token. (RFC 7662 §2.2) */
export type IntrospectionAnswer = JsonObject & { readonly active: boolean; readonly exp?: Seconds }

/** How the endpoint is asked. */
export interface IntrospectionEndpointOptions {
  readonly clientAuth: ClientAuth
  readonly tokenTypeHint: string | false
}

/**
 * Asks an introspection endpoint about a token. (RFC 7662 §2.1)
 *
 * @throws {AuthorizationServerUnavailable} It gave no usable answer, so nothing is known about the token.
 */
export async function introspect(
  token: string,
  url: URL,
  http: Exchange,
  { clientAuth, tokenTypeHint }: IntrospectionEndpointOptions,
): Promise<IntrospectionAnswer> {
  const headers: Record<string, string> = {
    Accept: 'application/json',
    'Content-Type': 'application/x-www-form-urlencoded',
  }
  const form = new URLSearchParams({ token })
  if (tokenTypeHint !== false) form.set('token_type_hint', tokenTypeHint)
  await clientAuth.authenticate(headers, form)
  return readAnswer(url, await http(url, { method: 'POST', headers, body: form.toString() }))
}

/** `active` is a boolean, and what is said of an active token has the right form. (RFC 7662 §2.2) */
export function isIntrospectionAnswer(
  answer: JsonObject | undefined,
): answer is IntrospectionAnswer {
  if (answer?.['active'] === false) return true
  return answer?.['active'] === true && findMalformedClaim(answer, []) === undefined
}

function readAnswer(url: URL, { status, body }: Answer): IntrospectionAnswer {
  const answer = readJsonObject(body)
  if (status === 200 && isIntrospectionAnswer(answer)) return answer
  // So some servers answer about any token that is not of a kind they introspect. (RFC 7009 §2.2.1)
  if (status === 400 && answer?.['error'] === 'unsupported_token_type') return { active: false }
  throw new AuthorizationServerUnavailable(
    `${url.origin}${url.pathname} answered ${status} without a usable introspection answer`,
  )
}
