import {
  type AuthState,
  jwt,
  resourceServer,
  type ResourceServerOptions,
} from 'koa-resource-server'
import { serveKoa } from './koa-app.ts'
import type { Listen, Place } from './server.ts'

/** This package, for JWTs. */
export const listen: Listen = async (place) => serveJwt(place)

/** @param others Options beside those that are needed. */
export async function serveJwt(
  { issuer, jwksUri, audience }: Place,
  others: Partial<ResourceServerOptions> = {},
): Promise<number> {
  const tokens = jwt({ issuer, jwksUri })
  const protect = resourceServer({ audience, tokens, ...others })
  await protect.ready()
  return serveKoa([protect], ({ state }) => (state as AuthState).auth.subject)
}
