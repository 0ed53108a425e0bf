import type { Context, Middleware } from 'koa'
import type { ResourceDescription } from '../middleware/resource-description.ts'
import { DescribedResource } from './described-resource.ts'
import type { ResourceMetadataOptions } from './resource-metadata-options.ts'

export type { ResourceMetadataOptions, SignedMetadataOptions } from './resource-metadata-options.ts'

/**
 * Describes a resource to clients, or several: given to `resourceServer()` as `metadata`, it serves the
 * document of each at its well-known path, and each challenge names the one of what was requested: the
 * one whose path leads furthest, or the only one. (RFC 9728)
 *
 * Members that follow from what the resource server accepts are not given: the document has them of
 * itself. It is Koa middleware, too, for where requests for the well-known path do not get as far as the
 * resource server: one that is mounted under a path, or in a router.
 *
 * @throws {TypeError} An option is wrong.
 */
export function resourceMetadata(
  ...resources: readonly [ResourceMetadataOptions, ...ResourceMetadataOptions[]]
): ResourceDescription {
  const described = resources.map((options) => new DescribedResource(options))
  const byPath = new Map(described.map((one) => [targetOf(one.url), one]))
  if (described.length === 0) throw new TypeError('resourceMetadata() takes one resource or more')
  if (byPath.size < described.length) {
    throw new TypeError('resourceMetadata(): two resources have the same path')
  }
  // The longest path first.
  const byReach = described
    .map(({ identifier, url }) => ({ path: pathOf(identifier), target: targetOf(identifier), url }))
    .toSorted((one, other) => other.path.length - one.path.length)

  const middleware: Middleware = async (ctx, next) => {
    const asked = byPath.get(targetOf(ctx.originalUrl))
    if (asked === undefined) await next()
    else answer(ctx, asked)
  }
  return Object.assign(middleware, {
    describe: (server: Parameters<ResourceDescription['describe']>[0]) => {
      for (const one of described) one.describe(server)
    },
    urlFor: (targets: readonly string[]) => {
      if (described.length === 1) return described[0]!.url
      const asked = new Set(targets.map(targetOf))
      const paths = targets.map(pathOf)
      const exact = byReach.find(({ target }) => asked.has(target))
      const reaching = byReach.find(
        ({ path, target }) => !target.includes('?') && paths.some((one) => one.startsWith(path)),
      )
      return (exact ?? reaching)?.url
    },
  })
}

/** (RFC 9728 §3.1, Fetch §3.2.2) */
function answer(ctx: Context, resource: DescribedResource): void {
  ctx.set('Access-Control-Allow-Origin', '*')
  if (ctx.method === 'GET' || ctx.method === 'HEAD') {
    const document = resource.document()
    ctx.set({ 'Content-Type': 'application/json', 'Cache-Control': 'public, max-age=300' })
    ctx.body = document
    return
  }
  ctx.status = ctx.method === 'OPTIONS' ? 204 : 405
  ctx.set({
    Allow: 'GET, HEAD, OPTIONS',
    'Access-Control-Allow-Methods': 'GET, HEAD',
    'Access-Control-Allow-Headers': '*',
  })
}

/** The path and the query of a URL, as in the target of a request. */
function targetOf(url: string): string {
  return url.replace(/^https?:\/\/[^/?#]*/i, '')
}

/** The path of a URL, with a slash at the end. */
function pathOf(url: string): string {
  return targetOf(url).replace(/\/?([?#].*)?$/s, '/')
}
