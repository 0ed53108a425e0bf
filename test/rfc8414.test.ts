import type { IncomingMessage, ServerResponse } from 'node:http'
import { Agent, createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import test, { type ExecutionContext } from 'ava'
import nock from 'nock'
import {
  AuthorizationServerUnavailable,
  jwt,
  type JwtOptions,
  memoryStore,
  resourceServer,
  type Store,
} from 'koa-resource-server'
import { type Api, audience, issuing, protect, until } from './kit.ts'
import {
  held,
  type Host,
  impatient,
  isOutage,
  keySet,
  newKey,
  oauth,
  openid,
  publish,
  type Reply,
  respond,
  sendUntil,
  toldOperator,
  untilStatus,
} from './publish.ts'
import { tls } from './tls.ts'

const key = newKey('a')
/** A key of somebody else, under the same name. */
const evilKey = newKey('a')

/** An API that takes the tokens of an issuer. */
async function protectBy(
  t: ExecutionContext,
  issuer: string,
  options: Partial<JwtOptions> = {},
): Promise<Api> {
  return protect(t, { tokens: jwt({ issuer, timeout: 30, ...options }) })
}

// Where the metadata are

test('RS-81, RS-93 §3, §5: an issuer is all that is needed: its metadata are found by RFC 8414, else by OpenID Connect', async (t) => {
  const cases: readonly (readonly [string, string, string, readonly string[]])[] = [
    ['plain', '', oauth, [oauth]],
    ['plain-openid', '', openid, [oauth, openid]],
    ['slash', '/', oauth, [oauth]],
    ['slash-openid', '/', openid, [oauth, openid]],
    ['path', '/a/b', `${oauth}/a/b`, [`${oauth}/a/b`]],
    ['path-openid', '/a/b', `/a/b${openid}`, [`${oauth}/a/b`, `/a/b${openid}`]],
    ['path-slash', '/a/', `${oauth}/a`, [`${oauth}/a`]],
    ['path-slash-openid', '/a/', `/a${openid}`, [`${oauth}/a`, `/a${openid}`]],
    ['escaped', '/a%20b', `${oauth}/a%20b`, [`${oauth}/a%20b`]],
  ]
  for (const [name, path, documentPath, paths] of cases) {
    const origin = `https://rs81-${name}.example.com`
    const issuer = origin + path
    const asked: string[] = []
    nock(origin)
      .persist()
      .get(/.*/)
      .reply((uri) => {
        asked.push(uri)
        if (uri === '/jwks') return [200, keySet(key)]
        return uri === documentPath ? [200, { issuer, jwks_uri: `${origin}/jwks` }] : [404]
      })
    const { send } = await protectBy(t, issuer)
    for (let i = 0; i < 3; i++) t.is((await send(key.token(issuer))).status, 200, name)
    t.deepEqual(asked, [...paths, '/jwks'], name)
    const other = path.endsWith('/') ? issuer.slice(0, -1) : `${issuer}/`
    t.is((await send(key.token(other))).status, 401, 'a slash makes it another issuer')
  }
})

test('RS-81 §3: what is wrong with the one document is no matter where the other is right', async (t) => {
  const wrong: Readonly<Record<string, (url: string) => Reply>> = {
    missing: () => respond(404),
    failing: () => respond(500),
    HTML: () => respond(200, '<!doctype html>'),
    'of another issuer': (url) => ({ issuer: `${url}/`, jwks_uri: `${url}/other` }),
    'without jwks_uri': (url) => ({ issuer: url, token_endpoint: `${url}/token` }),
    'without a usable jwks_uri': (url) => ({ issuer: url, jwks_uri: 'http://as.example.com/jwks' }),
  }
  for (const [title, make] of Object.entries(wrong)) {
    const host = await publish(t, key)
    host.replies[openid] = host.replies[oauth]!
    host.replies[oauth] = make(host.url)
    const { send } = await protectBy(t, host.url)
    t.is((await send(key.token(host.url))).status, 200, title)
    t.is(host.count('/other'), 0, title)
  }
})

test('RS-82 §2: an issuer is an https URL without query and fragment; plain http is for loopback', (t) => {
  const wrong = [
    'http://as.example.com',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'http://10.0.0.1',
    'https://as.example.com?a=b',
    'https://as.example.com/?',
    'https://as.example.com#a',
    'https://as.example.com/#',
    'https://user@as.example.com',
    'https://user:secret@as.example.com',
    'as.example.com',
    '//as.example.com',
    'file:///etc/passwd',
    'https://',
    '',
    undefined,
    null,
    7,
    ['https://as.example.com'],
  ]
  for (const issuer of wrong) {
    const options = { issuer } as JwtOptions
    t.throws(() => jwt(options), { instanceOf: TypeError, message: /issuer must be / })
  }
  for (const issuer of ['https://a.example', 'https://a.example:8443/b/', 'http://localhost:80']) {
    t.notThrows(() => jwt({ issuer }))
  }
})

test('RS-84 §2: a jwksUri is an https URL, too', (t) => {
  const issuer = 'https://as.example.com'
  for (const jwksUri of ['http://as.example.com/jwks', '/jwks', `${issuer}/jwks#a`, '', 7]) {
    const options = { issuer, jwksUri } as JwtOptions
    t.throws(() => jwt(options), { instanceOf: TypeError, message: /jwksUri must be an https URL/ })
  }
  const both = { issuer, jwksUri: `${issuer}/jwks`, jwks: keySet(key) }
  t.throws(() => jwt(both), { instanceOf: TypeError, message: /exclude each other/ })
  t.notThrows(() => jwt({ issuer, jwksUri: `${issuer}/jwks?tenant=1` }))
})

// What the metadata say

type Make = (url: string, evil: string) => Reply

const text = (url: string, more = ''): string =>
  `{"issuer":"${url}","jwks_uri":"${url}/jwks"${more}}`
const nested = (depth: number): string => `,"x":${'['.repeat(depth)}${']'.repeat(depth)}`

/** Documents that are not to be believed, and what the operator is told of each. */
const hostile: readonly (readonly [title: string, document: Make, told: RegExp])[] = [
  ...(
    [
      ['another issuer', (_, evil) => ({ issuer: evil, jwks_uri: `${evil}/jwks` })],
      ['another issuer, our keys', (url, evil) => ({ issuer: evil, jwks_uri: `${url}/jwks` })],
      ['a slash more', (url) => ({ issuer: `${url}/`, jwks_uri: `${url}/jwks` })],
      ['a path more', (url) => ({ issuer: `${url}/a`, jwks_uri: `${url}/jwks` })],
      ['capitals', (url) => ({ issuer: url.toUpperCase(), jwks_uri: `${url}/jwks` })],
      ['a space more', (url) => ({ issuer: `${url} `, jwks_uri: `${url}/jwks` })],
      ['no issuer', (url) => ({ jwks_uri: `${url}/jwks` })],
      ['an issuer in an array', (url) => ({ issuer: [url], jwks_uri: `${url}/jwks` })],
      ['an issuer of null', (url) => ({ issuer: null, jwks_uri: `${url}/jwks` })],
      [
        'an issuer by way of the prototype',
        (url) => respond(200, `{"__proto__":${text(url)},"jwks_uri":"${url}/jwks"}`),
      ],
      ['ours, then theirs', (url, evil) => respond(200, text(url, `,"issuer":"${evil}"`))],
    ] satisfies [string, Make][]
  ).map(([title, document]) => [title, document, /with the document of another issuer/] as const),
  ...[
    undefined,
    null,
    7,
    true,
    [],
    {},
    ['https://as.example.com/jwks'],
    '',
    '/jwks',
    'jwks',
    'http://as.example.com/jwks',
    'http://127.0.0.1.example.com/jwks',
    'http://10.0.0.1/jwks',
    'ftp://127.0.0.1/jwks',
    'file:///etc/passwd',
    'javascript:0',
    'data:application/json,{}',
    'https://user:secret@as.example.com/jwks',
    'https://as.example.com/jwks#a',
  ].map(
    (jwks_uri) =>
      [
        `jwks_uri ${JSON.stringify(jwks_uri)}`,
        (url: string) => ({ issuer: url, jwks_uri }),
        /without a usable jwks_uri/,
      ] as const,
  ),
  ...(
    [
      ['an array', (url) => respond(200, `[${text(url)}]`)],
      ['null', () => respond(200, 'null')],
      ['a string', (url) => respond(200, JSON.stringify(text(url)))],
      ['nothing', () => respond(200)],
      ['HTML', () => respond(200, '<!doctype html>', { 'Content-Type': 'text/html' })],
      ['a byte order mark', (url) => respond(200, `\uFEFF${text(url)}`)],
      ['UTF-16', (url) => respond(200, Buffer.from(text(url), 'utf16le'))],
      ['Latin-1', (url) => respond(200, Buffer.from(text(url, ',"x":"é"'), 'latin1'))],
      ['truncated', (url) => respond(200, text(url).slice(0, -1))],
      ['nested deeply', (url) => respond(200, text(url, nested(99)))],
      ['nested very deeply', (url) => respond(200, text(url, nested(400_000)))],
    ] satisfies [string, Make][]
  ).map(([title, document]) => [title, document, /answered 200 without a JSON object/] as const),
  ...[301, 302, 303, 307, 308].map(
    (status) =>
      [
        `a redirect, ${status}`,
        (_: string, evil: string) => respond(status, '', { Location: `${evil}${oauth}` }),
        new RegExp(`answered ${status}`),
      ] as const,
  ),
  ...[201, 202, 206, 400, 401, 403, 429, 500, 502, 503].map(
    (status) =>
      [
        String(status),
        (url: string) => respond(status, text(url)),
        new RegExp(`answered ${status}`),
      ] as const,
  ),
  ['204', () => respond(204), /answered 204/],
  ['304, unasked', () => respond(304), /answered 304/],
  ['2 MB', (url) => respond(200, text(url, `,"x":"${'x'.repeat(2e6)}"`)), /larger than 1048576/],
  [
    'gzip',
    (url) => respond(200, gzipSync(text(url)), { 'Content-Encoding': 'gzip' }),
    /content encoding/,
  ],
  [
    'a thousand encodings',
    (url) => respond(200, text(url), { 'Content-Encoding': `${'gzip, '.repeat(999)}gzip` }),
    /content encoding/,
  ],
  [
    'a connection that breaks',
    () => (request: IncomingMessage) => request.socket.resetAndDestroy(),
    /ECONNRESET|socket hang up/,
  ],
  [
    'an answer that is cut short',
    () => (_: IncomingMessage, response: ServerResponse) => {
      response.writeHead(200, { 'Content-Length': 999 }).write('{', () => response.destroy())
    },
    /ECONNRESET|aborted|cut short|socket hang up/,
  ],
  [
    'what is not HTTP',
    () => (request: IncomingMessage) => void request.socket.end('SSH-2.0-OpenSSH_9.9\r\n'),
    /Parse Error/,
  ],
  [
    'an endless drip',
    () => (_: IncomingMessage, response: ServerResponse) => {
      const timer = setInterval(() => response.write(' '), 10)
      response.on('close', () => clearInterval(timer))
    },
    /no whole answer before the deadline|did not come within/,
  ],
  [
    'endless silence',
    () => () => undefined,
    /no whole answer before the deadline|did not come within/,
  ],
]
const endless = /^(an )?endless/

test.serial(
  'RS-83, RS-84, RS-91 §3.3: documents that are not to be believed give 503, never a verdict; the operator is told why; and a good one is believed after that',
  async (t) => {
    const evil = await publish(t, evilKey)
    for (const [title, make, told] of hostile) {
      const host = await publish(t, key)
      const good = host.replies[oauth]!
      host.replies[oauth] = make(host.url, evil.url)
      const timeout = endless.test(title) ? 0.3 : 30
      const api = await protectBy(t, host.url, { timeout, ...impatient })
      isOutage(t, await api.send(key.token(host.url)), title)
      t.regex(toldOperator(api), told, title)
      t.regex(toldOperator(api), new RegExp(host.url), title)
      isOutage(t, await api.send(evilKey.token(host.url)), title)
      t.is(host.count('/jwks'), 0, title)
      host.replies[oauth] = good
      await untilStatus(api, key.token(host.url), 200)
      t.is((await api.send(evilKey.token(host.url))).status, 401, title)
      const kinds = new Set(api.errors.map(({ name }) => name))
      t.deepEqual([...kinds], ['AuthorizationServerUnavailable', 'InvalidToken'], title)
    }
    t.deepEqual(evil.asked, [], 'nobody went where they point')
  },
)

test('RS-84 §2: metadata that came by https lead to https, not even to plain http on loopback', async (t) => {
  const host = await publish(t, key)
  const issuer = 'https://rs84.example.com'
  const elsewhere = 'https://rs84-keys.example.com'
  let jwks_uri = `${host.url}/jwks`
  nock(issuer)
    .persist()
    .get(oauth)
    .reply(() => [200, { issuer, jwks_uri }])
  nock(issuer).persist().get(openid).reply(404)
  nock(elsewhere).persist().get('/jwks').reply(200, keySet(key))
  const api = await protectBy(t, issuer, { ...impatient })
  isOutage(t, await api.send(key.token(issuer)))
  t.regex(toldOperator(api), /rs84\.example\.com.* without a usable jwks_uri/)
  t.deepEqual(host.asked, [])
  jwks_uri = `${elsewhere}/jwks`
  await untilStatus(api, key.token(issuer), 200)
})

test('RS-84 §6.1: the certificate of the server is checked, for trust and for its name', async (t) => {
  const asked: string[] = []
  const server = createServer(tls, (request, response) => {
    asked.push(request.url!)
    const issuer = `https://${request.headers.host}`
    const metadata = { issuer, jwks_uri: `${issuer}/jwks` }
    response.end(JSON.stringify(request.url === '/jwks' ? keySet(key) : metadata))
  }).listen(0, '127.0.0.1')
  await new Promise((listening) => server.once('listening', listening))
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  const agent = new Agent({ ca: tls.cert })
  const cases: readonly (readonly [string, string, Partial<JwtOptions>, RegExp | undefined])[] = [
    ['nobody trusts it', '127.0.0.1', {}, /self-signed/],
    ['it has another name', 'localhost', { agent }, /localhost.*altnames/],
    ['it is trusted', '127.0.0.1', { agent }, undefined],
  ]
  for (const [title, host, options, told] of cases) {
    const issuer = `https://${host}:${port}`
    for (const given of [{}, { jwksUri: `${issuer}/jwks` }]) {
      asked.length = 0
      const api = await protectBy(t, issuer, { ...given, ...options })
      const answer = await api.send(key.token(issuer))
      if (told === undefined) {
        t.is(answer.status, 200, title)
      } else {
        isOutage(t, answer, title)
        t.regex(toldOperator(api), told)
        t.deepEqual(asked, [], title)
      }
    }
  }
})

test('RS-85 §3.2: members that nobody knows are ignored', async (t) => {
  const host = await publish(t, key)
  host.replies[oauth] = {
    issuer: host.url,
    jwks_uri: `${host.url}/jwks`,
    unknown: { deep: [1, null] },
    constructor: 7,
    introspection_endpoint: 'http://as.example.com',
    jwks: keySet(newKey('a')),
  }
  const { send } = await protectBy(t, host.url)
  t.is((await send(key.token(host.url))).status, 200)
})

test('RS-92: a token chooses among the configured issuers, and nobody else is ever asked', async (t) => {
  const evil = await publish(t, evilKey)
  const host = await publish(t, key)
  const { send } = await protectBy(t, host.url)
  const claimed = [
    evil.url,
    `${host.url}/`,
    `${host.url}@${new URL(evil.url).host}`,
    `${host.url}#${evil.url}`,
    'http://169.254.169.254/latest',
    'file:///etc/passwd',
    '',
  ]
  for (const issuer of claimed) {
    const { status, bearer } = await send(evilKey.token(issuer))
    t.is(status, 401, issuer)
    t.is(bearer?.['error'], 'invalid_token', issuer)
  }
  t.deepEqual(evil.asked, [])
  t.deepEqual(host.asked, [])
})

test('RS-91: how large and how slow an answer may be are options', async (t) => {
  const host = await publish(t, key)
  const small = await protectBy(t, host.url, { maxResponseSize: 100 })
  isOutage(t, await small.send(key.token(host.url)))
  t.regex(toldOperator(small), /larger than 100 bytes/)
  host.replies['/jwks'] = () => undefined
  const fast = await protectBy(t, host.url, { timeout: 0.1 })
  isOutage(t, await fast.send(key.token(host.url)))
  t.regex(toldOperator(fast), /deadline|within 0\.1 s/)
})

// When the server fails

test('RS-88, RS-93: however many wait, the documents are fetched once', async (t) => {
  const host = await publish(t, key)
  const metadata = held(host.replies[oauth]!)
  const keys = held(host.replies['/jwks']!)
  host.replies[oauth] = metadata.reply
  host.replies['/jwks'] = keys.reply
  const api = await protectBy(t, host.url)
  const answers = Array.from({ length: 50 }, () => api.send(key.token(host.url)))
  await until(() => host.count(oauth) === 1)
  metadata.release()
  await until(() => host.count('/jwks') === 1)
  answers.push(...Array.from({ length: 50 }, () => api.send(key.token(host.url))))
  keys.release()
  for (const { status } of await Promise.all(answers)) t.is(status, 200)
  t.is(host.asked.length, 2)
})

test.serial(
  'RS-26: while discovery fails the server is left alone for a while, and longer each time; then it serves',
  async (t) => {
    const host = await publish(t, key)
    const good = host.replies[oauth]!
    host.replies[oauth] = respond(503)
    const api = await protectBy(t, host.url, { coolDown: 0.05 })
    const begin = performance.now()
    const statuses = await sendUntil(api, key.token(host.url), () => host.count(oauth) > 5)
    t.true(statuses.every((status) => status === 503))
    const took = performance.now() - begin
    t.true(took > 765, 'half of 50, 100, 200, 400 and 800 ms at the least')
    const told = api.errors.map((error) => toldOperator({ errors: [error] })).join('\n')
    t.regex(told, /The key set of .* could not be had a moment ago/)
    t.notRegex(told, /The metadata of .* could not be had a moment ago/, 'it does not add up')
    host.replies[oauth] = good
    await untilStatus(api, key.token(host.url), 200)
  },
)

test('RS-26: a failure tells the operator the cause until it is mended', async (t) => {
  const host = await publish(t, key)
  host.replies[oauth] = respond(418)
  const api = await protectBy(t, host.url, { coolDown: 60, maxBackOff: 60 })
  for (let i = 0; i < 3; i++) {
    isOutage(t, await api.send(key.token(host.url)))
    t.regex(toldOperator(api), /oauth-authorization-server answered 418/)
  }
  t.is(host.count(oauth), 1)
})

test('RS-26: an outage lets no bad token pass for an unknown one', async (t) => {
  const host = await publish(t, key)
  host.replies[oauth] = respond(503)
  const api = await protectBy(t, host.url)
  const typ = key.token(host.url, { typ: 'JWT' })
  for (const bad of [typ, key.token('https://other.example.com'), 'opaque', 'a.b.c']) {
    t.is((await api.send(bad)).status, 401)
  }
  t.is((await api.send()).status, 401)
  t.deepEqual(host.asked, [])
  isOutage(t, await api.send(key.token(host.url)))
})

test('RS-26: metadata that become unusable do not replace good ones', async (t) => {
  const host = await publish(t, key)
  const good = host.replies[oauth]!
  const later = newKey('b')
  const api = await protectBy(t, host.url, { minAge: 0, maxAge: 0.02, ...impatient })
  t.is((await api.send(key.token(host.url))).status, 200)
  const { issuer } = good as { issuer: string }
  const bad = [
    { issuer },
    { issuer, jwks_uri: 7 },
    { issuer: 'https://evil.example.com', jwks_uri: 'https://evil.example.com/jwks' },
    respond(200, '[]'),
    respond(500),
  ]
  for (const [i, document] of bad.entries()) {
    host.replies[oauth] = document
    const before = host.count(oauth)
    const triedAgain = (): boolean => host.count(oauth) > before + 2
    const statuses = await sendUntil(api, key.token(host.url), triedAgain)
    t.true(
      statuses.every((status) => status === 200),
      String(i),
    )
  }
  host.replies['/jwks'] = keySet(key, later)
  await untilStatus(api, later.token(host.url), 200)
})

test('keys that move are found where the metadata say then', async (t) => {
  const later = newKey('b')
  const host = await publish(t, key)
  host.replies['/jwks'] = respond(200, keySet(key), { ETag: '"1"' })
  const api = await protectBy(t, host.url, { minAge: 0, maxAge: 0.02, ...impatient })
  t.is((await api.send(key.token(host.url))).status, 200)
  host.replies['/new'] = keySet(later)
  host.replies[oauth] = { issuer: host.url, jwks_uri: `${host.url}/new` }
  await untilStatus(api, later.token(host.url), 200)
  await untilStatus(api, key.token(host.url), 401)
  for (const { path, headers } of host.asked) {
    if (path === '/new') t.is(headers['if-none-match'], undefined, 'that was the other URL’s')
  }
})

test.serial('each who waits has a deadline of its own', async (t) => {
  const host = await publish(t, key)
  const metadata = held(host.replies[oauth]!)
  const keys = held(host.replies['/jwks']!)
  host.replies[oauth] = metadata.reply
  host.replies['/jwks'] = keys.reply
  const api = await protectBy(t, host.url, { timeout: 3 })
  const early = api.send(key.token(host.url))
  await until(() => host.count(oauth) === 1)
  await delay(1500)
  const late = api.send(key.token(host.url))
  await delay(50)
  metadata.release()
  isOutage(t, await early)
  keys.release()
  t.is((await late).status, 200)
  t.is(host.asked.length, 2)
})

// An instance that starts during an outage

/** A store that shows what it holds, whatever its `ttl`. */
function openStore(): Store & { readonly entries: Map<string, string>; readonly ttls: number[] } {
  const entries = new Map<string, string>()
  const ttls: number[] = []
  return {
    entries,
    ttls,
    get: async (name) => entries.get(name),
    async set(name, value, ttl) {
      entries.set(name, value)
      ttls.push(ttl)
    },
    add: async () => true,
  }
}

/** Fills a store by an instance that serves once, and ends the server's service. */
async function savedBefore(
  t: ExecutionContext,
  lastGood: ReturnType<typeof openStore>,
  options: Partial<JwtOptions> = {},
): Promise<Host & { readonly recover: () => void }> {
  const host = await publish(t, key)
  const { [oauth]: metadata, '/jwks': keys } = host.replies
  const { send } = await protectBy(t, host.url, { lastGood, ...options })
  t.is((await send(key.token(host.url))).status, 200)
  await until(() => lastGood.entries.size === 2)
  host.replies[oauth] = respond(503)
  host.replies['/jwks'] = respond(503)
  return {
    ...host,
    recover: () => Object.assign(host.replies, { [oauth]: metadata, '/jwks': keys }),
  }
}

test('lastGood: an instance that starts during an outage serves by what another has saved', async (t) => {
  const lastGood = openStore()
  const host = await savedBefore(t, lastGood, { maxAge: 100, maxStale: 1000 })
  t.deepEqual(lastGood.ttls, [1100, 1100], 'for as long as it may serve')
  const asked = host.asked.length
  const api = await protectBy(t, host.url, { lastGood })
  t.is((await api.send(key.token(host.url))).status, 200)
  t.is(host.asked.length, asked, 'what is fresh need not be fetched')
  t.is((await api.send(newKey('a').token(host.url))).status, 401)
  isOutage(t, await api.send(newKey('b').token(host.url)), 'an unknown key')
  const without = await protectBy(t, host.url)
  isOutage(t, await without.send(key.token(host.url)))
})

test('lastGood: memoryStore() will do, for what is made anew in one process', async (t) => {
  const lastGood = memoryStore()
  const host = await publish(t, key)
  const first = await protectBy(t, host.url, { lastGood })
  t.is((await first.send(key.token(host.url))).status, 200)
  host.replies['/jwks'] = respond(503)
  const second = await protectBy(t, host.url, { lastGood })
  t.is((await second.send(key.token(host.url))).status, 200)
})

test.serial(
  'lastGood: what is no longer fresh serves only if no newer keys can be had',
  async (t) => {
    const lastGood = openStore()
    const short = { minAge: 0, maxAge: 0.05, ...impatient }
    const host = await savedBefore(t, lastGood, short)
    await delay(60)
    const copy = openStore()
    for (const [name, value] of lastGood.entries) copy.entries.set(name, value)
    const down = await protectBy(t, host.url, { lastGood: copy, ...short })
    t.is((await down.send(key.token(host.url))).status, 200)
    host.recover()
    const later = newKey('b')
    host.replies['/jwks'] = keySet(later)
    const up = await protectBy(t, host.url, { lastGood: copy, ...short })
    t.is((await up.send(key.token(host.url))).status, 401, 'the issuer has withdrawn it')
    t.is((await up.send(later.token(host.url))).status, 200)
  },
)

test('lastGood: what is too old does not serve, whatever the store keeps', async (t) => {
  const lastGood = openStore()
  const short = { minAge: 0, maxAge: 0.02, maxStale: 0.02, ...impatient }
  const host = await savedBefore(t, lastGood, short)
  await delay(50)
  const api = await protectBy(t, host.url, { lastGood, ...short })
  isOutage(t, await api.send(key.token(host.url)))
  const others = new Map(lastGood.entries)
  for (const [name, value] of others) {
    const savedAt = `"savedAt":${Date.now() / 1000 + 60}`
    lastGood.entries.set(name, value.replace(/"savedAt":[^,]*/, savedAt))
  }
  await untilStatus(api, key.token(host.url), 200)
  for (const [name, value] of others) lastGood.entries.set(name, value)
  const longer = { ...short, maxStale: 60 }
  const patient = await protectBy(t, host.url, { lastGood, ...longer })
  t.is((await patient.send(key.token(host.url))).status, 200, 'how old is too old is an option')
})

const spoiled: readonly (readonly [string, (value: string, name: string) => unknown])[] = [
  ['garbage', () => 'garbage'],
  ['nothing', () => ''],
  ['null', () => 'null'],
  ['an empty object', () => '{}'],
  ['cut', (value) => value.slice(0, -10)],
  ['bytes', (value) => Buffer.from(value).subarray(3)],
  ['a number', () => 7],
  ['an object', () => ({})],
  ['no time', (value) => value.replace('savedAt', 'x')],
  ['a time of another type', (value) => value.replace(/"savedAt":([^,]*)/, '"savedAt":"$1"')],
  ['an age of another type', (value) => value.replace(/"maxAge":([^,]*)/, '"maxAge":"$1"')],
  ['no age', (value) => value.replace('maxAge', 'x')],
  ['no value', (value) => value.replace('"value"', '"x"')],
  ['a value of another type', (value) => value.replace(/"value":.*\}$/, '"value":7}')],
  ['another kind of value', (value) => value.replace(/"value":.*\}$/, '"value":"{}"}')],
  ['no keys', (value) => value.replaceAll('P-256', 'P-257').replaceAll('jwks_uri', 'x')],
  [
    'another issuer',
    (value) => value.replaceAll(/"issuer\\":\\"/g, '"issuer\\":\\"x').replaceAll('P-256', 'P-257'),
  ],
]

