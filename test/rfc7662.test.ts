import { Agent, createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import test, { type ExecutionContext } from 'ava'
import Koa from 'koa'
import nock from 'nock'
import {
  type Authentication,
  type ClientAuth,
  clientSecretBasic,
  clientSecretPost,
  introspection,
  type IntrospectionOptions,
  InvalidToken,
  jwt,
  memoryStore,
  requireScope,
  resourceServer,
  type ResourceServerOptions,
  type Store,
  type TokenVerifier,
} from 'koa-resource-server'
import {
  type Answer,
  type Api,
  audience,
  issuing,
  listen,
  protect,
  sender,
  serve,
  until,
} from './kit.ts'
import { tls } from './tls.ts'

const clientAuth = clientSecretBasic('api', 'secret')
const now = (): number => Date.now() / 1000
/** So that a busy machine fails no test. */
const patient = { timeout: 30, inactiveMaxAge: 600 }

/** A document, a function that makes one, or a status with a body and headers of any kind. */
type Reply = object | readonly [status: number, body?: string | Buffer, headers?: object]

interface Question {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly form: URLSearchParams
}

function respond(reply: Reply): nock.ReplyFnResult {
  if (Array.isArray(reply)) return reply as unknown as nock.ReplyFnResult
  const document = typeof reply === 'function' ? (reply as () => object)() : reply
  return [200, JSON.stringify(document)]
}

/** Serves an introspection endpoint that gives these replies in turn, and the last one ever after. */
function endpointAt(url: string, ...replies: readonly Reply[]): readonly Question[] {
  const questions: Question[] = []
  const { origin, pathname } = new URL(url)
  nock(origin)
    .persist()
    .post(pathname)
    .query(true)
    .reply(function (uri, sent) {
      const body = sent as string
      const { headers } = this.req as unknown as { headers: Record<string, string> }
      questions.push({ url: uri, headers, body, form: new URLSearchParams(body) })
      const reply = replies[Math.min(questions.length, replies.length) - 1]!
      return respond(reply)
    })
  return questions
}

/** What the endpoint says of a token that is good here. */
function active(members: object = {}): object {
  return { active: true, aud: audience, sub: 'owner-1', client_id: 'client-1', ...members }
}

/** Protects an API by an endpoint on a host of its own. */
async function introspecting(
  t: ExecutionContext,
  host: string,
  replies: readonly Reply[],
  options: Partial<IntrospectionOptions> = {},
  server: Partial<ResourceServerOptions> = {},
): Promise<Api & { readonly questions: readonly Question[] }> {
  const endpoint = `https://${host}.example.com/introspect`
  const questions = endpointAt(endpoint, ...replies)
  const tokens = introspection({ endpoint, clientAuth, ...patient, ...options })
  return { ...(await protect(t, { tokens, ...server })), questions }
}

/** The authorization server's or our own fault: no verdict on the token, and nothing told. */
function isOutage(t: ExecutionContext, answer: Answer, title?: string): void {
  t.is(answer.status, 503, title)
  t.regex(answer.headers.get('Retry-After') ?? '', /^[1-9]\d*$/, title)
  t.is(answer.headers.get('WWW-Authenticate'), null, title)
  t.is(answer.body, 'Service Unavailable', title)
}

/** The client's fault. */
function isInvalidToken(t: ExecutionContext, answer: Answer, title?: string): void {
  t.is(answer.status, 401, title)
  t.is(answer.bearer?.['error'], 'invalid_token', title)
  t.is(answer.headers.get('Retry-After'), null, title)
}

function reasons({ errors }: Api): readonly string[] {
  return errors.map((error) => (error as InvalidToken).reason)
}

/** A store that keeps everything for ever, whatever its `ttl`, and shows it. */
function openStore(): Store & {
  readonly values: Map<string, string>
  readonly ttls: number[]
  reads: number
} {
  const values = new Map<string, string>()
  const ttls: number[] = []
  const store = {
    values,
    ttls,
    reads: 0,
    async get(key: string) {
      store.reads += 1
      return values.get(key)
    },
    async set(key: string, value: string, ttl: number) {
      values.set(key, value)
      ttls.push(ttl)
    },
    async add() {
      return true
    },
  }
  return store
}

/** Counts who has begun to wait for a verifier. */
function counted(verifier: TokenVerifier): TokenVerifier & { readonly waiting: () => number } {
  let waiting = 0
  return {
    accepts: (token) => verifier.accepts(token),
    async verify(token, check) {
      waiting += 1
      return verifier.verify(token, check)
    },
    waiting: () => waiting,
  }
}

// How the endpoint is asked

test('RS-94 §2.1: the token is POSTed in a form, as token', async (t) => {
  const { send, questions } = await introspecting(t, 'rs94', [active()])
  for (const token of ['2YotnFZFEjr1zCsicMWpAA', 'a+b/c~d_e-f.g==', 'x'.repeat(16_000)]) {
    t.is((await send(token)).status, 200)
    const { headers, form, body } = questions.at(-1)!
    t.deepEqual(form.getAll('token'), [token])
    t.regex(headers['content-type'] ?? '', /^application\/x-www-form-urlencoded$/)
    t.is(headers['content-length'], String(body.length))
    t.is(headers['accept'], 'application/json')
  }
})

test('RS-94 §2.1: a live authorization server is asked, and its word holds', async (t) => {
  const as = await issuing(t)
  const { send, admitted } = await protect(t, {
    tokens: introspection({ issuer: as.issuer, clientAuth, maxAge: 0, ...patient }),
  })
  const token = as.opaqueToken({ scope: 'orders:read', username: 'jdoe' })
  t.is((await send(token)).status, 200)
  t.deepEqual(admitted[0]?.resourceOwner, {
    issuer: as.issuer,
    subject: 'resource-owner-1',
    username: 'jdoe',
  })
  t.true(admitted[0]?.scopes.has('orders:read'))
  t.is(admitted[0]?.token, token)
  as.revoke(token)
  isInvalidToken(t, await send(token))
  isInvalidToken(t, await send('never-issued'))
})

test('RS-94: tokens that another verifier accepts are not sent to the endpoint', async (t) => {
  const as = await issuing(t)
  const endpoint = 'https://rs94-last.example.com/introspect'
  const questions = endpointAt(endpoint, active())
  const { send } = await protect(t, {
    tokens: [
      jwt({ issuer: as.issuer, jwks: as.jwks }),
      introspection({ endpoint, clientAuth, maxAge: 0, ...patient }),
    ],
  })
  t.is((await send(await as.accessToken())).status, 200)
  isInvalidToken(t, await send(await as.accessToken({ exp: 1 })))
  t.is(questions.length, 0)
  t.is((await send('opaque')).status, 200)
  t.is((await send(await as.accessToken({ iss: 'https://other.example.com' }))).status, 200)
  t.is(questions.length, 2)
})

test('RS-95 §4: the token is never in a URL', async (t) => {
  const endpoint = 'https://rs95.example.com/introspect?tenant=a%20b'
  const questions = endpointAt(endpoint, active(), [500])
  const { send, errors } = await protect(t, {
    tokens: introspection({ endpoint, clientAuth, maxAge: 0, ...patient }),
  })
  t.is((await send('canary')).status, 200)
  isOutage(t, await send('canary'))
  t.deepEqual(
    questions.map(({ url }) => url),
    ['/introspect?tenant=a%20b', '/introspect?tenant=a%20b'],
    'the URL is as configured',
  )
  t.notRegex(errors[0]!.stack!, /canary/, 'not in the log either')
})

test('RS-95 §4: discovery sends neither the token nor the credentials', async (t) => {
  const seen: string[] = []
  const origin = await serve(t, (request, response) => {
    seen.push(`${request.method} ${request.url} ${JSON.stringify(request.rawHeaders)}`)
    response.end(
      request.method === 'POST'
        ? JSON.stringify(active())
        : JSON.stringify({ issuer: origin, introspection_endpoint: `${origin}/introspect` }),
    )
  })
  const { send } = await protect(t, {
    tokens: introspection({ issuer: origin, clientAuth, ...patient }),
  })
  t.is((await send('canary')).status, 200)
  t.is(seen.length, 2)
  t.notRegex(seen[0]!, /canary|"authorization"|Basic/i)
  t.regex(seen[1]!, /^POST \/introspect /)
  t.notRegex(seen[1]!, /canary/)
})

test('RS-96 §2.1: this resource server authenticates with HTTP Basic, both parts form-encoded', async (t) => {
  const cases: readonly (readonly [clientId: string, secret: string, encoded: string])[] = [
    ['api', 'secret', 'api:secret'],
    ['a:b', 'c:d:', 'a%3Ab:c%3Ad%3A'],
    ['https://api.example.com/?a=b', 's', 'https%3A%2F%2Fapi.example.com%2F%3Fa%3Db:s'],
    ['a b', 'a+b', 'a+b:a%2Bb'],
    ['100%', '%41', '100%25:%2541'],
    [' %&+£€', 'Ω\u{1F600}', '+%25%26%2B%C2%A3%E2%82%AC:%CE%A9%F0%9F%98%80'],
    ['a"\\\r\n', '\0', 'a%22%5C%0D%0A:%00'],
  ]
  for (const [i, [clientId, secret, encoded]] of cases.entries()) {
    const { send, questions } = await introspecting(t, `rs96-${i}`, [active()], {
      clientAuth: clientSecretBasic(clientId, secret),
    })
    t.is((await send('opaque')).status, 200, encoded)
    const { headers, form } = questions[0]!
    const [scheme, credentials] = headers['authorization']!.split(' ')
    t.is(scheme, 'Basic')
    t.is(Buffer.from(credentials!, 'base64').toString('latin1'), encoded)
    t.deepEqual([...form.keys()].toSorted(), ['token', 'token_type_hint'], 'and only there')
  }
})

test('RS-96 §2.1: or with client_id and client_secret in the form, and only there', async (t) => {
  const [clientId, secret] = ['a:b &=', '%+ é"\u{1F600}']
  const { send, questions } = await introspecting(t, 'rs96-post', [active()], {
    clientAuth: clientSecretPost(clientId, secret),
  })
  t.is((await send('opaque')).status, 200)
  const { headers, form, url } = questions[0]!
  t.deepEqual(form.getAll('client_id'), [clientId])
  t.deepEqual(form.getAll('client_secret'), [secret])
  t.deepEqual(form.getAll('token'), ['opaque'])
  t.is(headers['authorization'], undefined)
  t.is(url, '/introspect')
})

test('RS-96 §2.1: or in a way of its own', async (t) => {
  const own: ClientAuth = {
    clientId: 'api',
    async authenticate(headers, form) {
      await delay(1)
      headers['X-Proof'] = 'proof'
      form.set('client_assertion', 'assertion')
    },
  }
  const { send, questions } = await introspecting(t, 'rs96-own', [active()], { clientAuth: own })
  t.is((await send('opaque')).status, 200)
  t.is(questions[0]!.headers['x-proof'], 'proof')
  t.is(questions[0]!.form.get('client_assertion'), 'assertion')
  t.is(questions[0]!.form.get('token'), 'opaque')
})

test('RS-96 §2.1: nobody asks without authenticating', (t) => {
  const endpoint = 'https://rs96.example.com/introspect'
  const wrong: readonly (() => unknown)[] = [
    () => introspection({ endpoint } as IntrospectionOptions),
    () => introspection({ endpoint, clientAuth: undefined } as unknown as IntrospectionOptions),
    () => introspection({ endpoint, clientAuth: {} as ClientAuth }),
    () => introspection({ endpoint, clientAuth: 'secret' as unknown as ClientAuth }),
    () => clientSecretBasic('', 'secret'),
    () => clientSecretBasic('api', ''),
    () => clientSecretPost('', 'secret'),
    () => clientSecretPost('api', ''),
    () => clientSecretBasic('api', undefined as unknown as string),
    () => clientSecretPost(undefined as unknown as string, 'secret'),
  ]
  for (const make of wrong) t.throws(make, { instanceOf: TypeError }, String(make))
})

test('RS-96, RS-110: when this resource server cannot authenticate, that is no verdict on the token', async (t) => {
  const failures: Record<string, () => void | Promise<void>> = {
    rejects: () => Promise.reject(new Error('the vault is sealed')),
    throws: () => {
      throw new Error('no key')
    },
  }
  for (const [title, failure] of Object.entries(failures)) {
    let fails = true
    const own = { clientId: 'api', authenticate: () => (fails ? failure() : undefined) }
    const host = `rs96-${title}`
    const { send, questions } = await introspecting(t, host, [active()], { clientAuth: own })
    isOutage(t, await send('opaque'), title)
    t.is(questions.length, 0, title)
    fails = false
    t.is((await send('opaque')).status, 200, title)
  }
})

test.serial('RS-96, RS-112: when authenticating hangs, a token is asked about again', async (t) => {
  t.timeout(5000)
  let hangs = true
  const { send } = await introspecting(t, 'rs96-hanging', [active()], {
    timeout: 1,
    clientAuth: {
      clientId: 'api',
      authenticate: () => (hangs ? new Promise<never>(() => undefined) : undefined),
    },
  })
  isOutage(t, await send('opaque'))
  hangs = false
  t.is((await send('opaque')).status, 200)
})

test('RS-97 §2.1: token_type_hint is access_token, or another, or none', async (t) => {
  const hints: readonly (readonly [Partial<IntrospectionOptions>, readonly string[]])[] = [
    [{}, ['access_token']],
    [{ tokenTypeHint: 'pat' }, ['pat']],
    [{ tokenTypeHint: 'a b&c' }, ['a b&c']],
    [{ tokenTypeHint: false }, []],
  ]
  for (const [i, [options, sent]] of hints.entries()) {
    const { send, questions } = await introspecting(t, `rs97-${i}`, [active()], options)
    t.is((await send('opaque')).status, 200)
    t.deepEqual(questions[0]!.form.getAll('token_type_hint'), sent)
  }
  const endpoint = 'https://rs97.example.com/introspect'
  for (const tokenTypeHint of ['', true, 5, null]) {
    const options = { endpoint, clientAuth, tokenTypeHint } as unknown as IntrospectionOptions
    t.throws(() => introspection(options), { instanceOf: TypeError, message: /tokenTypeHint/ })
  }
})

test('RS-98 §4: plain http is refused when the verifier is made, except on loopback', (t) => {
  const refused = [
    'http://as.example.com/introspect',
    'http://localhost.example.com/introspect',
    'http://127.0.0.1.example.com/introspect',
    'http://0.0.0.0/introspect',
    'http://10.0.0.1/introspect',
    'ftp://as.example.com/introspect',
    'https://user@as.example.com/introspect',
    'https://user:secret@as.example.com/introspect',
    'https://as.example.com/introspect#here',
    'as.example.com/introspect',
    '/introspect',
    '',
  ]
  for (const endpoint of refused) {
    t.throws(
      () => introspection({ endpoint, clientAuth, ...patient }),
      { instanceOf: TypeError, message: /endpoint/ },
      endpoint,
    )
  }
  for (const endpoint of [
    'https://as.example.com/introspect',
    'http://127.0.0.1:8080/introspect',
    'http://[::1]/introspect',
    'http://localhost/introspect',
    'http://as.localhost/introspect',
  ]) {
    t.notThrows(() => introspection({ endpoint, clientAuth, ...patient }), endpoint)
  }
})

test('RS-98 §4: the certificate of the server is checked, for trust and for its name', async (t) => {
  let asked = 0
  const server = createServer(tls, (_, response) => {
    asked += 1
    response.end(JSON.stringify(active()))
  }).listen(0, '127.0.0.1')
  await new Promise((listening) => server.once('listening', listening))
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  const trusting = new Agent({ ca: tls.cert })
  const endpoint = `https://127.0.0.1:${port}/introspect`
  const cases: readonly (readonly [string, Partial<IntrospectionOptions>, number])[] = [
    ['nobody trusts it', { endpoint }, 503],
    [
      'it is for another name',
      { endpoint: `https://localhost:${port}/introspect`, agent: trusting },
      503,
    ],
    ['it is trusted', { endpoint, agent: trusting }, 200],
  ]
  for (const [title, options, status] of cases) {
    const { send } = await protect(t, {
      tokens: introspection({ clientAuth, ...patient, ...options }),
    })
    const answer = await send('opaque')
    t.is(answer.status, status, title)
    if (status === 503) isOutage(t, answer, title)
  }
  t.is(asked, 1, 'neither token nor secret is sent to a server without a good certificate')
})

// Which answers are usable

const json = (members: object): string => JSON.stringify(active(members))
const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`

const unusable: readonly (readonly [string, Reply])[] = [
  ['an empty body', [200, '']],
  ['white space', [200, ' \n']],
  ['an array', [200, `[${json({})}]`]],
  ['null', [200, 'null']],
  ['true', [200, 'true']],
  ['a string', [200, '"active"']],
  ['a number', [200, '1']],
  ['HTML', [200, '<!doctype html><title>Log in</title>', { 'Content-Type': 'text/html' }]],
  ['a form', [200, 'active=true&aud=https%3A%2F%2Fapi.example.com']],
  ['a JWT', [200, 'eyJhbGciOiJub25lIn0.eyJhY3RpdmUiOnRydWV9.']],
  ['JSON with a byte order mark', [200, `\uFEFF${json({})}`]],
  ['truncated JSON', [200, json({}).slice(0, -1)]],
  ['two documents', [200, json({}) + json({})]],
  ['JSON that is not UTF-8', [200, Buffer.from(json({ username: 'é' }), 'latin1')]],
  ['JSON in UTF-16', [200, Buffer.from(json({}), 'utf16le')]],
  ['JSON with a comment', [200, `${json({})}// fine`]],
  ['deep nesting', [200, `{"active":true,"aud":"${audience}","x":${nested(40)}}`]],
  ['very deep nesting', [200, `{"active":true,"aud":"${audience}","x":${nested(200_000)}}`]],
  ['2 MB', [200, json({ pad: 'x'.repeat(2_000_000) })]],
  ['gzip', [200, gzipSync(json({})), { 'Content-Encoding': 'gzip' }]],
  ['an encoding that is none', [200, json({}), { 'Content-Encoding': 'br' }]],
  ['no active', active({ active: undefined })],
  ['{}', {}],
  ['active "true"', active({ active: 'true' })],
  ['active "false"', active({ active: 'false' })],
  ['active 1', active({ active: 1 })],
  ['active 0', active({ active: 0 })],
  ['active null', active({ active: null })],
  ['active [true]', active({ active: [true] })],
  ['active {}', active({ active: {} })],
  ['Active', { ...active({ active: undefined }), Active: true }],
  ['active in a prototype', [200, `{"__proto__":{"active":true},"aud":"${audience}"}`]],
  ['active true, then "true"', [200, `{"active":true,"aud":"${audience}","active":"true"}`]],
  ['an OAuth error', [200, '{"error":"invalid_request"}']],
]

