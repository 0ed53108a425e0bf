import { FaultyProxy } from './faulty-proxy.ts'
import type { Random } from './random.ts'
import { RestartingServer } from './restarting-server.ts'
import { type Generation, RotatingIssuer } from './rotating-issuer.ts'

export const audience = 'https://api.example.com'

/** The authorization servers, the way to them, and the tokens that there are. */
export interface World {
  readonly proxy: FaultyProxy
  readonly server: RestartingServer
  /** Publishes each key long before it signs. */
  readonly announced: RotatingIssuer
  /** Replaces its key from one moment to the next. */
  readonly sudden: RotatingIssuer
  readonly forger: Generation
  readonly stranger: Generation
  /** Generations whose key has been withdrawn for so long that nobody may still know it. */
  readonly withdrawn: Generation[]
  /** Good tokens that have been presented. */
  readonly opaque: string[]
  /** Tokens revoked for so long that nobody may still remember them as good. */
  readonly revoked: string[]
  newOpaqueToken(): string
}

export async function makeWorld(random: Random): Promise<World> {
  const proxy = new FaultyProxy(random)
  await proxy.listen()
  const origin = `http://127.0.0.1:${proxy.port}`
  const announced = new RotatingIssuer(`${origin}/announced`, audience)
  const sudden = new RotatingIssuer(`${origin}/sudden`, audience)
  const server = new RestartingServer([announced, sudden], random)
  proxy.target = await server.start()
  for (const issuer of [announced, sudden]) {
    const first = await issuer.make()
    issuer.publish(first)
    issuer.signWith(first)
  }
  const opaque: string[] = []
  return {
    proxy,
    server,
    announced,
    sudden,
    forger: await announced.make(),
    stranger: await new RotatingIssuer('https://stranger.example.com', audience).make(),
    withdrawn: [],
    opaque,
    revoked: [],
    newOpaqueToken() {
      const token = server.opaqueToken({
        aud: audience,
        sub: 'resource-owner-1',
        token_type: 'Bearer',
      })
      opaque.push(token)
      return token
    },
  }
}
