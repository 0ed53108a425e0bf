import { serveKoa } from './koa-app.ts'
import { type Listen, nobody } from './server.ts'

/** Koa and the handler. */
export const listen: Listen = async () => serveKoa([], () => nobody)