const wrongTypes: readonly (readonly [string, readonly unknown[]])[] = [
  ['exp', ['1', '2100-01-01T00:00:00Z', null, true, [], {}]],
  ['nbf', ['1', null, false, [1], {}]],
  ['iat', ['1', null, true, [], {}]],
  ['aud', [5, null, true, '', {}, [5], [audience, null], [[audience]]]],
  ['iss', [5, null, '', ['https://as.example.com'], {}]],
  ['sub', [5, null, '', ['owner-1'], {}]],
  ['scope', [5, null, true, ['orders:read'], {}]],
  ['cnf', ['jkt', null, 5, [], true]],
  ['client_id', [5, null, '', []]],
  ['username', [5, null, []]],
  ['token_type', [5, null, ['Bearer']]],
  ['jti', [5, null, '']],
  ['act', ['owner-2', null, []]],
]

const outages: readonly (readonly [string, Reply])[] = [
  ...unusable,
  ...wrongTypes.flatMap(([name, values]) =>
    values.map((value) => [`${name} ${JSON.stringify(value)}`, active({ [name]: value })] as const),
  ),
  ...['exp', 'nbf', 'iat'].map(
    (name) => [`${name} 1e999`, [200, `${json({}).slice(0, -1)},"${name}":1e999}`]] as const,
  ),
  ...[201, 202, 203, 206, 226].map((status) => [String(status), [status, json({})]] as const),
  ['204', [204]],
]

