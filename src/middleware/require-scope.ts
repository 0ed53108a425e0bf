import type { Middleware } from 'koa'
import { InsufficientScope } from '../protocol/errors.ts'
import { anyOf, type Expression, holds, readExpression } from '../protocol/expression.ts'
import { checkScopeToken } from '../protocol/scope.ts'
import type { AuthState } from './auth-state.ts'
import { show } from '../protocol/show.ts'
import { rank } from './demand.ts'
import { guardian } from './guard.ts'

/**
 * Admits requests whose token has all of these scope tokens, or what `anyOf(…)` and `allOf(…)` ask of it.
 * (RFC 6750 §3.1)
 *
 * @throws {TypeError} There is none, or one is not a scope token.
 */
export function requireScope(...scope: readonly Expression[]): Middleware<AuthState> {
  const name = 'requireScope'
  const expression = readExpression(scope, name, (token) => checkScopeToken(token, name))
  return guardian({
    demand: { guard: name, scope: expression },
    rank: rank.scope,
    judge: ({ scopes }, { includes }) =>
      holds(expression, scopes, includes)
        ? undefined
        : (needed) => new InsufficientScope(needed, { cause: `scopes are ${show([...scopes])}` }),
  })
}

/**
 * Admits requests whose token has at least one of these scope tokens. (RFC 6750 §3.1)
 *
 * @throws {TypeError} There is none, or one is not a scope token.
 */
export function requireAnyScope(...scope: readonly Expression[]): Middleware<AuthState> {
  return requireScope(anyOf(...scope))
}
