import type { Field, HttpRequest } from '../../events.ts'
import { shown } from '../shorten.ts'

let arrivals = 0

/** How the browser comes back to a client in the page, which no server but the page's own sees, and none in full. */
export function arrival({ origin, pathname, search, hash }: URL, run: number): HttpRequest {
  arrivals += 1
  const implicit = hash !== ''
  return {
    type: 'request',
    run,
    at: 0,
    exchange: -arrivals,
    from: 'resource-owner',
    to: 'client',
    method: 'GET',
    url: origin + pathname,
    headers: [],
    body: [],
    purpose: implicit
      ? 'The browser comes back with the token itself in its address: in its history, and for every script to read.'
      : 'The browser comes back to the page, with a one-time code in its address.',
    section: implicit ? 'RFC 6749 §4.2.2' : 'RFC 6749 §4.1.2',
    query: [...new URLSearchParams(implicit ? hash.slice(1) : search)].map(([name, value]) =>
      fieldOf(name, value),
    ),
  }
}

const secret = new Set(['access_token', 'id_token', 'code', 'state'])

function fieldOf(name: string, value: string): Field {
  return secret.has(name) ? shown(name, value) : { name, value }
}