test('RS-99, RS-110 §2.2: only 200 with a JSON object whose active is a boolean is an answer; anything else is no verdict, and not remembered', async (t) => {
  for (const [i, [title, reply]] of outages.entries()) {
    const endpoint = `https://rs99.example.com/${i}`
    const questions = endpointAt(endpoint, reply, active())
    const { send, errors } = await protect(t, {
      tokens: introspection({ endpoint, clientAuth, ...patient }),
    })
    isOutage(t, await send('opaque'), title)
    t.regex(errors[0]!.stack!, /^AuthorizationServerUnavailable: .*rs99/, 'the operator is told')
    t.is((await send('opaque')).status, 200, `${title}: the next answer counts`)
    t.is(questions.length, 2, title)
  }
})

test('RS-99 §2.2: of an active member that stands twice the last counts', async (t) => {
  const rest = `"aud":"${audience}"`
  const { send } = await introspecting(
    t,
    'rs99-twice',
    [
      [200, `{"active":true,${rest},"active":false}`],
      [200, `{"active":false,${rest},"active":true}`],
      [200, `{"active":true,"aud":"${audience}","aud":"https://other.example.com"}`],
    ],
    { maxAge: 0, inactiveMaxAge: 0 },
  )
  isInvalidToken(t, await send('opaque'))
  t.is((await send('opaque')).status, 200)
  isInvalidToken(t, await send('opaque'))
})

test('RS-99: members that nobody knows are carried along as plain data', async (t) => {
  const body = `{"active":true,"aud":"${audience}","__proto__":{"sub":"evil"},"constructor":1,"toString":null}`
  const { send, admitted } = await introspecting(t, 'rs99-names', [[200, body]])
  for (const title of ['asked', 'remembered']) {
    t.is((await send('opaque')).status, 200, title)
    const { claims, subject } = admitted.at(-1)!
    t.is(subject, undefined, title)
    t.is(claims['constructor'], 1, title)
    t.deepEqual(
      Object.keys(claims),
      ['active', 'aud', '__proto__', 'constructor', 'toString'],
      title,
    )
    t.true(Object.isFrozen(claims), title)
  }
})

test('RS-99: the size up to which answers are read is an option', async (t) => {
  const body = json({ pad: 'x'.repeat(900) })
  const size = Buffer.byteLength(body)
  const fits = await introspecting(t, 'rs99-fits', [[200, body]], { maxResponseSize: size })
  t.is((await fits.send('opaque')).status, 200)
  const over = await introspecting(t, 'rs99-over', [[200, body]], { maxResponseSize: size - 1 })
  isOutage(t, await over.send('opaque'))
  const large = await introspecting(t, 'rs99-large', [active({ pad: 'x'.repeat(1_000_000) })])
  t.is((await large.send('opaque')).status, 200, '1 MB is read')
})

test('RS-91, RS-99: a redirect is not followed, and no credentials go where it leads', async (t) => {
  const questions = endpointAt('https://rs91-elsewhere.example.com/introspect', active())
  const sameHost = endpointAt('https://rs91.example.com/elsewhere', active())
  const gets: string[] = []
  for (const host of ['rs91', 'rs91-elsewhere']) {
    nock(`https://${host}.example.com`)
      .persist()
      .get(/.*/)
      .reply((uri) => {
        gets.push(uri)
        return [200, active()]
      })
  }
  const targets = ['https://rs91-elsewhere.example.com/introspect', '/elsewhere']
  for (const [i, Location] of targets.entries()) {
    for (const status of [300, 301, 302, 303, 307, 308]) {
      const endpoint = `https://rs91.example.com/${i}/${status}`
      endpointAt(endpoint, [status, json({}), { Location }], active())
      const { send } = await protect(t, {
        tokens: introspection({ endpoint, clientAuth, ...patient }),
      })
      isOutage(t, await send('opaque'), `${status} to ${Location}`)
      t.is((await send('opaque')).status, 200, `${status} to ${Location}`)
    }
  }
  t.deepEqual([questions, sameHost, gets], [[], [], []])
})

test.serial('RS-91, RS-99: an answer must come whole within the timeout', async (t) => {
  const body = json({})
  const hangs: readonly (readonly [string, Parameters<typeof serve>[1]])[] = [
    ['no headers', () => undefined],
    ['no body', (_, response) => response.writeHead(200).flushHeaders()],
    [
      'half a body',
      (_, response) => {
        response.writeHead(200, { 'Content-Length': body.length }).write(body.slice(0, 5))
      },
    ],
    [
      'a dripping body',
      (_, response) => {
        response.write(body)
        const drip = setInterval(() => response.write(' '), 10)
        response.once('close', () => clearInterval(drip))
      },
    ],
  ]
  await Promise.all(
    hangs.map(async ([title, hang]) => {
      let asked = 0
      const url = await serve(t, (request, response) => {
        asked += 1
        if (asked === 1) hang(request, response)
        else response.end(body)
      })
      const { send } = await protect(t, {
        tokens: introspection({ endpoint: `${url}/introspect`, clientAuth, timeout: 1 }),
      })
      const begin = performance.now()
      isOutage(t, await send('opaque'), title)
      const took = performance.now() - begin
      t.true(took > 900 && took < 4500, `${title}: ${took} ms`)
      t.is((await send('opaque')).status, 200, `${title}: the next answer counts`)
      t.is(asked, 2, title)
    }),
  )
})

test('RS-91, RS-99: an answer that is cut short is no answer', async (t) => {
  const body = json({})
  let asked = 0
  const url = await serve(t, (request, response) => {
    asked += 1
    if (asked === 1) request.socket.destroy()
    else if (asked === 2) {
      response.writeHead(200, { 'Content-Length': body.length + 1 }).write(body)
      setImmediate(() => request.socket.destroy())
    } else if (asked === 3) {
      response.writeHead(200).write(body) // chunked, without the last chunk
      setImmediate(() => request.socket.destroy())
    } else response.end(body)
  })
  const { send } = await protect(t, {
    tokens: introspection({ endpoint: `${url}/introspect`, clientAuth, ...patient }),
  })
  for (const title of ['nothing', 'a byte is missing', 'the last chunk is missing']) {
    isOutage(t, await send('opaque'), title)
  }
  t.is((await send('opaque')).status, 200)
})

// What an answer says

test('RS-100 §2.2: active false is invalid_token, whatever else the answer says', async (t) => {
  const replies: readonly Reply[] = [
    { active: false },
    active({ active: false }),
    active({ active: false, exp: 'soon', aud: 5, iss: null, cnf: 'x', scope: [] }),
    active({ active: false, iss: 'https://other.example.com', token_type: 'DPoP' }),
  ]
  for (const [i, reply] of replies.entries()) {
    const api = await introspecting(t, `rs100-${i}`, [reply])
    for (const title of ['asked', 'remembered']) {
      const answer = await api.send('opaque')
      isInvalidToken(t, answer, title)
      t.is(answer.bearer?.['error_description'], 'The access token is not active')
    }
    t.deepEqual(reasons(api), ['inactive', 'inactive'])
    t.deepEqual(api.admitted, [])
  }
})

