import { joseMiddleware, subjectOf } from './jose-by-hand.ts'
import { serveKoa } from './koa-app.ts'
import type { Listen } from './server.ts'

/** Koa with `createRemoteJWKSet` and `jwtVerify`. */
export const listen: Listen = async (place) => serveKoa([joseMiddleware(place)], subjectOf)