test('lastGood: what is spoiled in the store is as if it were not there', async (t) => {
  for (const [title, spoil] of spoiled) {
    const lastGood = openStore()
    const host = await savedBefore(t, lastGood)
    for (const [name, value] of lastGood.entries) {
      const bad = spoil(value, name)
      t.not(bad, value, title)
      lastGood.entries.set(name, bad as string)
    }
    const tokens = jwt({ issuer: host.url, lastGood, ...impatient })
    const api = await protect(t, { tokens })
    isOutage(t, await api.send(key.token(host.url)), title)
    await t.throwsAsync(
      resourceServer({ audience, tokens }).ready(),
      { instanceOf: AuthorizationServerUnavailable },
      title,
    )
    host.recover()
    await untilStatus(api, key.token(host.url), 200)
    t.is((await api.send(evilKey.token(host.url))).status, 401, title)
  }
})

test('lastGood: issuers that share a store do not get each other’s keys', async (t) => {
  const lastGood = openStore()
  const one = await savedBefore(t, lastGood)
  const other = await publish(t, evilKey)
  const api = await protectBy(t, other.url, { lastGood })
  t.is((await api.send(evilKey.token(other.url))).status, 200)
  await until(() => lastGood.entries.size === 4)
  const back = await protectBy(t, one.url, { lastGood })
  t.is((await back.send(key.token(one.url))).status, 200)
  t.is((await back.send(evilKey.token(one.url))).status, 401)
})