test('RS-101 §4: exp, nbf and iat of an answer are judged here again', async (t) => {
  const cases: readonly (readonly [string, () => object, string | undefined])[] = [
    ['nothing said', () => ({}), undefined],
    ['expired', () => ({ exp: now() - 15 }), 'expired'],
    ['expired within the tolerance', () => ({ exp: now() - 1 }), undefined],
    ['expires', () => ({ exp: now() + 60 }), undefined],
    ['exp 0', () => ({ exp: 0 }), 'expired'],
    ['exp below 0', () => ({ exp: -1 }), 'expired'],
    ['exp in milliseconds', () => ({ exp: Date.now() + 60_000 }), undefined],
    ['not yet valid', () => ({ nbf: now() + 60 }), 'not-yet-valid'],
    ['not yet valid within the tolerance', () => ({ nbf: now() + 5 }), undefined],
    ['valid', () => ({ nbf: now() - 60 }), undefined],
    ['issued in the future', () => ({ iat: now() + 60 }), 'not-yet-valid'],
    ['issued in the future within the tolerance', () => ({ iat: now() + 5 }), undefined],
    ['issued', () => ({ iat: now() - 60 }), undefined],
    ['all of them', () => ({ iat: now() - 60, nbf: now() - 60, exp: now() + 60 }), undefined],
  ]
  for (const [i, [title, members, reason]] of cases.entries()) {
    const api = await introspecting(t, `rs101-${i}`, [() => active(members())])
    const answer = await api.send('opaque')
    if (reason === undefined) t.is(answer.status, 200, title)
    else isInvalidToken(t, answer, title)
    t.deepEqual(reasons(api), reason === undefined ? [] : [reason], title)
  }
})

test('RS-101 §4: the tolerance is that of the resource server', async (t) => {
  for (const [i, [clockTolerance, status]] of (
    [
      [0, 401],
      [2, 401],
      [60, 200],
    ] as const
  ).entries()) {
    const replies = [active({ exp: now() - 20 }), active({ nbf: now() + 50 })]
    const { send } = await introspecting(t, `rs101-tolerance-${i}`, replies, {}, { clockTolerance })
    t.is((await send('one')).status, status)
    t.is((await send('two')).status, status)
  }
})

test('RS-102 RFC 9700 §2.3: aud must name this resource server', async (t) => {
  const own = [audience, 'urn:orders']
  const cases: readonly (readonly [string, unknown, string | undefined])[] = [
    ['one', audience, undefined],
    ['another of ours', 'urn:orders', undefined],
    ['among others', ['https://other.example.com', audience], undefined],
    ['missing', undefined, 'claims'],
    ['foreign', 'https://other.example.com', 'audience'],
    ['all foreign', ['https://other.example.com', 'client-1'], 'audience'],
    ['none', [], 'audience'],
    ['in capitals', audience.toUpperCase(), 'audience'],
    ['with a slash', `${audience}/`, 'audience'],
    ['a part of ours', audience.slice(0, -1), 'audience'],
    ['ours as a part', `${audience} urn:x`, 'audience'],
  ]
  for (const [i, [title, aud, reason]] of cases.entries()) {
    const host = `rs102-${i}`
    const strict = await introspecting(t, host, [active({ aud })], {}, { audience: own })
    const answer = await strict.send('opaque')
    if (reason === undefined) t.is(answer.status, 200, title)
    else isInvalidToken(t, answer, title)
    t.deepEqual(reasons(strict), reason === undefined ? [] : [reason], title)

    const optional = await introspecting(
      t,
      `${host}-optional`,
      [active({ aud })],
      { audienceOptional: true },
      { audience: own },
    )
    const { status } = await optional.send('opaque')
    t.is(status, reason === 'audience' ? 401 : 200, `${title}, with audienceOptional`)
  }
})

test('RS-102 §2.2: iss, if there is one, must be the issuer', async (t) => {
  const issuer = 'https://rs102-issuer.example.com/a'
  const cases: readonly (readonly [string | undefined, boolean])[] = [
    [undefined, true],
    [issuer, true],
    [`${issuer}/`, false],
    [issuer.toUpperCase(), false],
    ['https://rs102-issuer.example.com', false],
    ['https://other.example.com', false],
  ]
  for (const [i, [iss, ours]] of cases.entries()) {
    const api = await introspecting(t, `rs102-iss-${i}`, [active({ iss })], { issuer })
    for (const title of ['asked', 'remembered']) {
      const answer = await api.send('opaque')
      if (ours) t.is(answer.status, 200, title)
      else isInvalidToken(t, answer, title)
    }
    t.deepEqual(reasons(api), ours ? [] : ['issuer', 'issuer'])
    if (ours) t.is(api.admitted[0]?.issuer, issuer)
  }
})

test('RS-102: without an issuer option the answer tells the issuer, else the endpoint stands for it', async (t) => {
  const told = await introspecting(t, 'rs102-told', [active({ iss: 'https://as.example.com' })])
  await told.send('opaque')
  t.is(told.admitted[0]?.issuer, 'https://as.example.com')
  const untold = await introspecting(t, 'rs102-untold', [active()])
  await untold.send('opaque')
  t.is(untold.admitted[0]?.issuer, 'https://rs102-untold.example.com/introspect')
})

test('RS-103 §2.2: token_type must be the scheme used, in any case of letters', async (t) => {
  const types: readonly (readonly [string | undefined, boolean])[] = [
    [undefined, true],
    ['Bearer', true],
    ['bearer', true],
    ['BEARER', true],
    ['refresh_token', false],
    ['access_token', false],
    ['DPoP', false],
    ['N_A', false],
    ['id_token', false],
    ['Bearer ', false],
    ['Bearer DPoP', false],
    ['', false],
  ]
  for (const [i, [token_type, fits]] of types.entries()) {
    const api = await introspecting(t, `rs103-${i}`, [active({ token_type })])
    for (const title of ['asked', 'remembered']) {
      const answer = await api.send('opaque')
      if (fits) t.is(answer.status, 200, title)
      else isInvalidToken(t, answer, title)
    }
    t.deepEqual(reasons(api), fits ? [] : ['token-type', 'token-type'], token_type)
  }
})

const jkt = { member: 'jkt', scheme: 'DPoP', confirm: async () => undefined }

test('RS-103 RFC 9449 §6.2: under DPoP, token_type is DPoP or not said', async (t) => {
  const cases = [
    ['DPoP', 'DPoP', 200],
    ['dpop', 'DPoP', 200],
    [undefined, 'DPoP', 200],
    ['Bearer', 'DPoP', 401],
    ['DPoP', 'Bearer', 401],
    [undefined, 'Bearer', 401],
  ] as const
  for (const [i, [token_type, scheme, status]] of cases.entries()) {
    const { send } = await introspecting(
      t,
      `rs103-dpop-${i}`,
      [active({ token_type, cnf: { jkt: 'thumbprint' } })],
      {},
      { confirmation: jkt },
    )
    const answer = await send(undefined, { headers: { Authorization: `${scheme} opaque` } })
    t.is(answer.status, status, `${token_type} under ${scheme}`)
  }
})

test('RS-104 RFC 8705 §3.2, RFC 9449 §6.2: a token that its answer binds is refused unless confirmed', async (t) => {
  const bindings = [
    {},
    { jkt: 'thumbprint' },
    { 'x5t#S256': 'thumbprint' },
    { jwk: { kty: 'EC' } },
    { kid: 'a' },
    { unheard: 'of' },
  ]
  for (const [i, cnf] of bindings.entries()) {
    const api = await introspecting(t, `rs104-${i}`, [active({ cnf })])
    for (const title of ['asked', 'remembered']) isInvalidToken(t, await api.send('opaque'), title)
    t.deepEqual(reasons(api), ['binding', 'binding'], JSON.stringify(cnf))
  }
})

test('RS-104: a binding of the wrong form is confirmed by nobody', async (t) => {
  const confirmation = { member: 'x5t#S256', confirm: async () => undefined }
  for (const [i, thumbprint] of [5, null, ['A'], { A: 1 }, true].entries()) {
    const cnf = { 'x5t#S256': thumbprint }
    const host = `rs104-form-${i}`
    const { send } = await introspecting(t, host, [active({ cnf })], {}, { confirmation })
    isInvalidToken(t, await send('opaque'), JSON.stringify(cnf))
  }
})

test('RS-104: what the answer binds is confirmed on each request, all of it', async (t) => {
  const confirmed: string[] = []
  const method = {
    member: 'x5t#S256',
    async confirm(_: unknown, { token }: { token: string }, thumbprint: string) {
      confirmed.push(`${token} ${thumbprint}`)
    },
  }
  const one = active({ cnf: { 'x5t#S256': 'A' } })
  const two = active({ cnf: { 'x5t#S256': 'A', unheard: 'of' } })
  const { send } = await introspecting(t, 'rs104-all', [one, two], {}, { confirmation: method })
  t.is((await send('one')).status, 200)
  t.is((await send('one')).status, 200)
  t.deepEqual(confirmed, ['one A', 'one A'])
  isInvalidToken(t, await send('two'))
  t.deepEqual(confirmed, ['one A', 'one A'])
})

// What is remembered

test('RS-105: an answer about an active token is remembered, so the endpoint is asked once', async (t) => {
  const { send, questions, admitted } = await introspecting(t, 'rs105', [
    active({ scope: 'orders:read' }),
    [500],
  ])
  for (let i = 0; i < 5; i++) t.is((await send('opaque')).status, 200)
  t.is(questions.length, 1)
  t.deepEqual(admitted[4], admitted[0])
  isOutage(t, await send('another'), 'each token by itself')
})

