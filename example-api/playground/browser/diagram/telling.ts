import type { Field } from '../../events.ts'

/** The parameters and headers that tell most, the most telling ones first. */
const tellers: Readonly<Record<string, string>> = {
  'www-authenticate': 'WWW-Authenticate',
  error: 'error',
  access_token: 'access_token',
  refresh_token: 'refresh_token',
  active: 'active',
  grant_type: 'grant_type',
  code: 'code',
  code_verifier: 'code_verifier',
  response_type: 'response_type',
  code_challenge: 'code_challenge',
  password: 'password',
  decision: 'decision',
  authorization: 'Authorization',
  dpop: 'DPoP proof',
}

/** What the header Authorization carries, by its scheme. */
const credentials: Readonly<Record<string, string>> = {
  Basic: 'the client’s secret',
  Bearer: 'Bearer token',
  DPoP: 'DPoP token',
}

/** Those whose value says more than the name. */
const spoken = new Set(['decision', 'error', 'grant_type'])

/** Those that need both. */
const named = new Set(['active', 'response_type'])

/** The one or two things that tell most of a message, if there is room for them. */
export function telling(fields: readonly Field[], room: number): string {
  const all = Object.entries(tellers).flatMap(([key, word]) => {
    const field = fields.find(({ name }) => name.toLowerCase() === key)
    if (field === undefined) return []
    if (key === 'authorization') return [credentials[field.value.split(' ')[0]!] ?? word]
    if (named.has(key)) return [`${key}=${field.value}`]
    return [spoken.has(key) ? field.value : word]
  })
  const [first = '', second] = [...new Set(all)]
  const both = `${first}, ${second}`
  return second === undefined || both.length > room ? first : both
}
