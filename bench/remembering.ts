import type { ResourceServerOptions } from 'koa-resource-server'

/** Verified tokens that `resourceServer()` remembers at most, unless it is told otherwise. */
export const bound = 10_000

/** The option by which it remembers none. */
export const forgetful: Partial<ResourceServerOptions> = { maxRemembered: 0 }