test.serial('RS-105 §4: never past exp, whatever the store keeps', async (t) => {
  for (const [host, store] of Object.entries({ good: memoryStore(), careless: openStore() })) {
    let exp = Infinity
    const good = (): object => active({ exp: (exp = now() + 0.4) })
    const { send, questions } = await introspecting(t, `rs105-${host}`, [good, { active: false }], {
      store,
    })
    t.is((await send('opaque')).status, 200)
    const { status } = await send('opaque')
    if (now() < exp) t.deepEqual([status, questions.length], [200, 1], 'unless it took too long')
    await until(() => now() > exp)
    isInvalidToken(t, await send('opaque'))
    t.is(questions.length, 2, 'within the clock tolerance, too, the endpoint is asked again')
  }
})

test('RS-105 §4: a store is told the shorter of maxAge and the time until exp', async (t) => {
  const cases: readonly (readonly [
    string,
    () => object,
    Partial<IntrospectionOptions>,
    number?,
  ])[] = [
    ['no exp', () => ({}), {}, 60],
    ['later', () => ({ exp: now() + 3600 }), {}, 60],
    ['much later', () => ({ exp: 1e300 }), {}, 60],
    ['sooner', () => ({ exp: now() + 30 }), {}, 30],
    ['maxAge', () => ({ exp: now() + 3600 }), { maxAge: 600 }, 600],
    ['sooner than maxAge', () => ({ exp: now() + 30 }), { maxAge: 600 }, 30],
    ['expired within the tolerance', () => ({ exp: now() - 1 }), {}],
  ]
  for (const [i, [title, members, options, expected]] of cases.entries()) {
    const store = openStore()
    const endpoint = `https://rs105-ttl-${i}.example.com/introspect`
    endpointAt(endpoint, () => active(members()))
    const tokens = introspection({ endpoint, clientAuth, timeout: 30, store, ...options })
    const { send } = await protect(t, { tokens })
    t.is((await send('opaque')).status, 200, title)
    if (expected === undefined) t.deepEqual(store.ttls, [], title)
    else {
      await until(() => store.ttls.length > 0)
      t.true(store.ttls[0]! <= expected && store.ttls[0]! > expected - 25, title)
    }
  }
})

test('RS-106 §4: maxAge 0 remembers nothing of active tokens, inactiveMaxAge 0 nothing of others', async (t) => {
  const [store, inactiveStore] = [openStore(), openStore()]
  const off = { maxAge: 0, inactiveMaxAge: 0, store, inactiveStore }
  const { send, questions } = await introspecting(
    t,
    'rs106',
    [active(), active(), { active: false }, { active: false }, active()],
    off,
  )
  const statuses = []
  for (let i = 0; i < 5; i++) statuses.push((await send('opaque')).status)
  t.deepEqual(statuses, [200, 200, 401, 401, 200])
  t.is(questions.length, 5)
  t.is(store.values.size + inactiveStore.values.size, 0)
})

/** An API of which one route asks about its tokens each time. */
async function withStrictRoute(
  t: ExecutionContext,
  outer: TokenVerifier,
  strict: TokenVerifier,
): Promise<ReturnType<typeof sender>> {
  const app = new Koa()
  const strictly = resourceServer({ audience, tokens: strict })
  app.use(resourceServer({ audience, tokens: outer }))
  app.use(async (ctx, next) => {
    await (ctx.path === '/transfer' ? strictly(ctx, next) : next())
  })
  app.use((ctx) => (ctx.body = 'through'))
  return sender(await listen(t, app))
}

test('RS-106 §4: a route can switch remembering off for itself', async (t) => {
  const endpoint = 'https://rs106-route.example.com/introspect'
  const questions = endpointAt(endpoint, active(), active(), { active: false })
  const send = await withStrictRoute(
    t,
    introspection({ endpoint, clientAuth, ...patient }),
    introspection({ endpoint, clientAuth, maxAge: 0, inactiveMaxAge: 0 }),
  )
  t.is((await send('opaque')).status, 200)
  t.is((await send('opaque')).status, 200)
  t.is(questions.length, 1)
  t.is((await send('opaque', { path: '/transfer' })).status, 200)
  t.is(questions.length, 2)
  isInvalidToken(t, await send('opaque', { path: '/transfer' }))
  t.is(questions.length, 3)
  t.is((await send('opaque')).status, 200, 'other routes still remember')
})

test('RS-106 §4: a route that has switched it off does not read what others have put into a store they share', async (t) => {
  const endpoint = 'https://rs106-shared.example.com/introspect'
  const questions = endpointAt(endpoint, active(), { active: false })
  const [store, inactiveStore] = [memoryStore(), memoryStore()]
  const shared = { endpoint, clientAuth, ...patient, store, inactiveStore }
  const send = await withStrictRoute(
    t,
    introspection(shared),
    introspection({ ...shared, maxAge: 0, inactiveMaxAge: 0 }),
  )
  t.is((await send('opaque')).status, 200)
  isInvalidToken(t, await send('opaque', { path: '/transfer' }), 'revoked meanwhile')
  t.is(questions.length, 2)
  isInvalidToken(t, await send('opaque'), 'what was said before counts on no route')
})

test('RS-106 §4: the same is true of inactive tokens', async (t) => {
  const endpoint = 'https://rs106-inactive.example.com/introspect'
  const questions = endpointAt(endpoint, { active: false }, active())
  const shared = { endpoint, clientAuth, ...patient, inactiveStore: memoryStore() }
  const remembering = await protect(t, { tokens: introspection(shared) })
  const asking = await protect(t, { tokens: introspection({ ...shared, inactiveMaxAge: 0 }) })
  isInvalidToken(t, await remembering.send('opaque'))
  isInvalidToken(t, await remembering.send('opaque'))
  t.is(questions.length, 1)
  t.is((await asking.send('opaque')).status, 200)
})

test.serial('RS-106 §4: each verifier goes by its own maxAge in a shared store', async (t) => {
  const endpoint = 'https://rs106-ages.example.com/introspect'
  const questions = endpointAt(endpoint, active(), { active: false })
  const shared = { endpoint, clientAuth, ...patient, store: memoryStore() }
  const send = await withStrictRoute(
    t,
    introspection(shared),
    introspection({ ...shared, maxAge: 0.1 }),
  )
  t.is((await send('opaque')).status, 200)
  await delay(150)
  isInvalidToken(t, await send('opaque', { path: '/transfer' }), 'revoked meanwhile')
  t.is(questions.length, 2)
})

test('RS-106 §4: an answer from before a token was revoked, that comes after, is not remembered', async (t) => {
  let asked = 0
  let release: (() => void) | undefined
  const url = await serve(t, (_, response) => {
    asked += 1
    if (asked === 1) release = () => response.end(json({}))
    else response.end('{"active":false}')
  })
  const shared = {
    endpoint: `${url}/introspect`,
    clientAuth,
    ...patient,
    store: memoryStore(),
    inactiveStore: memoryStore(),
  }
  const strict = introspection({ ...shared, maxAge: 0 })
  const lenient = await protect(t, { tokens: introspection(shared) })
  const slow = lenient.send('opaque')
  await until(() => release !== undefined)
  isInvalidToken(t, await (await protect(t, { tokens: strict })).send('opaque'))
  release!()
  t.is((await slow).status, 200)
  isInvalidToken(t, await lenient.send('opaque'))
})

test('RS-107: no key and no value holds a token', async (t) => {
  const [store, inactiveStore] = [openStore(), openStore()]
  const { send } = await introspecting(t, 'rs107', [active({ jti: 'x' }), { active: false }], {
    store,
    inactiveStore,
  })
  await send('canary-1')
  await send('canary-2')
  await until(() => store.values.size + inactiveStore.values.size === 2)
  for (const [key, value] of [...store.values, ...inactiveStore.values]) {
    t.regex(key, /^[\w-]{43}$/, 'a SHA-256')
    t.notRegex(key + value, /canary/)
  }
})

test('RS-107: an answer that repeats the token is used, and not remembered', async (t) => {
  const token = 'canary+/1=='
  const repeating: readonly Reply[] = [
    active({ token }),
    active({ nested: [{ deep: `Bearer ${token}` }] }),
    active({ [`urn:${token}`]: 1 }),
    [200, json({}).replace('{', `{"token":"\\u0063anary+\\/1==",`)],
  ]
  const refusing = { active: false, token }
  for (const [i, reply] of [...repeating, refusing].entries()) {
    const [store, inactiveStore] = [openStore(), openStore()]
    const { send, questions } = await introspecting(t, `rs107-repeats-${i}`, [reply], {
      store,
      inactiveStore,
    })
    const status = reply === refusing ? 401 : 200
    t.is((await send(token)).status, status)
    t.is((await send(token)).status, status)
    const held = JSON.stringify([...store.values, ...inactiveStore.values])
    t.false(held.includes(token), `answer ${i}`)
    t.true(questions.length > 0)
  }
})