test('lastGood: a store that fails or hangs is as if there were none', async (t) => {
  const broken: Readonly<Record<string, () => Promise<never>>> = {
    fails: async () => Promise.reject(new Error('the store is down')),
    throws: () => {
      throw new Error('the store is down')
    },
    hangs: () => new Promise(() => undefined),
  }
  await Promise.all(
    Object.entries(broken).map(async ([title, fail]) => {
      const host = await publish(t, key)
      const lastGood = { get: fail, set: fail, add: fail }
      const api = await protectBy(t, host.url, { lastGood })
      for (let i = 0; i < 3; i++) {
        t.timeout(30_000)
        t.is((await api.send(key.token(host.url))).status, 200, title)
      }
      t.is(host.asked.length, 2, title)
    }),
  )
})

test('lastGood: a store that recovers during the outage serves then', async (t) => {
  const saved = openStore()
  const host = await savedBefore(t, saved)
  let up = false
  const lastGood = {
    ...saved,
    get: async (name: string) =>
      up ? saved.get(name) : Promise.reject(new Error('the store is down')),
  }
  const api = await protectBy(t, host.url, { lastGood, ...impatient })
  isOutage(t, await api.send(key.token(host.url)))
  up = true
  await untilStatus(api, key.token(host.url), 200)
})

