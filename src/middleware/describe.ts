import type { Expression } from '../protocol/expression.ts'
import { type Demand, guardsAmong } from './demand.ts'
import type { Layer } from './route.ts'

/** A router as `@koa/router` makes it. */
export interface DescribableRouter {
  readonly stack: readonly DescribableLayer[]
  readonly exclusive?: boolean
}

export interface DescribableLayer extends Layer {
  readonly regexp: RegExp
}

/** A route and what its guards demand. */
export interface RouteDescription {
  /** `GET` stands for `HEAD` as well. */
  readonly methods: readonly string[]
  /** As the router has it, prefixes included; of a regular expression, its source. */
  readonly path: string
  /** In the order in which they are judged. */
  readonly demands: readonly Demand[]
}

/**
 * Tells what the guards of each route of a router demand, those given to `router.use` and those of nested
 * routers included; in the order of the routes.
 *
 * It knows nothing of middleware outside the router.
 *
 * @throws {TypeError} It is no router of `@koa/router`.
 */
export function describe(router: DescribableRouter): readonly RouteDescription[] {
  const { stack, exclusive = false } = (router ?? {}) as Partial<DescribableRouter>
  if (!Array.isArray(stack)) throw new TypeError('describe() takes a router of @koa/router')
  const layers = stack as readonly DescribableLayer[]
  return layers.flatMap((layer, at) => {
    const { methods, path } = layer
    if (methods.length === 0) return []
    const before = exclusive ? [] : layers.slice(0, at).filter((each) => leadsTo(each, path))
    const middlewares = [...before, layer].flatMap((each) => each.stack)
    return {
      methods: methods.filter((method) => method !== 'HEAD' || !methods.includes('GET')),
      path: typeof path === 'string' ? path : path.source,
      demands: guardsAmong(middlewares).map(({ demand }) => structuredClone(demand)),
    }
  })
}

/** Whether middleware is passed on the way to a path, whatever its parameters are. */
function leadsTo({ methods, regexp }: DescribableLayer, path: string | RegExp): boolean {
  return methods.length === 0 && examplesOf(path).some((example) => regexp.test(example))
}

/** Paths that a pattern matches: with all that is optional, and without. */
function examplesOf(path: string | RegExp): readonly string[] {
  // What a regular expression matches can't be told; that anything leads there can.
  if (typeof path !== 'string') return ['/']
  return [path.replace(/[{}]/g, ''), path.replace(/\{[^{}]*\}/g, '')].map((each) =>
    each.replace(/[:*](?:\w+|"[^"]*")/g, 'x'),
  )
}

/**
 * The scope tokens that routes demand, each once, in order; for `scopes_supported`. (RFC 9728 §2)
 */
export function scopesOf(routes: readonly RouteDescription[]): readonly string[] {
  const expressions = routes.flatMap(({ demands }) => demands.flatMap(({ scope }) => scope ?? []))
  return [...new Set(expressions.flatMap(namesIn))].toSorted()
}

/** The types of authorization details that routes demand; for `authorization_details_types_supported`. (RFC 9728 §2) */
export function authorizationDetailsTypesOf(
  routes: readonly RouteDescription[],
): readonly string[] {
  const demands = routes.flatMap((route) => route.demands)
  const types = demands.filter(({ guard }) => guard === 'requireAuthorizationDetails')
  return [...new Set(types.map(({ type }) => String(type)))].toSorted()
}

function namesIn(expression: Expression): readonly string[] {
  if (typeof expression === 'string') return [expression]
  return ('allOf' in expression ? expression.allOf : expression.anyOf).flatMap(namesIn)
}