test('RS-107: keys differ by token, issuer, endpoint and client, and by nothing else', async (t) => {
  const store = openStore()
  const url = 'https://rs107-keys.example.com'
  for (const path of ['/i', '/ia', '/introspect']) endpointAt(`${url}${path}`, active())
  nock(url)
    .persist()
    .get('/.well-known/oauth-authorization-server')
    .reply(200, { issuer: url, introspection_endpoint: `${url}/introspect` })
  const base = { endpoint: `${url}/introspect`, clientAuth, store }
  const variants: readonly (readonly [string, IntrospectionOptions])[] = [
    ['opaque', base],
    ['opaque2', base],
    ['opaque', { ...base, issuer: url }],
    ['opaque', { ...base, issuer: `${url}/a` }],
    ['opaque', { clientAuth, store, issuer: url }],
    ['opaque', { ...base, clientAuth: clientSecretBasic('b', 'secret') }],
    ['opaque', { ...base, endpoint: `${url}/i`, clientAuth: clientSecretBasic('ab', 's') }],
    ['opaque', { ...base, endpoint: `${url}/ia`, clientAuth: clientSecretBasic('b', 's') }],
  ]
  for (const [i, [token, options]] of variants.entries()) {
    const { send } = await protect(t, { tokens: introspection(options) })
    t.is((await send(token)).status, 200)
    await until(() => store.values.size === i + 1)
  }
  const again = await protect(t, {
    tokens: introspection({ ...base, clientAuth: clientSecretPost('api', 'new secret') }),
  })
  t.is((await again.send('opaque')).status, 200)
  t.is(store.values.size, variants.length, 'what one process has remembered serves another')
  t.is(store.ttls.length, variants.length)
})

test('RS-108: facts are remembered, not verdicts: each resource server judges them by its own policy', async (t) => {
  const endpoint = 'https://rs108.example.com/introspect'
  const facts = (): object =>
    active({ scope: 'orders:read', nbf: now() + 55, cnf: { 'x5t#S256': 'A' } })
  const questions = endpointAt(endpoint, facts, [500])
  const tokens = introspection({ endpoint, clientAuth, ...patient })
  let holds = true
  const confirmation = {
    member: 'x5t#S256',
    async confirm() {
      if (!holds) throw new InvalidToken('binding')
    },
  }
  const good = { tokens, confirmation, clockTolerance: 60 }
  const cases: readonly (readonly [string, Parameters<typeof protect>[1], number, string?])[] = [
    ['as is', good, 200],
    ['another audience', { ...good, audience: 'urn:other' }, 401],
    ['a stricter clock', { ...good, clockTolerance: 0 }, 401],
    ['no confirmation', { tokens, clockTolerance: 60 }, 401],
    ['enough scope', good, 200, 'orders:read'],
    ['more scope', good, 403, 'orders:write'],
    ['as is, again', good, 200],
    ['a sender without the key', good, 401],
  ]
  for (const [title, options, status, scope] of cases) {
    holds = title !== 'a sender without the key'
    const guards = scope === undefined ? [] : [requireScope(scope)]
    const { send } = await protect(t, options, ...guards)
    t.is((await send('opaque')).status, status, title)
  }
  t.is(questions.length, 1)
})

test('RS-108: what one request does to ctx.state.auth does not reach the next', async (t) => {
  const { send } = await introspecting(t, 'rs108-frozen', [
    active({ scope: 'orders:read', act: { sub: 'a' }, list: [{ a: 1 }] }),
  ])
  const endpoint = 'https://rs108-frozen.example.com/introspect'
  t.is((await send('opaque')).status, 200)
  const seen: string[] = []
  const app = new Koa()
  app.use(resourceServer({ audience, tokens: introspection({ endpoint, clientAuth, ...patient }) }))
  app.use((ctx) => {
    const auth = ctx.state['auth'] as Authentication
    seen.push(JSON.stringify(auth))
    const tamper: readonly (() => unknown)[] = [
      () => Object.assign(auth, { subject: 'evil' }),
      () => Object.assign(auth.claims, { sub: 'evil' }),
      () => Object.assign(auth.claims['act'] as object, { sub: 'evil' }),
      () => (auth.claims['list'] as object[]).push({}),
      () => Object.assign((auth.claims['list'] as object[])[0]!, { a: 2 }),
      () => (auth.scopes as Set<string>).add('orders:admin'),
    ]
    for (const attempt of tamper) t.throws(attempt, { instanceOf: TypeError }, String(attempt))
    ctx.body = 'through'
  })
  const again = sender(await listen(t, app))
  await again('opaque')
  await again('opaque')
  t.is(seen.length, 2)
  t.is(seen[1], seen[0])
})

test.serial('RS-109: a remembered token expires, whatever its store keeps', async (t) => {
  let exp = Infinity
  const first = (): object => active({ exp: (exp = now() + 0.4) })
  const again = (): object => active({ exp })
  const { send } = await introspecting(
    t,
    'rs109',
    [first, again],
    { store: openStore() },
    { clockTolerance: 0 },
  )
  const statuses = [(await send('opaque')).status, (await send('opaque')).status]
  if (now() < exp) t.deepEqual(statuses, [200, 200], 'unless it took too long')
  await until(() => now() > exp)
  isInvalidToken(t, await send('opaque'))
})

test.serial('RS-109: a token that is remembered as not yet valid becomes valid', async (t) => {
  let nbf = Infinity
  const early = (): object => active({ nbf: (nbf = now() + 0.4) })
  const { send, questions } = await introspecting(
    t,
    'rs109-nbf',
    [early, [500]],
    {},
    { clockTolerance: 0 },
  )
  const answer = await send('opaque')
  if (now() < nbf) isInvalidToken(t, answer, 'unless it took too long')
  await until(() => now() > nbf)
  t.is((await send('opaque')).status, 200)
  t.is(questions.length, 1)
})

// When the endpoint fails

test('RS-110 §2.3: any other status is our fault or the server’s, whatever it says of the token; and not remembered', async (t) => {
  const bodies = [
    '{"error":"invalid_client"}',
    '{"error":"invalid_token"}',
    '{"active":false}',
    json({}),
    '',
  ]
  const statuses = [400, 401, 403, 404, 405, 408, 410, 413, 422, 429, 500, 501, 502, 503, 504, 599]
  for (const status of statuses) {
    for (const [i, body] of bodies.entries()) {
      const title = `${status} ${body}`
      const host = `rs110-${status}-${i}`
      const { send, questions } = await introspecting(t, host, [[status, body], active()])
      isOutage(t, await send('opaque'), title)
      t.is((await send('opaque')).status, 200, `${title}: the next answer counts`)
      t.is(questions.length, 2, title)
    }
  }
})

test('RS-110: a challenge of the endpoint is for us, and not passed on', async (t) => {
  const { send } = await introspecting(t, 'rs110-challenge', [
    [401, '{"error":"invalid_client"}', { 'WWW-Authenticate': 'Basic realm="as"' }],
  ])
  isOutage(t, await send('opaque'))
})

test('RS-110: a connection that cannot be made or breaks is no verdict either', async (t) => {
  const origin = 'https://rs110-broken.example.com'
  nock(origin).post('/introspect').replyWithError('connection refused')
  nock(origin).post('/introspect').reply(200, active())
  const { send } = await protect(t, {
    tokens: introspection({ endpoint: `${origin}/introspect`, clientAuth, ...patient }),
  })
  isOutage(t, await send('opaque'))
  t.is((await send('opaque')).status, 200)
})

test('RS-110: an outage of the endpoint does not touch what is remembered', async (t) => {
  const { send, questions } = await introspecting(t, 'rs110-remembered', [active(), [503]])
  t.is((await send('opaque')).status, 200)
  isOutage(t, await send('another'))
  t.is((await send('opaque')).status, 200)
  t.is(questions.length, 2)
})

test('RS-110 RFC 7009 §2.2.1: 400 unsupported_token_type is said of the token: invalid_token', async (t) => {
  const unsupported = '{"error":"unsupported_token_type"}'
  const { send, questions } = await introspecting(t, 'rs110-unsupported', [[400, unsupported]])
  isInvalidToken(t, await send('opaque'))
  isInvalidToken(t, await send('opaque'))
  t.is(questions.length, 1)
  for (const status of [200, 401, 403, 404, 500]) {
    const api = await introspecting(t, `rs110-unsupported-${status}`, [[status, unsupported]])
    isOutage(t, await api.send('opaque'), String(status))
  }
})

test('RS-111: that a token is inactive is remembered, apart from active ones', async (t) => {
  const [store, inactiveStore] = [openStore(), openStore()]
  const { send, questions } = await introspecting(
    t,
    'rs111',
    [{ active: false }, active(), [500]],
    { store, inactiveStore },
  )
  isInvalidToken(t, await send('token-1'))
  isInvalidToken(t, await send('token-1'))
  t.is(questions.length, 1)
  t.is((await send('token-2')).status, 200)
  await until(() => store.values.size === 1)
  t.is(inactiveStore.values.size, 1)
  t.not([...store.values.keys()][0], [...inactiveStore.values.keys()][0])
})

test('RS-111: briefly: by default an active token for a minute, an inactive one for ten seconds', async (t) => {
  const [store, inactiveStore] = [openStore(), openStore()]
  const endpoint = 'https://rs111-default.example.com/introspect'
  endpointAt(endpoint, { active: false }, active())
  const { send } = await protect(t, {
    tokens: introspection({ endpoint, clientAuth, timeout: 30, store, inactiveStore }),
  })
  isInvalidToken(t, await send('token-1'))
  t.is((await send('token-2')).status, 200)
  await until(() => store.ttls.length === 1)
  t.deepEqual([inactiveStore.ttls, store.ttls], [[10], [60]])
})