// Readiness

test('ready() resolves when metadata and keys of every issuer are there, and fetches them', async (t) => {
  const one = await issuing(t)
  const two = await issuing(t)
  const given = await issuing(t)
  const tokens = [
    jwt({ issuer: one.issuer }),
    jwt({ issuer: two.issuer, jwksUri: `${two.issuer}/jwks` }),
    jwt({ issuer: given.issuer, jwks: given.jwks }),
  ]
  await resourceServer({ audience, tokens }).ready()
  t.deepEqual(one.requests, [`GET ${oauth}`, 'GET /jwks'])
  t.deepEqual(two.requests, ['GET /jwks'])
  t.deepEqual(given.requests, [])
  const { send } = await protect(t, { tokens })
  for (const as of [one, two, given]) t.is((await send(await as.accessToken())).status, 200)
  t.is(one.requests.length + two.requests.length, 3, 'the first token needs nothing more')
})

test('ready() says what is missing, and may be asked again', async (t) => {
  const host = await publish(t, key)
  const good = host.replies['/jwks']!
  host.replies['/jwks'] = { keys: [] }
  const server = resourceServer({ audience, tokens: jwt({ issuer: host.url, ...impatient }) })
  const error = await t.throwsAsync<AuthorizationServerUnavailable>(server.ready(), {
    instanceOf: AuthorizationServerUnavailable,
  })
  t.regex(error.detail, /\/jwks answered 200 without a usable key/)
  host.replies['/jwks'] = good
  let ready = false
  await until(() => {
    server.ready().then(
      () => (ready = true),
      () => undefined,
    )
    return ready
  })
  t.true(ready)
})

test('nothing is fetched before the first token comes, or before ready()', async (t) => {
  const host = await publish(t, key)
  const { send } = await protectBy(t, host.url)
  t.is((await send()).status, 401)
  t.deepEqual(host.asked, [])
  t.is((await send(key.token(host.url))).status, 200)
})
