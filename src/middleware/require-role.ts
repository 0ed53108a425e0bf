import type { Middleware } from 'koa'
import type { Expression } from '../protocol/expression.ts'
import type { AuthState } from './auth-state.ts'
import { requireRight } from './require-right.ts'

/**
 * Admits requests whose token has all of these roles, or what `anyOf(…)` and `allOf(…)` ask of it; where
 * roles stand in a token, the issuer's dialect says. (RFC 9068 §2.2.3.1)
 *
 * @throws {TypeError} There is none, or one is no name.
 */
export function requireRole(...roles: readonly Expression[]): Middleware<AuthState> {
  return requireRight('requireRole', 'roles', roles)
}
