import type { Middleware } from 'koa'
import { InsufficientScope } from '../protocol/errors.ts'
import type { ResourceOwnerAuthentication } from '../protocol/identity.ts'
import { authenticated, type AuthState } from './auth-state.ts'

/**
 * Admits requests that a client makes for a resource owner, never on its own behalf; the handler
 * finds `auth.resourceOwner` defined. (RFC 9700 §4.15)
 */
export function requireResourceOwner(): Middleware<AuthState<ResourceOwnerAuthentication>> {
  return (ctx, next) => {
    const { onBehalfOf } = authenticated(ctx, 'requireResourceOwner')
    if (onBehalfOf !== 'resource-owner') {
      throw new InsufficientScope([], {
        description: 'This request needs an access token that a resource owner has granted',
      })
    }
    return next()
  }
}
