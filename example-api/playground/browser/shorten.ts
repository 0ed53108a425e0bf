import type { Field } from '../events.ts'

/** A token as the page shows it: its ends, and what a JWT says. */
export function shown(name: string, token: string): Field {
  const value = `${token.slice(0, 12)}…${token.slice(-6)}`
  const [header, claims] = token.split('.').slice(0, 2).map(decoded)
  const jwt = header === undefined || claims === undefined ? undefined : { header, claims }
  return { name, value, shortened: true, ...(jwt && { jwt }) }
}

/** A part of a JWT; `undefined` if it is none. (RFC 7519 §7.2) */
function decoded(part: string): object | undefined {
  try {
    const binary = atob(part.replaceAll('-', '+').replaceAll('_', '/'))
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0))
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
