import type { Claims } from '../protocol/dialect.ts'
import { issuerUrl, list, members } from './arguments.ts'
import { said } from './on-behalf-of.ts'
import { anyJwt, type Vendor } from './vendor.ts'

export interface SpringAuthorizationServerOptions {
  /** All of its clients that call this API: its JWTs name the client in `aud` alone. Default: nothing tells who acts. */
  readonly clientIds?: readonly string[]
}

/**
 * Spring Authorization Server, as it is or with an audience that a token customizer sets.
 *
 * Source: spring-projects/spring-authorization-server token/JwtGenerator.java.
 *
 * @throws {TypeError} An argument is wrong.
 */
export function springAuthorizationServer(
  issuer: string,
  options: SpringAuthorizationServerOptions = {},
): Vendor {
  const factory = 'springAuthorizationServer'
  const { clientIds = [] } = members(factory, options, ['clientIds'])
  if (options.clientIds !== undefined) list(factory, 'clientIds', clientIds, 'clients of this API')
  return {
    issuer: issuerUrl(factory, issuer, "'https://as.example.com'"),
    dialect: {
      ...anyJwt,
      // Its ID tokens have these.
      kind: { azp: [undefined], sid: [undefined], auth_time: [undefined] },
      tolerates: ['scope is an array'],
      clientId({ client_id: id, aud }: Claims) {
        const [only, another] = [aud].flat()
        const isClient = another === undefined && clientIds.includes(only as string)
        return said(id) ?? (isClient ? (only as string) : undefined)
      },
      onBehalfOf({ sub }, clientId) {
        const name = said(sub)
        if (name === undefined) return 'unknown'
        if (name === clientId || clientIds.includes(name)) return 'client'
        return clientId === undefined ? 'unknown' : 'resource-owner'
      },
      advice: {
        aud: 'it is the client unless an OAuth2TokenCustomizer sets another: list the clients of this API as audience',
      },
    },
  }
}
