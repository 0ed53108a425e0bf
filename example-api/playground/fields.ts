import { decodeJwt, decodeProtectedHeader } from 'jose'
import type { Field } from './events.ts'

/** Of these nothing is shown at all; by their letters, since a mistake is no reason to show one. */
const hidden = new Set(['password', 'pass', 'passcode', 'clientsecret'])

/** These are shown by their first and last few characters. */
const secret = new Set([
  'accesstoken',
  'actortoken',
  'assertion',
  'authreqid',
  'clientassertion',
  'code',
  'codeverifier',
  'devicecode',
  'idtoken',
  'idtokenhint',
  'refreshtoken',
  'subjecttoken',
  'token',
])

const lettersOf = (name: string): string => name.toLowerCase().replace(/[^a-z]/g, '')

/** A value may come from anybody. */
const longest = 4000

/** Gives a parameter or a header field as it may be shown: without what is of use to who reads it. */
export function toField(given: string, value: string): Field {
  const name = withoutTokens(given)
  if (hidden.has(lettersOf(name))) return { name, value: '…', shortened: true }
  if (secret.has(lettersOf(name)) || isJws(value)) return secretField(name, value)
  return { name, value: withoutTokens(value) }
}

/** Gives a secret's first and last few characters, and what a JWT says. */
export function secretField(name: string, value: string, prefix = ''): Field {
  const jwt = decode(value)
  return { name, value: prefix + shorten(value), shortened: true, ...(jwt && { jwt }) }
}

function shorten(value: string): string {
  return value.length < 24 ? '…' : `${value.slice(0, 6)}…${value.slice(-4)}`
}

/** Shortens the tokens within a text, and the text, if it is too long. */
export function withoutTokens(text: string): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}…` : text
  return cut.replace(/\beyJ[\w-]{10,}(\.[\w-]*)*/g, shorten)
}

/** Shortens in a path what only who has been sent there should know: the number of a log-in. */
export function withoutSecrets(path: string): string {
  return withoutTokens(path).replace(
    /^(\/(?:auth|interaction)\/)([^/]+)/,
    (_, before: string, id: string) => before + shorten(id),
  )
}

/** Gives the members of a form or a query. */
export function formFields(form: URLSearchParams): Field[] {
  return [...form].slice(0, 50).map(([name, value]) => toField(name, value))
}

/** Gives the members of a JSON object. */
export function memberFields(object: object): Field[] {
  return Object.entries(object)
    .slice(0, 50)
    .map(([name, value]: [string, unknown]) =>
      toField(name, typeof value === 'string' ? value : JSON.stringify(value, withoutSecret)),
    )
}

/** For members of members. */
function withoutSecret(name: string, value: unknown): unknown {
  const letters = lettersOf(name)
  return hidden.has(letters) || (secret.has(letters) && typeof value === 'string') ? '…' : value
}

function isJws(value: string): boolean {
  return /^eyJ[\w-]*\.[\w-]+\.[\w-]*$/.test(value)
}

function decode(value: string): Field['jwt'] {
  if (!isJws(value)) return undefined
  try {
    return { header: decodeProtectedHeader(value), claims: decodeJwt(value) }
  } catch {
    return undefined
  }
}
