import type { Middleware } from 'koa'
import { InsufficientScope } from '../protocol/errors.ts'
import type { ClientAuthentication } from '../protocol/authentication.ts'
import type { AuthState } from './auth-state.ts'
import { rank } from './demand.ts'
import { guardian } from './guard.ts'

/**
 * Admits requests that a client makes on its own behalf, never for a resource owner, whatever scope one
 * has granted. (RFC 6749 §1.3.4)
 */
export function requireClientItself(): Middleware<AuthState<ClientAuthentication>> {
  const description = 'This request needs an access token that a client got on its own behalf'
  return guardian({
    demand: { guard: 'requireClientItself' },
    rank: rank.right,
    judge: ({ onBehalfOf }) =>
      onBehalfOf === 'client' ? undefined : () => new InsufficientScope([], { description }),
  })
}