test.serial('RS-111: for how long is an option, and then it is asked again', async (t) => {
  const { send, questions } = await introspecting(t, 'rs111-brief', [{ active: false }, active()], {
    inactiveMaxAge: 0.4,
  })
  const begin = now()
  const statuses = [(await send('opaque')).status, (await send('opaque')).status]
  if (now() - begin < 0.4) {
    t.deepEqual([statuses, questions.length], [[401, 401], 1], 'unless it took too long')
  }
  await until(() => now() - begin > 0.9)
  t.is((await send('opaque')).status, 200)
})

test('RS-111: inactive tokens are not put into a store that is given for active ones', async (t) => {
  const store = openStore()
  const { send, questions } = await introspecting(t, 'rs111-apart', [{ active: false }], { store })
  isInvalidToken(t, await send('opaque'))
  isInvalidToken(t, await send('opaque'))
  t.is(questions.length, 1)
  t.is(store.values.size, 0)
})

test('RS-111: a flood of inactive tokens displaces no active one', async (t) => {
  const { send, questions } = await introspecting(t, 'rs111-flood', [active(), { active: false }], {
    store: memoryStore({ maxEntries: 2 }),
    inactiveStore: memoryStore({ maxEntries: 2 }),
  })
  t.is((await send('good')).status, 200)
  for (let i = 0; i < 20; i++) isInvalidToken(t, await send(`flood-${i}`))
  t.is(questions.length, 21)
  t.is((await send('good')).status, 200)
  t.is(questions.length, 21)
})

// Many who wait

test.serial('RS-112: however many wait, a token is asked about once', async (t) => {
  for (const title of ['remembering', 'not remembering']) {
    const maxAge = title === 'remembering' ? 60 : 0
    let asked = 0
    let waiting = (): number => 0
    const url = await serve(t, (_, response) => {
      asked += 1
      const ready = asked > 1 ? Promise.resolve() : until(() => waiting() === 100)
      void ready.then(() => response.end(json({})))
    })
    const tokens = counted(
      introspection({ endpoint: `${url}/introspect`, clientAuth, maxAge, ...patient }),
    )
    ;({ waiting } = tokens)
    const { send, admitted } = await protect(t, { tokens })
    const answers = await Promise.all(Array.from({ length: 100 }, () => send('opaque')))
    t.deepEqual([...new Set(answers.map(({ status }) => status))], [200], title)
    t.is(admitted.length, 100, title)
    t.is(asked, 1, title)
    t.is((await send('opaque')).status, 200, title)
    t.is(asked, maxAge === 0 ? 2 : 1, `${title}: the flight ends with its answer`)
  }
})

test.serial('RS-112: a call that fails fails for all who wait, and for nobody else', async (t) => {
  for (const status of [500, 401, 0]) {
    let asked = 0
    let waiting = (): number => 0
    const url = await serve(t, (request, response) => {
      asked += 1
      if (asked > 1) return response.end(json({}))
      void until(() => waiting() === 100).then(() =>
        status === 0 ? request.socket.destroy() : response.writeHead(status).end(),
      )
      return undefined
    })
    const tokens = counted(introspection({ endpoint: `${url}/introspect`, clientAuth, ...patient }))
    ;({ waiting } = tokens)
    const { send } = await protect(t, { tokens })
    const answers = await Promise.all(Array.from({ length: 100 }, () => send('opaque')))
    for (const answer of answers) isOutage(t, answer, String(status))
    t.is(asked, 1, String(status))
    t.is((await send('opaque')).status, 200, String(status))
    t.is(asked, 2, String(status))
  }
})

test('RS-112: different tokens do not wait for one another', async (t) => {
  let held: (() => void) | undefined
  const url = await serve(t, (request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      const answer = (): unknown => response.end(json({}))
      if (body.includes('slow')) held = answer
      else answer()
    })
  })
  const { send } = await protect(t, {
    tokens: introspection({ endpoint: `${url}/introspect`, clientAuth, ...patient }),
  })
  const slow = send('slow')
  await until(() => held !== undefined)
  t.is((await send('fast')).status, 200)
  held!()
  t.is((await slow).status, 200)
})

test('RS-112: a client that disconnects while it waits harms nobody', async (t) => {
  let asked = 0
  let release: (() => void) | undefined
  const url = await serve(t, (_, response) => {
    asked += 1
    release = () => response.end(json({}))
  })
  const tokens = counted(introspection({ endpoint: `${url}/introspect`, clientAuth, ...patient }))
  let gone = 0
  const app = new Koa()
  app.on('error', () => undefined)
  app.use(async (ctx, next) => {
    ctx.res.once('close', () => (gone += ctx.res.writableFinished ? 0 : 1))
    await next()
  })
  app.use(resourceServer({ audience, tokens }))
  app.use((ctx) => (ctx.body = 'through'))
  const send = sender(await listen(t, app))

  const impatient = new AbortController()
  const aborted = send('opaque', { signal: impatient.signal })
  await until(() => tokens.waiting() === 1 && release !== undefined)
  const others = [send('opaque'), send('opaque')]
  await until(() => tokens.waiting() === 3)
  impatient.abort()
  t.is(await aborted.catch((error: unknown) => (error as Error).name), 'AbortError')
  await until(() => gone === 1)
  release!()
  for (const { status } of await Promise.all(others)) t.is(status, 200)
  t.is((await send('opaque')).status, 200, 'and its answer is remembered')
  t.is(asked, 1)
})

test('RS-113 §5: what the endpoint says goes to nobody but the application', async (t) => {
  const canary = 'canary'
  const told = {
    [canary]: canary,
    sub: canary,
    username: canary,
    client_id: canary,
    scope: canary,
    jti: canary,
  }
  const replies: readonly Reply[] = [
    { ...active(told), active: false },
    active({ ...told, aud: canary }),
    active({ ...told, iss: `https://${canary}.example.com` }),
    active({ ...told, exp: 1 }),
    active({ ...told, token_type: canary }),
    active({ ...told, cnf: { [canary]: canary } }),
    active({ ...told, scope: [canary] }),
    active({ ...told, active: canary }),
    [500, canary, { 'X-Canary': canary, 'Set-Cookie': canary, 'Retry-After': '4711' }],
    [401, canary, { 'WWW-Authenticate': `Basic realm="${canary}"` }],
    active(told),
  ]
  for (const [i, reply] of replies.entries()) {
    const endpoint = `https://rs113-${i}.example.com/${canary}`
    endpointAt(endpoint, reply)
    const tokens = introspection({ endpoint, issuer: 'https://rs113.example.com', clientAuth })
    const { send } = await protect(t, { tokens }, requireScope('orders:read'))
    const { status, headers, body } = await send('opaque')
    t.true([401, 403, 503].includes(status), `answer ${i}`)
    t.notRegex(JSON.stringify([...headers]) + body, /canary|opaque|rs113/, `answer ${i}`)
  }
})

// When a store fails

const never = (): Promise<never> => new Promise(() => undefined)
const reject = async (): Promise<never> => {
  throw new Error('the store is down')
}
const throwing = (): never => {
  throw new Error('the store is down')
}
const rejectLate = async (): Promise<never> => {
  await delay(60)
  throw new Error('the store is down')
}

const brokenStores: readonly (readonly [string, unknown, unknown])[] = [
  ['throws', throwing, throwing],
  ['rejects', reject, reject],
  ['hangs', never, never],
  ['rejects late', rejectLate, rejectLate],
  ['reads nothing and cannot write', async () => undefined, reject],
  ['resolves at once to what is no promise', () => undefined, () => undefined],
  ...[
    '',
    'garbage',
    '{}',
    '[]',
    'null',
    'true',
    '{"active":"true"}',
    '{"active":1}',
    `{"aud":"${audience}"}`,
    json({ exp: 'soon' }),
    json({}).slice(0, -1),
    `\uFEFF${json({})}`,
    null,
    42,
    true,
    {},
    active(),
    [json({})],
    () => json({}),
  ].map(
    (value) =>
      [
        `reads ${JSON.stringify(value) ?? 'a function'}`,
        async () => value,
        async () => 'OK',
      ] as const,
  ),
]

test('RS-114: a store that fails in whatever way is as if it remembered nothing', async (t) => {
  for (const [i, [title, get, set]] of brokenStores.entries()) {
    const broken = { get, set, add: set } as Store
    const stores = { store: broken, inactiveStore: broken, storeTimeout: 0.03 }
    const good = await introspecting(t, `rs114-${i}`, [active()], stores)
    const bad = await introspecting(t, `rs114-${i}-inactive`, [{ active: false }], stores)
    for (const [{ send, questions }, status] of [
      [good, 200],
      [bad, 401],
    ] as const) {
      t.is((await send('opaque')).status, status, title)
      // An answer may serve a little longer, while a slow store takes it.
      for (let sent = 0; questions.length < 2 && sent < 20; sent++) {
        t.is((await send('opaque')).status, status, title)
      }
      t.is(questions.length, 2, title)
    }
    const down = await introspecting(t, `rs114-${i}-down`, [[500]], stores)
    isOutage(t, await down.send('opaque'), title)
  }
})

