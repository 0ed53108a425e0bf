import { type AuthState, jwt, resourceServer } from 'koa-resource-server'
import { dpop } from 'koa-resource-server/dpop'
import { serveKoa } from './koa-app.ts'
import type { Listen } from './server.ts'

/** This package, for JWTs that are bound to a key. */
export const listen: Listen = async ({ issuer, jwksUri, audience }, setting) => {
  const tokens = jwt({ issuer, jwksUri, ...setting.jwt })
  const confirmation = dpop({ ...setting.dpop })
  const protect = resourceServer({ audience, tokens, confirmation, senderConstrained: true })
  await protect.ready()
  return serveKoa([protect], ({ state }) => (state as AuthState).auth.subject)
}
