import { constants, createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingHttpHeaders } from 'node:http'
import { connect, createSecureServer } from 'node:http2'
import { Agent, createServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import test, { type ExecutionContext } from 'ava'
import {
  clientSecretBasic,
  introspection,
  jwt,
  type ResourceServerOptions,
  tlsClientAuth,
} from 'koa-resource-server'
import { dpop } from 'koa-resource-server/dpop'
import { mtls } from 'koa-resource-server/mtls'
import { authorizationServer, dpopKey } from 'koa-resource-server/testing'
import { certificate } from './certificates.ts'
import { type Api, audience, protect } from './kit.ts'
import { ask, serveTls, type TlsAnswer, type TlsServer } from './mutual-tls.ts'
import { tls } from './tls.ts'

const as = await authorizationServer({ audience })
const tokens = jwt({ issuer: as.issuer, jwks: as.jwks })
const client = certificate()
const other = certificate()
const bound = await as.accessToken({ cnf: { 'x5t#S256': client.thumbprint } })
test.after.always(async () => as.close())

/** An API over TLS that confirms certificates. */
async function protectTls(
  t: ExecutionContext,
  options: Partial<ResourceServerOptions> = {},
  server: ServerOptions = {},
): Promise<TlsServer & { readonly api: Api }> {
  const api = await protect(t, { tokens, confirmation: mtls(), ...options })
  return Object.assign(await serveTls(t, api.app, server), { api })
}

function isRefused(t: ExecutionContext, { status, challenges }: TlsAnswer, message?: string): void {
  t.is(status, 401, message)
  t.deepEqual(
    challenges.map(({ scheme }) => scheme),
    ['Bearer'],
    message,
  )
  t.is(challenges[0]?.parameters['error'], 'invalid_token', message)
  t.deepEqual(Object.keys(challenges[0]?.parameters ?? {}).toSorted(), [
    'error',
    'error_description',
    'realm',
  ])
}

for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
  const only = { minVersion: version, maxVersion: version }

  for (const algorithm of ['EC', 'RSA', 'Ed25519'] as const) {
    test(`RS-159, RS-160 §3, §3.1: a bound JWT passes with its certificate, ${algorithm}, ${version}`, async (t) => {
      const own = certificate({ algorithm })
      const token = await as.accessToken({ cnf: { 'x5t#S256': own.thumbprint } })
      const server = await protectTls(t)
      const { status, protocol } = await ask(server, token, { ...own, ...only })
      t.is(status, 200)
      t.is(protocol, version)
      t.is(server.api.admitted[0]?.token, token)
      isRefused(t, await ask(server, token, { ...other, ...only }))
    })
  }

  test(`RS-159 §3: a resumed session has the certificate of its handshake, by ticket, ${version}`, async (t) => {
    const ticketKeys = randomBytes(48)
    const server = await protectTls(t, {}, { ticketKeys })
    const peer = await protectTls(t, {}, { ticketKeys })
    const { session, resumed, status } = await ask(server, bound, { ...client, ...only })
    t.false(resumed)
    t.is(status, 200)
    for (const instance of [server, peer]) {
      const again = await ask(instance, bound, { ...client, ...only, session })
      t.true(again.resumed)
      t.is(again.protocol, version)
      t.is(again.status, 200)
      const bare = await ask(instance, bound, { ...only, session })
      t.true(bare.resumed, 'who has the secret of the session has proven to hold the key')
      t.is(bare.status, 200)
      const mixed = await ask(instance, bound, { ...other, ...only, session })
      t.true(mixed.resumed)
      t.is(mixed.status, 200, 'a certificate that the client only has at hand counts for nothing')
    }
  })

  test(`RS-161 §3: resuming another client's session does not help, ${version}`, async (t) => {
    const server = await protectTls(t)
    for (const own of [other, {}]) {
      const { session } = await ask(server, bound, { ...own, ...only })
      const again = await ask(server, bound, { ...client, ...only, session })
      t.true(again.resumed)
      isRefused(t, again)
    }
  })

  test(`RS-161 §3: no certificate is refused, ${version}`, async (t) => {
    isRefused(t, await ask(await protectTls(t), bound, only))
  })
}

