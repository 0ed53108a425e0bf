import type { Attributes } from '@opentelemetry/api'
import type { RequestMessage } from '../trace/messages.ts'
import { known } from './known.ts'

/**
 * Describes how a request fared, for the span of whoever serves it.
 *
 * `error.type` is that span's own: a refused request is no error of an HTTP server. (OpenTelemetry,
 * Semantic conventions for HTTP spans)
 */
export function spanAttributes(message: RequestMessage): Attributes {
  const { outcome, stage, guard, error, reason, section, scheme, issuer, client, cache } = message
  return known({
    'koa_resource_server.outcome': outcome,
    'koa_resource_server.stage': stage,
    'koa_resource_server.guard': guard,
    'koa_resource_server.error.type': error,
    'koa_resource_server.reason': reason,
    'koa_resource_server.section': section,
    'koa_resource_server.scheme': scheme,
    'koa_resource_server.issuer': issuer,
    'koa_resource_server.client': client,
    'koa_resource_server.cache.result': cache,
  })
}
