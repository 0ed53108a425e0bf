import type { Middleware } from 'koa'
import { show } from '../protocol/claims.ts'
import { InsufficientScope } from '../protocol/errors.ts'
import type { Authentication } from '../protocol/authentication.ts'
import { text } from '../protocol/options.ts'
import type { AuthState } from './auth-state.ts'
import { approves, consult, type Predicate } from './consult.ts'
import { rank } from './demand.ts'
import { guardian } from './guard.ts'
import { isStandardSchema, type StandardSchema } from './standard-schema.ts'

/** One of the things that a resource owner has granted. (RFC 9396 §2) */
export interface AuthorizationDetail {
  readonly type: string
  readonly [member: string]: unknown
}

/** `ctx.state` behind `requireAuthorizationDetails`. */
export interface AuthorizationDetailsState<Type extends string, Detail> extends AuthState {
  /** By type, those that satisfy; one at least. */
  readonly authorizationDetails: { readonly [type in Type]: readonly [Detail, ...Detail[]] }
}

/**
 * Admits requests whose token has authorization details of this type that satisfy a schema or a predicate;
 * the handler finds them in `ctx.state.authorizationDetails`, as the schema gives them. (RFC 9396 §9)
 *
 * Those of another type, and those that do not satisfy, grant nothing.
 *
 * @param test A schema by Standard Schema v1, or a predicate, which says `true`. Default: all satisfy.
 * @throws {TypeError} One of the two is wrong.
 */
export function requireAuthorizationDetails<const Type extends string, Detail>(
  type: Type,
  test: StandardSchema<Detail>,
): Middleware<AuthorizationDetailsState<Type, Detail>>
export function requireAuthorizationDetails<const Type extends string>(
  type: Type,
  test?: Predicate<AuthorizationDetail>,
): Middleware<AuthorizationDetailsState<Type, AuthorizationDetail>>
export function requireAuthorizationDetails(
  type: string,
  test: StandardSchema | Predicate<AuthorizationDetail> = () => true,
): Middleware<AuthorizationDetailsState<string, unknown>> {
  const guard = 'requireAuthorizationDetails'
  if (!text.fits(type)) throw new TypeError(`${guard} takes a type first: got ${show(type)}`)
  if (!isStandardSchema(test) && typeof test !== 'function') {
    throw new TypeError(`${guard} takes a schema by Standard Schema v1, or a function, second`)
  }
  const description = 'The access token lacks authorization details that this request needs'
  const read = reading(`${guard} ${type}`, test)
  return guardian({
    demand: { guard, type },
    rank: rank.details,
    consults: (auth) => ofType(type, auth).length > 0,
    async judge(auth) {
      const found = ofType(type, auth)
      const good = (await Promise.all(found.map(read))).flat()
      if (good.length > 0) return { authorizationDetails: { [type]: Object.freeze(good) } }
      const cause = `${show(type)}: ${found.length} of this type, none of which satisfies`
      return (scope) => new InsufficientScope(scope, { description, cause })
    },
  })
}

function ofType(type: string, { claims }: Authentication): readonly AuthorizationDetail[] {
  const { authorization_details: all = [] } = claims
  return (all as readonly AuthorizationDetail[]).filter((each) => each.type === type)
}

/** Makes a function that gives what a schema makes of a detail, in an array; an empty one where it does not satisfy. */
function reading(
  guard: string,
  test: StandardSchema | Predicate<AuthorizationDetail>,
): (detail: AuthorizationDetail) => Promise<readonly unknown[]> {
  if (!isStandardSchema(test)) {
    return async (detail) => ((await approves(guard, test, detail)) ? [detail] : [])
  }
  return async (detail) =>
    consult(guard, async () => {
      const result = await test['~standard'].validate(detail)
      if (result.issues !== undefined) return []
      if ('value' in result) return [result.value]
      throw new TypeError('the schema gave neither a value nor issues')
    })
}
