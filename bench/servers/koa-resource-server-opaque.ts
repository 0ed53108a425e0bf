import {
  type AuthState,
  clientSecretBasic,
  introspection,
  resourceServer,
} from 'koa-resource-server'
import { serveKoa } from './koa-app.ts'
import type { Listen } from './server.ts'

/** This package, for opaque tokens. */
export const listen: Listen = async (place) => {
  const { introspectionEndpoint: endpoint, audience, clientId, clientSecret } = place
  const clientAuth = clientSecretBasic(clientId, clientSecret)
  const protect = resourceServer({ audience, tokens: introspection({ endpoint, clientAuth }) })
  return serveKoa([protect], ({ state }) => (state as AuthState).auth.subject)
}
