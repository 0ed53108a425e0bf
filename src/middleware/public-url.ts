import type { Rule } from '../protocol/options.ts'
import type { RequestContext } from './koa-resource-request.ts'

const baseForm = /^https?:\/\/[\w.:[\]-]+(\/[^\s?#\\]*)?$/i
const host = /^([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?$/i
const absoluteForm = /^https?:\/\/[^/?#]*/i

/** What the option `baseUrl` must be. */
export const baseUrlRule: Rule = {
  expected: 'an http or https URL without userinfo, query and fragment',
  fits: (value) => typeof value === 'string' && baseForm.test(value) && URL.canParse(value),
}

/** The URLs that clients' begin with, where only the audience tells: its origins. */
export function originsOf(audience: readonly string[]): readonly string[] {
  return audience.filter((name) => baseUrlRule.fits(name)).map((name) => new URL(name).origin)
}

/**
 * Tells by which URLs, without a query, a client may know what it requests. (RFC 9110 §7.1)
 *
 * @param bases From configuration; what a proxy says counts where the application trusts it. `Host`
 *   never does, since whoever has got hold of a proof may send any.
 */
export function publicUrls(ctx: RequestContext, bases: readonly string[]): readonly string[] {
  const path = ctx.originalUrl.replace(absoluteForm, '').replace(/[?#].*$/s, '')
  return [...bases, ...forwarded(ctx)].map((base) => base.replace(/\/$/, '') + path)
}

/** What a trusted proxy says that the client asked for; several values may be anybody's. */
function forwarded(ctx: RequestContext): readonly string[] {
  const { proxy } = ctx.app
  const name = ctx.get('X-Forwarded-Host')
  const protocol = ctx.get('X-Forwarded-Proto')
  const told = proxy && host.test(name) && /^https?$/i.test(protocol)
  return told ? [`${protocol}://${name}`] : []
}
