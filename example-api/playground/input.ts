import type { Context } from 'koa'
import * as v from 'valibot'

const name = v.pipe(v.string(), v.nonEmpty(), v.maxLength(100))

/** What the page may ask for. */
export const input = {
  nothing: v.object({}),
  run: v.object({ title: name }),
  refresh: v.object({ token: name }),
  authorizationServer: v.object({ on: v.boolean() }),
  call: v.object({
    token: name,
    method: v.picklist(['GET', 'POST']),
    path: v.pipe(v.string(), v.startsWith('/'), v.maxLength(200)),
    body: v.optional(v.record(v.string(), v.unknown())),
  }),
}

/** Gives a request's JSON object, or answers 400 with what is wrong with it. */
export function readInput<Schema extends v.GenericSchema>(
  ctx: Context,
  schema: Schema,
): v.InferOutput<Schema> {
  if (Array.isArray(ctx.request.body)) ctx.throw(400, 'The body must be a JSON object')
  const { success, output, issues } = v.safeParse(schema, ctx.request.body)
  if (success) return output
  const [{ message, path }] = issues
  const where = path?.map(({ key }) => String(key)).join('.')
  return ctx.throw(400, where === undefined ? message : `${where}: ${message}`)
}
