import type { Rule } from '../protocol/options.ts'
import type { RequestContext } from './koa-resource-request.ts'

/** A host name or address, and a port. (RFC 3986 §3.2.2, §3.2.3) */
const authority = String.raw`(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?`
const base = new RegExp(String.raw`^https?://${authority}(/[^\s?#\\]*)?$`, 'i')
const host = new RegExp(`^${authority}$`, 'i')
/** The target of a request, a path or in absolute form, and the path in it. (RFC 9112 §3.2) */
const target = new RegExp(`^(?:https?://${authority})?(/[^?#]*)?(?:[?#].*)?$`, 'is')

const dotSegment = /\/(?:\.|%2e){1,2}(?:\/|$)/i

/** What the option `baseUrl` must be. */
export const baseUrlRule: Rule = {
  expected: 'an http or https URL without userinfo, query and fragment',
  fits: (value) => typeof value === 'string' && base.test(value) && URL.canParse(value),
}

/** The URLs that clients' begin with, where only the audience tells: its origins. */
export function originsOf(audience: readonly string[]): readonly string[] {
  return audience.filter((name) => baseUrlRule.fits(name)).map((name) => new URL(name).origin)
}

/**
 * Tells by which URLs, without a query, a client may know what it requests. (RFC 9110 §7.1)
 *
 * @param bases What they begin with, without a slash at the end. `Host` never tells, since whoever has got hold of a proof may send
 *   any.
 * @param proxied Whether what a trusted proxy says counts as well.
 */
export function publicUrls(
  ctx: RequestContext,
  bases: readonly string[],
  proxied: boolean,
): readonly string[] {
  const [match, path = '/'] = target.exec(ctx.originalUrl) ?? []
  // Routers take dot segments as they are, and clients send none.
  if (match === undefined || dotSegment.test(path)) return []
  return [...bases, ...(proxied ? forwarded(ctx) : [])].map((base) => base + path)
}

/** What a trusted proxy says that the client asked for; several values may be anybody's. */
function forwarded(ctx: RequestContext): readonly string[] {
  const { proxy } = ctx.app
  const name = ctx.get('X-Forwarded-Host')
  const protocol = ctx.get('X-Forwarded-Proto')
  const told = proxy && host.test(name) && /^https?$/i.test(protocol)
  return told ? [`${protocol}://${name}`] : []
}
