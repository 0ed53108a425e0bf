import { serveKoa } from '../koa-app.ts'
import type { Listen } from '../server.ts'
import { peer } from './peer.ts'

export const listen: Listen = async ({ issuer, jwksUri, audience }) => {
  const { default: passport } = await peer('koa-passport')
  const { ExtractJwt, Strategy } = await peer('passport-jwt')
  const { passportJwtSecret } = await peer('jwks-rsa')
  const options = {
    secretOrKeyProvider: passportJwtSecret({ jwksUri, cache: true }),
    jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
    issuer,
    audience,
    algorithms: ['RS256'],
  }
  passport.use(new Strategy(options, (claims: any, done: any) => done(null, claims)))
  const protect = passport.authenticate('jwt', { session: false })
  return serveKoa([passport.initialize(), protect], ({ state }) => state.user.sub)
}
