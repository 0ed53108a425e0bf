import type { Rule } from '../protocol/options.ts'

const loopback = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** Reads a URL to send credentials to and take keys from: https, or plain http to this machine itself. */
export function parseSecureUrl(value: unknown): URL | undefined {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined
  if (url === undefined || url.username || url.password || url.href.includes('#')) return undefined
  const local = url.protocol === 'http:' && loopback.test(url.hostname)
  return url.protocol === 'https:' || local ? url : undefined
}

export const secureUrl: Rule = {
  expected: 'an https URL without a fragment (plain http for loopback only)',
  fits: (value) => parseSecureUrl(value) !== undefined,
}

const issuerForm = /^https?:\/\/[^\s/\\?][^\s\\?]*$/i

/** An issuer identifier: such a URL, without a query either. (RFC 8414 §2) */
export const issuerIdentifier: Rule = {
  expected:
    'an https URL (plain http for loopback only), as in the tokens’ "iss": no query, no fragment, not the metadata’s own',
  fits: (value) =>
    parseSecureUrl(value) !== undefined &&
    issuerForm.test(value as string) &&
    !(value as string).includes('/.well-known/'),
}
