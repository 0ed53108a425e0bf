import { type AuthState, jwt, resourceServer } from 'koa-resource-server'
import { serveKoa } from './koa-app.ts'
import type { Listen } from './server.ts'

/** This package, for JWTs. */
export const listen: Listen = async ({ issuer, jwksUri, audience }, setting) => {
  const tokens = jwt({ issuer, jwksUri, ...setting.jwt })
  const protect = resourceServer({ audience, tokens })
  await protect.ready()
  return serveKoa([protect], ({ state }) => (state as AuthState).auth.subject)
}
