import type { Middleware } from 'koa'
import { InsufficientScope } from '../protocol/errors.ts'
import type { ResourceOwnerAuthentication } from '../protocol/authentication.ts'
import type { AuthState } from './auth-state.ts'
import { rank, type Refusal } from './demand.ts'
import { guardian } from './guard.ts'

/** Refuses a client that acts on its own behalf: no scope helps it. */
export const noResourceOwner: Refusal = () =>
  new InsufficientScope([], {
    description: 'This request needs an access token that a resource owner has granted',
  })

/**
 * Admits requests that a client makes for a resource owner, never on its own behalf; the handler
 * finds `auth.resourceOwner` defined. (RFC 9700 §4.15)
 */
export function requireResourceOwner(): Middleware<AuthState<ResourceOwnerAuthentication>> {
  return guardian({
    demand: { guard: 'requireResourceOwner' },
    rank: rank.right,
    judge: ({ onBehalfOf }) => (onBehalfOf === 'resource-owner' ? undefined : noResourceOwner),
  })
}