test('RS-159 §3: a session resumed by its id has the certificate of its handshake', async (t) => {
  const only = { maxVersion: 'TLSv1.2', secureOptions: constants.SSL_OP_NO_TICKET } as const
  const sessions = new Map<string, Buffer>()
  const server = await protectTls(t, {}, only)
  server.on('newSession', (id: Buffer, session: Buffer, saved: () => void) => {
    sessions.set(id.toString('hex'), session)
    saved()
  })
  server.on('resumeSession', (id: Buffer, resume: (error: null, session?: Buffer) => void) => {
    resume(null, sessions.get(id.toString('hex')))
  })
  const { session } = await ask(server, bound, { ...client, ...only })
  const again = await ask(server, bound, { ...client, ...only, session })
  t.is(sessions.size, 1)
  t.true(again.resumed)
  t.is(again.status, 200)
})

test('RS-159 §3: each request of a connection is judged by the certificate of the connection', async (t) => {
  const server = await protectTls(t)
  const agent = new Agent({ ...client, ca: tls.cert, keepAlive: true, maxSockets: 1 })
  t.teardown(() => agent.destroy())
  const foreign = await as.accessToken({ cnf: { 'x5t#S256': other.thumbprint } })
  const ports = new Set<number | undefined>()
  for (const [token, wanted] of [
    [bound, 200],
    [foreign, 401],
    [await as.accessToken(), 200],
    [bound, 200],
  ] as const) {
    const { status, localPort } = await ask(server, token, { agent })
    t.is(status, wanted)
    ports.add(localPort)
  }
  t.is(ports.size, 1)
})

