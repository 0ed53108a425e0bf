import * as fc from 'fast-check'

/** What an authorization server may answer. */
export interface Reply {
  readonly status: number
  readonly body: string | Uint8Array
  readonly headers: Readonly<Record<string, string>>
}

/** A `fetch` that answers so, without a network. */
export function replying(
  reply: (url: string, form: URLSearchParams) => Reply | undefined,
): typeof fetch {
  return async (input, init) => {
    const { status, body, headers } = reply(
      input as string,
      new URLSearchParams((init?.body ?? '') as string),
    ) ?? { status: 404, body: '', headers: {} }
    const bodiless = status === 204 || status === 304
    return new Response(bodiless ? null : body, { status, headers })
  }
}

export function ok(document: unknown): Reply {
  const body = typeof document === 'string' ? document : JSON.stringify(document)
  return { status: 200, body, headers: { 'Content-Type': 'application/json' } }
}

const json = fc.jsonValue({ maxDepth: 2 })
const plain = (body: string | Uint8Array): Reply => ({ status: 200, headers: {}, body })

/** Answers that say nothing, whatever was asked. */
export const useless: fc.Arbitrary<Reply> = fc.oneof(
  fc
    .constantFrom(201, 204, 301, 302, 304, 400, 401, 403, 404, 418, 429, 500, 502, 503, 504)
    .chain((status) =>
      fc
        .tuple(
          json,
          fc.constantFrom('', '0', '7', '99999999', '-1', 'soon', 'Fri, 31 Dec 1999 23:59:59 GMT'),
        )
        .map(([value, retryAfter]) => ({
          status,
          body: JSON.stringify(value),
          headers: { Location: 'http://127.0.0.1:1/', 'Retry-After': retryAfter },
        })),
    ),
  json
    .filter((value) => typeof value !== 'object' || value === null || Array.isArray(value))
    .map((value) => ok(value)),
  fc
    .string()
    .filter((text) => !text.trim().startsWith('{'))
    .map((body) => plain(body)),
  fc
    .uint8Array()
    .filter(([first]) => first !== 0x7b)
    .map((body) => plain(body)),
  fc.constantFrom<Reply>(
    plain(''),
    plain('{'),
    plain('{"a":'.repeat(5000)),
    plain(`{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`),
    plain(Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])),
    plain(' '.repeat(1_048_577)),
    { status: 200, body: '{}', headers: { 'Content-Encoding': 'gzip' } },
  ),
)

/** Header fields that may come with any answer. */
export const anyHeaders: fc.Arbitrary<Readonly<Record<string, string>>> = fc.constantFrom(
  {},
  { 'Content-Type': 'text/html; charset=iso-8859-1' },
  { 'Cache-Control': 'max-age=99999999999999999999, private' },
  { 'Cache-Control': 'no-store, max-age=-1' },
  { 'Cache-Control': 'MAX-AGE="5"', Age: '1e9' },
  { ETag: '"\u00e9', Age: '-4' },
  { 'WWW-Authenticate': 'Bearer error="x"', 'Set-Cookie': 'a=b' },
)
