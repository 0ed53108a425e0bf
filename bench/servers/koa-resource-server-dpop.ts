import { dpop } from 'koa-resource-server/dpop'
import { serveJwt } from './koa-resource-server.ts'
import type { Listen } from './server.ts'

/** This package, for JWTs that are bound to a key. */
export const listen: Listen = async (place) =>
  serveJwt(place, { confirmation: dpop(), senderConstrained: true })
