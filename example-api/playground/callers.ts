import type { IncomingMessage } from 'node:http'
import type { Role } from './events.ts'

/** Who calls the authorization server at these paths; at all others it may be anybody. */
const byPath: readonly (readonly [path: RegExp, from: Role])[] = [
  [/^\/(auth|interaction)(\/|$)/, 'resource-owner'],
  [/^\/token\/introspection$/, 'resource-server'],
  [/^\/token(\/revocation)?$/, 'client'],
]

/** Tells which role has sent a request: the resource owner by way of the browser. (RFC 6749 §1.1) */
export function callerOf(to: Role, path: string, { headers }: IncomingMessage): Role {
  if (to === 'resource-server') return 'client'
  if (to === 'client') return 'resource-owner'
  const found = byPath.find(([pattern]) => pattern.test(path))
  if (found !== undefined) return found[1]
  // What the API fetches it fetches by Node.js, which has no other name for itself.
  const { 'user-agent': agent = 'node' } = headers
  return agent === 'node' ? 'resource-server' : 'client'
}
