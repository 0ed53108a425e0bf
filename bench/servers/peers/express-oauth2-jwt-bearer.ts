import type { Listen } from '../server.ts'
import { serveExpress } from './express-app.ts'
import { peer } from './peer.ts'

export const listen: Listen = async ({ issuer, jwksUri, audience }) => {
  const { auth } = await peer('express-oauth2-jwt-bearer')
  const protect = auth({ issuer, jwksUri, audience, strict: true })
  return serveExpress([protect], (request) => request.auth.payload.sub)
}
