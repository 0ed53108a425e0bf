import { forgetful } from '../remembering.ts'
import { serveJwt } from './koa-resource-server.ts'
import type { Listen } from './server.ts'

/** This package, for JWTs, told to remember none. */
export const listen: Listen = async (place) => serveJwt(place, forgetful)
