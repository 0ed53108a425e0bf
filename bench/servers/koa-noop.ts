import { serveKoa } from './koa-app.ts'
import { type Listen, nobody } from './server.ts'

/** Middleware that does nothing but wait for what comes after it. */
export const listen: Listen = async () =>
  serveKoa(
    [
      async (_ctx, next) => {
        await next()
      },
    ],
    () => nobody,
  )
