import type { Middleware } from 'koa'
import type { Expression } from '../protocol/expression.ts'
import type { AuthState } from './auth-state.ts'
import { requireRight } from './require-right.ts'

/**
 * Admits requests whose token has all of these permissions, or what `anyOf(…)` and `allOf(…)` ask of it;
 * where permissions stand in a token, the issuer's dialect says.
 *
 * @throws {TypeError} There is none, or one is no name.
 */
export function requirePermission(...permissions: readonly Expression[]): Middleware<AuthState> {
  return requireRight('requirePermission', 'permissions', permissions)
}
