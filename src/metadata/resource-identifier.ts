import { parseSecureUrl } from '../tokens/secure-url.ts'

const form = /^(https?:\/\/[^\s/?#\\"@]+)([^\s#\\"]*)$/i

/**
 * Reads a resource identifier: an https URL (plain http for loopback only) without a fragment, and without
 * a slash at the end. (RFC 9728 §1.2)
 *
 * @returns It with scheme and host in lower case; `undefined` if it is none.
 */
export function readResourceIdentifier(value: unknown): string | undefined {
  const url = parseSecureUrl(value)
  const [, origin, rest] = form.exec(url === undefined ? '' : (value as string)) ?? []
  if (url === undefined || origin === undefined || rest?.endsWith('/')) return undefined
  const identifier = origin.toLowerCase() + rest
  // What a parser spells otherwise, clients that compare would take for another resource.
  const spelt = [url.href, url.href.replace(/\/(\?|$)/, '$1')]
  return spelt.includes(identifier) ? identifier : undefined
}

/** URL of a resource's metadata: the well-known path between its host and its own path. (RFC 9728 §3.1) */
export function metadataUrl(resource: string): string {
  const { origin, pathname, search } = new URL(resource)
  const path = pathname === '/' ? '' : pathname
  return `${origin}/.well-known/oauth-protected-resource${path}${search}`
}
