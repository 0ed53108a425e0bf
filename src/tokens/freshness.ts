import type { IncomingHttpHeaders } from 'node:http'
import type { Seconds } from '../protocol/time.ts'

/** How long an answer stays fresh from now on, `undefined` where it does not say. (RFC 9111 §4.2) */
export function freshness(headers: IncomingHttpHeaders): Seconds | undefined {
  const directives = (headers['cache-control'] ?? '').toLowerCase().split(/ *, */)
  if (directives.includes('no-store') || directives.includes('no-cache')) return 0
  const maxAge = directives.map((one) => /^max-age="?(\d+)"?$/.exec(one)?.[1]).find(Boolean)
  if (maxAge === undefined) return undefined
  const age = /^\d+$/.test(headers.age ?? '') ? Number(headers.age) : 0
  return Math.max(0, Number(maxAge) - age)
}
