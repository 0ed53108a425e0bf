import { findMalformedClaim, isRegistered, type Tolerance } from '../protocol/claim-forms.ts'
import type { Dialect } from '../protocol/dialect.ts'
import { AuthorizationServerUnavailable } from '../protocol/service-unavailable.ts'
import { type JsonObject, readJsonObject } from '../protocol/json.ts'
import type { Seconds } from '../protocol/time.ts'
import type { ClientAuth } from './client-auth.ts'
import { type Answer, type Exchange, unusable } from './exchange.ts'

/** What an authorization server says about a token. (RFC 7662 §2.2) */
export type IntrospectionAnswer = JsonObject & { readonly active: boolean; readonly exp?: Seconds }

/** How an answer comes: as JSON, or in a signed JWT. */
export interface AnswerFormat {
  readonly mediaType: string
  /** Resolves when all that reading needs is there. */
  ready?(): Promise<void>
  /** @throws {AuthorizationServerUnavailable} The answer is of no use, so nothing is known about the token. */
  read(url: URL, answer: Answer): IntrospectionAnswer | Promise<IntrospectionAnswer>
}

/** How the endpoint is asked. */
export interface IntrospectionEndpointOptions {
  readonly clientAuth: ClientAuth
  readonly tokenTypeHint: string | false
  readonly format: AnswerFormat
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
  { clientAuth, tokenTypeHint, format }: IntrospectionEndpointOptions,
): Promise<IntrospectionAnswer> {
  const headers: Record<string, string> = {
    Accept: format.mediaType,
    'Content-Type': 'application/x-www-form-urlencoded',
  }
  const form = new URLSearchParams({ token })
  if (tokenTypeHint !== false) form.set('token_type_hint', tokenTypeHint)
  try {
    await clientAuth.authenticate(headers, form)
  } catch (cause) {
    throw new AuthorizationServerUnavailable(`No authentication at ${url.origin}`, { cause })
  }
  const answer = await http(url, { method: 'POST', headers, body: form.toString() })
  if (answer.status === 401 || answer.status === 403) {
    throw unusable(url, answer, 'and so refuses the credentials that clientAuth gives')
  }
  return withoutEcho(token, await format.read(url, answer))
}

/** Leaves out members of the server's own that repeat the token, so that printing the answer shows none. */
function withoutEcho(token: string, answer: IntrospectionAnswer): IntrospectionAnswer {
  const members = Object.entries(answer)
  const echo = JSON.stringify(token)
  const kept = members.filter(
    ([name, value]) => isRegistered(name) || !JSON.stringify([name, value]).includes(echo),
  )
  if (kept.length === members.length) return answer
  const copy = Object.create(null) as IntrospectionAnswer
  return Object.freeze(Object.assign(copy, Object.fromEntries(kept)))
}

/** `active` is a boolean, and what is said of an active token has the right form. (RFC 7662 §2.2) */
export function isIntrospectionAnswer(
  answer: unknown,
  tolerates: readonly Tolerance[] = [],
): answer is IntrospectionAnswer {
  const { active } = (answer ?? {}) as JsonObject
  if (active === false) return true
  return active === true && !findMalformedClaim(answer as JsonObject, [], [], tolerates)
}

/** Answers in JSON. (RFC 7662 §2.2) */
export function jsonAnswers({ answer: translate, tolerates }: Dialect): AnswerFormat {
  return {
    mediaType: 'application/json',
    read(url, answer) {
      const said = readJsonObject(answer.body)
      const given = answer.status === 200 ? said : undefined
      const told = translate === undefined ? given : said && translate(answer.status, said)
      if (isIntrospectionAnswer(told, tolerates)) return Object.freeze(told)
      // So some servers answer about any token that is not of a kind they introspect. (RFC 7009 §2.2.1)
      if (answer.status === 400 && said?.['error'] === 'unsupported_token_type') {
        return { active: false }
      }
      throw unusable(url, answer, 'without a usable introspection answer')
    },
  }
}