test('RS-114: what a store gives back otherwise than it was given is not used', async (t) => {
  const tampers: Record<string, (value: string) => string> = {
    'active "true"': (value) => value.replace('"active":true', '"active":"true"'),
    'active 1': (value) => value.replace('"active":true', '"active":1'),
    'no active': (value) => value.replace('"active":true,', ''),
    'exp of no number': (value) => value.replace('4102444800', '"4102444800"'),
    'aud of no string': (value) => value.replace(`"${audience}"`, '5'),
    'a cut value': (value) => value.slice(0, -1),
    'more than the value': (value) => `${value}}`,
  }
  for (const [i, [title, tamper]] of Object.entries(tampers).entries()) {
    const store = openStore()
    const tampered = {
      ...store,
      async get(key: string) {
        const value = await store.get(key)
        return value === undefined ? undefined : tamper(value)
      },
    }
    const good = active({ exp: 4_102_444_800 })
    const { send, questions } = await introspecting(t, `rs114-tampered-${i}`, [good], {
      store: tampered,
    })
    t.is((await send('opaque')).status, 200, title)
    await until(() => store.values.size === 1)
    const [value] = store.values.values()
    t.not(tamper(value!), value, title)
    t.is((await send('opaque')).status, 200, title)
    t.is(questions.length, 2, title)
  }
})

test.serial('RS-114: a store that hangs costs half a second by default', async (t) => {
  const hanging = { get: never, set: never, add: never }
  const { send } = await introspecting(t, 'rs114-default', [active()], { store: hanging })
  const begin = performance.now()
  t.is((await send('opaque')).status, 200)
  const took = performance.now() - begin
  t.true(took > 450 && took < 2500, `${took} ms`)
})

test('RS-114: one store that fails does not keep the other from remembering', async (t) => {
  const broken = { get: reject, set: reject, add: reject }
  const { send, questions } = await introspecting(t, 'rs114-other', [{ active: false }], {
    store: broken,
  })
  isInvalidToken(t, await send('opaque'))
  isInvalidToken(t, await send('opaque'))
  t.is(questions.length, 1)
})

// Where the endpoint is

interface Published {
  readonly gets: readonly string[]
  readonly questions: readonly Question[]
}

/** Serves metadata documents, each at its path, and an introspection endpoint at /introspect. */
function publish(origin: string, documents: Readonly<Record<string, Reply>>): Published {
  const gets: string[] = []
  nock(origin)
    .persist()
    .get(/.*/)
    .reply((path) => {
      gets.push(path)
      return respond(documents[path] ?? [404, '{"error":"not_found"}'])
    })
  return { gets, questions: endpointAt(`${origin}/introspect`, active()) }
}

const oauth = '/.well-known/oauth-authorization-server'
const openid = '/.well-known/openid-configuration'

test('RS-81 RFC 8414 §3, §5: the endpoint is found in RFC 8414’s document, else in OpenID Connect’s', async (t) => {
  const cases: readonly (readonly [string, string, string, readonly string[]])[] = [
    ['oauth', '', oauth, [oauth]],
    ['openid', '', openid, [oauth, openid]],
    ['slash', '/', oauth, [oauth]],
    ['slash-openid', '/', openid, [oauth, openid]],
    ['path', '/tenant/1', `${oauth}/tenant/1`, [`${oauth}/tenant/1`]],
    ['path-openid', '/tenant/1', `/tenant/1${openid}`, [`${oauth}/tenant/1`, `/tenant/1${openid}`]],
    ['path-slash', '/tenant/', `${oauth}/tenant`, [`${oauth}/tenant`]],
  ]
  for (const [name, path, documentPath, asked] of cases) {
    const origin = `https://rs81-${name}.example.com`
    const issuer = origin + path
    const document = { issuer, introspection_endpoint: `${origin}/introspect`, unknown: [1] }
    const { gets, questions } = publish(origin, { [documentPath]: document })
    const { send } = await protect(t, {
      tokens: introspection({ issuer, clientAuth, maxAge: 0, ...patient }),
    })
    t.is((await send('opaque')).status, 200, name)
    t.is((await send('opaque')).status, 200, name)
    t.deepEqual(gets, asked, `${name}: looked for once`)
    t.is(questions.length, 2, name)
  }
})

test('RS-81: a document that does not tell the endpoint leaves it to the other one', async (t) => {
  const origin = 'https://rs81-silent.example.com'
  const { gets } = publish(origin, {
    [oauth]: { issuer: origin, jwks_uri: `${origin}/jwks` },
    [openid]: { issuer: origin, introspection_endpoint: `${origin}/introspect` },
  })
  const { send } = await protect(t, {
    tokens: introspection({ issuer: origin, clientAuth, ...patient }),
  })
  t.is((await send('opaque')).status, 200)
  t.deepEqual(gets, [oauth, openid])
})

test('RS-81: an endpoint that is given is not looked for', async (t) => {
  const origin = 'https://rs81-given.example.com'
  const { gets, questions } = publish(origin, {})
  const { send } = await protect(t, {
    tokens: introspection({
      issuer: origin,
      endpoint: `${origin}/introspect`,
      clientAuth,
      ...patient,
    }),
  })
  t.is((await send('opaque')).status, 200)
  t.deepEqual(gets, [])
  t.is(questions.length, 1)
})

test('RS-82 RFC 8414 §2: an issuer is https without query and fragment', (t) => {
  for (const issuer of [
    'http://as.example.com',
    'https://as.example.com?a=b',
    'https://as.example.com/?',
    'https://as.example.com#',
    'https://as.example.com/#a',
    'https://user@as.example.com',
    'as.example.com',
    '',
  ]) {
    t.throws(
      () => introspection({ issuer, clientAuth }),
      { instanceOf: TypeError, message: /issuer/ },
      issuer,
    )
  }
  t.throws(() => introspection({ clientAuth }), { instanceOf: TypeError, message: /endpoint/ })
})

test('RS-83 RFC 8414 §3.3: metadata that is unusable or of another issuer is not used', async (t) => {
  const cases: readonly (readonly [string, (origin: string) => Reply])[] = [
    ['another issuer', () => ({ issuer: 'https://other.example.com' })],
    ['a slash more', (origin) => ({ issuer: `${origin}/` })],
    ['no issuer', () => ({})],
    ['no string', (origin) => ({ issuer: [origin] })],
    ['an array', (origin) => [200, `[{"issuer":"${origin}"}]`]],
    ['HTML', () => [200, '<title>Log in</title>']],
    [
      '500',
      (origin) => [
        500,
        JSON.stringify({ issuer: origin, introspection_endpoint: `${origin}/introspect` }),
      ],
    ],
    ['a redirect', () => [302, '', { Location: 'https://other.example.com/' }]],
  ]
  for (const [i, [title, reply]] of cases.entries()) {
    const origin = `https://rs83-${i}.example.com`
    const given = reply(origin)
    const document = Array.isArray(given)
      ? given
      : { introspection_endpoint: `${origin}/introspect`, ...(given as Record<string, unknown>) }
    const { gets, questions } = publish(origin, { [oauth]: document, [openid]: document })
    const { send } = await protect(t, {
      tokens: introspection({ issuer: origin, clientAuth, ...patient }),
    })
    isOutage(t, await send('opaque'), title)
    t.deepEqual(gets, [oauth, openid], title)
    t.is(questions.length, 0, title)
  }
})

test('RS-83, RS-98: metadata whose endpoint is missing, malformed or plain http is not used', async (t) => {
  const url = await serve(t, (_, response) => response.end(json({})))
  const endpoints = [
    undefined,
    5,
    '',
    '/introspect',
    'http://rs83-plain.example.com/introspect',
    `${url}/introspect`,
    'https://user:secret@rs83-plain.example.com/introspect',
    'https://rs83-plain.example.com/introspect#a',
    'javascript:alert(1)',
  ]
  for (const [i, introspection_endpoint] of endpoints.entries()) {
    const origin = `https://rs83-endpoint-${i}.example.com`
    const { questions } = publish(origin, { [oauth]: { issuer: origin, introspection_endpoint } })
    const { send } = await protect(t, {
      tokens: introspection({ issuer: origin, clientAuth, ...patient }),
    })
    isOutage(t, await send('opaque'), String(introspection_endpoint))
    t.is(questions.length, 0)
  }
})

test('RS-93, RS-110: discovery that failed is tried again soon', async (t) => {
  const origin = 'https://rs93.example.com'
  let up = false
  nock(origin)
    .persist()
    .get(oauth)
    .reply(() =>
      up
        ? [200, { issuer: origin, introspection_endpoint: `${origin}/introspect` }]
        : [503, 'later'],
    )
  nock(origin).persist().get(openid).reply(404)
  endpointAt(`${origin}/introspect`, active())
  const { send } = await protect(t, {
    tokens: introspection({ issuer: origin, clientAuth, ...patient }),
  })
  isOutage(t, await send('opaque'))
  up = true
  const deadline = performance.now() + 15_000
  let answer = await send('opaque')
  while (answer.status !== 200 && performance.now() < deadline) {
    isOutage(t, answer)
    await delay(50)
    answer = await send('opaque')
  }
  t.is(answer.status, 200)
})
