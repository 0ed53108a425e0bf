import type { Attributes } from '@opentelemetry/api'
import type { ExchangeMessage } from '../trace/messages.ts'
import { known } from './known.ts'

/**
 * Describes a call to an authorization server as HTTP clients do. (OpenTelemetry, Semantic conventions
 * for HTTP metrics)
 */
export function exchangeAttributes({ url, method, outcome, status }: ExchangeMessage): Attributes {
  const { protocol, hostname, port } = new URL(url)
  return known({
    'http.request.method': method,
    // An IPv6 address stands in brackets in a URL alone.
    'server.address': hostname.replace(/^\[|\]$/g, ''),
    'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
    'http.response.status_code': status,
    'error.type': outcome === 'failed' ? 'no_answer' : failureOf(status),
  })
}

function failureOf(status = 0): string | undefined {
  return status >= 400 ? String(status) : undefined
}
