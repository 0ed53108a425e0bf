import type { Middleware } from 'koa'
import { InsufficientScope } from '../protocol/errors.ts'
import { checkScopeTokens } from '../protocol/scope.ts'
import { authenticated, type AuthState } from './auth-state.ts'

/**
 * Admits requests whose token has all of these scope tokens. (RFC 6750 §3.1)
 *
 * @throws {TypeError} There is none, or one is not a scope token.
 */
export function requireScope(...tokens: readonly string[]): Middleware<AuthState> {
  return guard('requireScope', tokens, (scopes) => tokens.every((token) => scopes.has(token)))
}

/**
 * Admits requests whose token has at least one of these scope tokens. (RFC 6750 §3.1)
 *
 * @throws {TypeError} There is none, or one is not a scope token.
 */
export function requireAnyScope(...tokens: readonly string[]): Middleware<AuthState> {
  return guard('requireAnyScope', tokens, (scopes) => tokens.some((token) => scopes.has(token)))
}

function guard(
  name: string,
  tokens: readonly string[],
  suffices: (scopes: ReadonlySet<string>) => boolean,
): Middleware<AuthState> {
  const scope = checkScopeTokens(tokens, name)
  return (ctx, next) => {
    const { scopes } = authenticated(ctx, name, { scope })
    if (!suffices(scopes)) throw new InsufficientScope(scope)
    return next()
  }
}
