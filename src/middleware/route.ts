import { type Guard, guardsAmong, unbundled } from './demand.ts'

/** What a router has of a route, or of middleware for some of its paths; as `@koa/router` has it. */
export interface Layer {
  /** None: middleware. */
  readonly methods: readonly string[]
  readonly path: string | RegExp
  readonly stack: readonly unknown[]
}

/** What `@koa/router` puts on the context. */
interface RoutedContext {
  readonly method: string
  readonly matched?: unknown
  readonly routerPath?: string | RegExp
}

/**
 * The guards that a request is still to pass on its route, after this one: those of the same layer and of
 * further middleware, up to and with the first route that is reached. None outside a router.
 */
export function guardsAhead(ctx: object, guard: object): readonly Guard[] {
  const { method, matched, routerPath } = ctx as RoutedContext
  if (!Array.isArray(matched)) return []
  const layers = matched
    .filter(isLayer)
    .filter(({ methods }) => methods.length === 0 || methods.includes(method))
  const has = ({ stack }: Layer): boolean => unbundled(stack).includes(guard)
  const here = layers.find((layer) => layer.path === routerPath && has(layer)) ?? layers.find(has)
  if (here === undefined) return []
  const all = unbundled(here.stack)
  const rest = all.slice(all.indexOf(guard) + 1)
  if (here.methods.length > 0) return guardsAmong(rest)
  const after = layers.slice(layers.indexOf(here) + 1)
  const route = after.findIndex(({ methods }) => methods.length > 0)
  const reached = after.slice(0, route + 1).flatMap(({ stack }) => stack)
  return guardsAmong([...rest, ...reached])
}

function isLayer(value: unknown): value is Layer {
  const { methods, stack } = (value ?? {}) as Partial<Layer>
  return Array.isArray(methods) && Array.isArray(stack)
}
