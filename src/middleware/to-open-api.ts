import { allOf, type Expression } from '../protocol/expression.ts'
import * as rule from '../protocol/options.ts'
import { type RouteDescription, scopesOf } from './describe.ts'

export interface OpenApiOptions {
  /** Name of the security scheme. Default: `accessToken`. */
  readonly name?: string
  /** URL of the authorization server's OpenID Connect metadata, where it has that. */
  readonly openIdConnectUrl?: string
  /** The flows of OAuth by which clients get tokens, without `scopes`. (OpenAPI 3.1 §4.8.28) Default: the scheme is plain `bearer`. */
  readonly flows?: { readonly [flow: string]: { readonly [member: string]: unknown } }
  /** Whether requests without credentials pass where there is no guard, as in `resourceServer`. Default: false. */
  readonly anonymous?: boolean
}

/** As much of an OpenAPI 3.1 document as tells what clients need; to be merged into the rest. */
export interface OpenApiFragment {
  readonly components: { readonly securitySchemes: { readonly [name: string]: object } }
  readonly paths: { readonly [path: string]: { readonly [method: string]: SecuredOperation } }
}

interface SecuredOperation {
  /** Alternatives, each the scopes that are needed together. */
  readonly security: readonly { readonly [name: string]: readonly string[] }[]
}

/** (OpenAPI 3.1 §4.8.9) */
const operations = new Set(['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH', 'TRACE'])

/** Alternatives of one route above which it can't be told in OpenAPI. */
const most = 100

/**
 * Writes a description as `securitySchemes` and `security` of OpenAPI 3.1, scopes with their alternatives;
 * what else guards demand has no place there. Paths that are regular expressions are left out.
 *
 * @throws {TypeError} An option is wrong, or a route has more than 100 alternatives.
 */
export function toOpenApi(
  routes: readonly RouteDescription[],
  options: OpenApiOptions = {},
): OpenApiFragment {
  rule.checkOptions('toOpenApi', options, {
    name: rule.text,
    openIdConnectUrl: rule.text,
    flows: rule.record,
    anonymous: rule.truth,
  })
  const { name = 'accessToken', anonymous = false } = options
  const paths: Record<string, Record<string, SecuredOperation>> = {}
  for (const { methods, path, demands } of routes) {
    if (!path.startsWith('/')) continue
    const scopes = alternatives(allOf(...demands.flatMap(({ scope }) => scope ?? [])))
    if (scopes.length > most) {
      throw new TypeError(`toOpenApi(): ${path} has more than ${most} alternatives`)
    }
    const open = anonymous && demands.length === 0
    const security = open ? [] : scopes.map((tokens) => ({ [name]: tokens }))
    for (const template of templates(path)) {
      for (const method of methods.filter((each) => operations.has(each))) {
        // Of two routes for one request the first is reached first.
        const operation = (paths[template] ??= {})
        operation[method.toLowerCase()] ??= { security }
      }
    }
  }
  return { components: { securitySchemes: { [name]: schemeOf(options, routes) } }, paths }
}

function schemeOf(
  { openIdConnectUrl, flows }: OpenApiOptions,
  routes: readonly RouteDescription[],
): object {
  if (openIdConnectUrl !== undefined) return { type: 'openIdConnect', openIdConnectUrl }
  if (flows === undefined) return { type: 'http', scheme: 'bearer' }
  const scopes = Object.fromEntries(scopesOf(routes).map((token) => [token, '']))
  const scoped = Object.entries(flows).map(([flow, members]) => [flow, { scopes, ...members }])
  return { type: 'oauth2', flows: Object.fromEntries(scoped) as object }
}

/** All sets of names that suffice. */
function alternatives(expression: Expression): readonly (readonly string[])[] {
  if (typeof expression === 'string') return [[expression]]
  if ('anyOf' in expression) return expression.anyOf.flatMap(alternatives)
  return expression.allOf.reduce<readonly (readonly string[])[]>(
    (sofar, each) =>
      // Enough to be too many.
      sofar.length > most
        ? sofar
        : sofar.flatMap((some) =>
            alternatives(each).map((more) =>
              some.concat(more.filter((name) => !some.includes(name))),
            ),
          ),
    [[]],
  )
}

/** `/orders/:id{/items}` is `/orders/{id}/items` and `/orders/{id}`. */
function templates(path: string): readonly string[] {
  const both = [path.replace(/[{}]/g, ''), path.replace(/\{[^{}]*\}/g, '')]
  return [...new Set(both.map((each) => each.replace(/[:*](?:"([^"]*)"|(\w+))/g, '{$1$2}') || '/'))]
}