test('RS-159 §3: the certificate of an HTTP/2 connection counts for each of its streams', async (t) => {
  const { app } = await protect(t, { tokens, confirmation: mtls() })
  const server = createSecureServer(
    { ...tls, requestCert: true, rejectUnauthorized: false },
    app.callback(),
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo

  for (const [certificate, wanted] of [
    [client, 200],
    [other, 401],
    [{}, 401],
  ] as const) {
    const session = connect(`https://127.0.0.1:${port}`, { ca: tls.cert, ...certificate })
    const statuses = [1, 2, 3].map(async () => {
      const stream = session.request({ ':path': '/', authorization: `Bearer ${bound}` })
      const [headers] = (await once(stream, 'response')) as [IncomingHttpHeaders]
      if (wanted === 401) t.regex(headers['www-authenticate'] ?? '', /^Bearer .*invalid_token/)
      stream.resume()
      return headers[':status' as keyof typeof headers]
    })
    t.deepEqual(await Promise.all(statuses), [wanted, wanted, wanted])
    await new Promise<void>((closed) => session.close(closed))
  }
})

test('RS-160 §3.1: the thumbprint is compared as it is', async (t) => {
  const server = await protectTls(t)
  const { thumbprint, der } = client
  const hash = createHash('sha256').update(der)
  const swapped = thumbprint.replace(/[a-z]/i, (letter) =>
    letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase(),
  )
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const strayBits =
    thumbprint.slice(0, -1) + alphabet[alphabet.indexOf(thumbprint.at(-1) ?? '') | 1]
  const others = [
    swapped,
    thumbprint.toLowerCase(),
    strayBits,
    `${thumbprint}=`,
    `${thumbprint} `,
    ` ${thumbprint}`,
    `${thumbprint}\n`,
    thumbprint.slice(0, -1),
    hash.copy().digest('hex'),
    hash.copy().digest('base64'),
    createHash('sha1').update(der).digest('base64url'),
    createHash('sha256').update(client.cert).digest('base64url'),
    '',
    [thumbprint],
    { [thumbprint]: thumbprint },
    null,
    true,
  ]
  for (const value of others) {
    const token = await as.accessToken({ cnf: { 'x5t#S256': value } })
    isRefused(t, await ask(server, token, client), JSON.stringify(value))
  }
})

test('RS-161 §3: another certificate is refused, even of the same key or name', async (t) => {
  const server = await protectTls(t)
  const issuer = certificate({ name: 'authority' })
  const renewed = { key: client.key, cert: certificate({ privateKey: client.privateKey }).cert }
  const issued = certificate({ issuer })
  for (const another of [other, renewed, issued, { ...issued, cert: issued.cert + client.cert }]) {
    isRefused(t, await ask(server, bound, another))
  }
  t.is((await ask(server, bound, { ...client, cert: client.cert + other.cert })).status, 200)
  t.is(server.api.admitted.length, 1)
})

test('RS-161 §3: without a certificate there is nothing that a header could say', async (t) => {
  const server = await protectTls(t)
  const pem = encodeURIComponent(client.cert)
  const headers = {
    'Client-Cert': `:${client.der.toString('base64')}:`,
    'X-SSL-Client-Cert': pem,
    'X-Forwarded-Client-Cert': `Hash=${Buffer.from(client.thumbprint, 'base64url').toString('hex')}`,
    'X-Amzn-Mtls-Clientcert': pem,
  }
  isRefused(t, await ask(server, bound, { headers }))
  isRefused(t, await ask(server, bound, { headers, ...other }))
  t.is((await ask(server, bound, { headers: { 'Client-Cert': ':AA==:' }, ...client })).status, 200)
})

test('RS-161 §3: a server that does not ask for certificates admits no bound token', async (t) => {
  const server = await protectTls(t, {}, { requestCert: false })
  isRefused(t, await ask(server, bound, client))
  t.is((await ask(server, await as.accessToken(), client)).status, 200)
})

test('RS-161 §3: a plain HTTP connection admits no bound token', async (t) => {
  const { send } = await protect(t, { tokens, confirmation: mtls() })
  const { status, bearer } = await send(bound)
  t.is(status, 401)
  t.is(bearer?.['error'], 'invalid_token')
})

test('RS-162 §3.2: a token that introspection says is bound passes with its certificate alone', async (t) => {
  const endpoint = as.metadata['introspection_endpoint'] as string
  const clientAuth = clientSecretBasic('orders-api', 'secret')
  const server = await protectTls(t, {
    tokens: introspection({ endpoint, clientAuth, maxAge: 60 }),
  })
  const token = as.opaqueToken({ cnf: { 'x5t#S256': client.thumbprint } })
  for (const _ of ['asked', 'remembered']) {
    t.is((await ask(server, token, client)).status, 200)
    isRefused(t, await ask(server, token, other))
    isRefused(t, await ask(server, token))
  }
})

test('RS-163 §6.2: nobody needs to vouch for the certificate, nor must it still be valid', async (t) => {
  const authority = certificate({ name: 'authority' })
  const expired = certificate({ years: [2020, 2021] })
  const future = certificate({ years: [2048, 2049] })
  const issued = certificate({ issuer: authority })
  for (const ca of [undefined, other.cert]) {
    const server = await protectTls(t, {}, { ca })
    for (const own of [client, issued, expired, future]) {
      const token = await as.accessToken({ cnf: { 'x5t#S256': own.thumbprint } })
      t.is((await ask(server, token, own)).status, 200)
    }
  }
})

test('RS-163 §6.2: a server that knows who issues the certificates may insist', async (t) => {
  const authority = certificate({ name: 'authority' })
  const issued = certificate({ issuer: authority })
  const server = await protectTls(t, {}, { ca: authority.cert, rejectUnauthorized: true })
  const token = await as.accessToken({ cnf: { 'x5t#S256': issued.thumbprint } })
  t.is((await ask(server, token, issued)).status, 200)
  await t.throwsAsync(ask(server, bound, client))
})

test('RS-166: a token bound to a certificate and to a DPoP key needs both', async (t) => {
  const server = await protectTls(t, { confirmation: [mtls(), dpop()] })
  const key = await dpopKey()
  const token = await as.accessToken({ cnf: { 'x5t#S256': client.thumbprint, jkt: key.jkt } })
  const proven = async (own: object, by = key): Promise<number | undefined> => {
    const proof = await by.proof({ url: `${audience}/`, token })
    const headers = { Authorization: `DPoP ${token}`, DPoP: proof }
    return (await ask(server, token, { ...own, headers })).status
  }
  t.is(await proven(client), 200)
  t.is(await proven(other), 401)
  t.is(await proven({}), 401)
  t.is(await proven(client, await dpopKey()), 401)
  const headers = { Authorization: `DPoP ${token}` }
  t.is((await ask(server, token, { ...client, headers })).status, 401, 'no proof')
  t.is((await ask(server, token, client)).status, 401, 'sent as a Bearer token')
})

test('RS-166: a binding that nothing here knows is refused, alone or beside a known one', async (t) => {
  const server = await protectTls(t)
  const { thumbprint } = client
  for (const cnf of [
    { 'x5t#S256': thumbprint, jkt: thumbprint },
    { jkt: thumbprint },
    { 'x5t#S256': thumbprint, 'x5t#S512': 'a' },
    { 'x5t#s256': thumbprint },
    { x5t: thumbprint },
    { constructor: thumbprint },
    {},
  ]) {
    isRefused(t, await ask(server, await as.accessToken({ cnf }), client), JSON.stringify(cnf))
  }
})

test('RS-167: a bound token is refused where nothing confirms certificates', async (t) => {
  for (const { app } of [
    await protect(t, { tokens }),
    await protect(t, { tokens, confirmation: dpop() }),
  ]) {
    const server = await serveTls(t, app)
    const { status, challenges } = await ask(server, bound, client)
    t.is(status, 401)
    t.is(challenges[0]?.scheme, 'Bearer')
    t.is(challenges[0]?.parameters['error'], 'invalid_token')
    t.is((await ask(server, await as.accessToken(), client)).status, 200)
  }
})

test('RS-160 §3: under senderConstrained the certificate alone does not bind a token', async (t) => {
  const server = await protectTls(t, { senderConstrained: true })
  t.is((await ask(server, bound, client)).status, 200)
  isRefused(t, await ask(server, await as.accessToken(), client))
})

test('RS-160 §3: a token bound to a certificate is a Bearer token, not a DPoP one', async (t) => {
  const key = await dpopKey()
  const headers = {
    Authorization: `DPoP ${bound}`,
    DPoP: await key.proof({ url: `${audience}/`, token: bound }),
  }
  const both = await protectTls(t, { confirmation: [mtls(), dpop()] })
  const answer = await ask(both, bound, { ...client, headers })
  t.is(answer.status, 401)
  t.is(
    answer.challenges.find(({ scheme }) => scheme === 'DPoP')?.parameters['error'],
    'invalid_token',
  )
  const alone = await ask(await protectTls(t), bound, { ...client, headers })
  t.is(alone.status, 401)
  t.is(alone.challenges[0]?.parameters['error'], undefined, 'no credentials that it knows')
})

test('RS-96 RFC 8705 §2: this resource server authenticates with the certificate that its agent connects with', async (t) => {
  const server = createServer(
    { ...tls, ca: tls.cert, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      const { authorized } = request.socket as TLSSocket
      const said = { active: true, aud: audience, sub: 'alice', client_id: 'app' }
      response.writeHead(authorized ? 200 : 401, { 'Content-Type': 'application/json' })
      response.end(JSON.stringify(authorized ? said : { error: 'invalid_client' }))
    },
  ).listen(0, '127.0.0.1')
  await new Promise((listening) => server.once('listening', listening))
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  const asking = async (agent: Agent): Promise<number> => {
    t.teardown(() => agent.destroy())
    const endpoint = `https://127.0.0.1:${port}/introspect`
    const tokens = introspection({ endpoint, clientAuth: tlsClientAuth('orders-api'), agent })
    return (await (await protect(t, { tokens })).send('opaque')).status
  }
  t.is(await asking(new Agent({ ca: tls.cert, ...tls })), 200)
  t.is(await asking(new Agent({ ca: tls.cert })), 503, 'no certificate of ours is our fault')
  t.is(await asking(new Agent(tls)), 503, 'a server that nobody vouches for is not asked')
})
