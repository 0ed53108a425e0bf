import type { Claims, OnBehalfOf } from '../protocol/dialect.ts'

/** Reads a claim that must be text to count. */
export function said(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The client is its own subject; who is another's subject is a resource owner. (RFC 9068 §2.2) */
export function bySubject({ sub }: Claims, clientId: string | undefined): OnBehalfOf {
  if (!isThere(sub) || clientId === undefined) return 'unknown'
  return String(sub) === clientId ? 'client' : 'resource-owner'
}

/** What tells that somebody has signed in. (OpenID Connect Core §2) */
const ofPersons = ['username', 'auth_time', 'amr', 'sid']

/** The same, at servers that leave out the subject where there is no resource owner. */
export function bySubjectIfAny(claims: Claims, clientId: string | undefined): OnBehalfOf {
  return hasAny(claims, ['sub', ...ofPersons]) ? bySubject(claims, clientId) : 'client'
}

/** Whether one of these claims is there, and neither `null` nor empty. */
export function hasAny(claims: Claims, names: readonly string[]): boolean {
  return names.some((name) => isThere(claims[name]))
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}

const profiles = new Map<string, OnBehalfOf>([
  ['user', 'resource-owner'],
  ['service', 'client'],
  ['ai_agent', 'client'],
  ['browser_app', 'client'],
  ['native_app', 'client'],
])

/** What `sub_profile` says of the subject, a word or several; `undefined` if nothing. */
export function byProfile({ sub_profile: profile }: Claims): OnBehalfOf | undefined {
  const told = new Set((said(profile) ?? '').split(' ').flatMap((word) => profiles.get(word) ?? []))
  if (told.size > 1) return 'unknown'
  return [...told][0]
}

/** Whether one of several grants, in a text or a list, is that of a client on its own behalf. (RFC 6749 §4.4) */
export function isOfClient(grants: unknown): boolean {
  return [grants]
    .flat()
    .some((grant) => grant === 'client_credentials' || grant === 'client-credentials')
}
