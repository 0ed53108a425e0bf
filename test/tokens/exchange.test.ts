import {
  Agent,
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { deflateSync, gzipSync } from 'node:zlib'
import test, { type ExecutionContext } from 'ava'
import { AuthorizationServerUnavailable } from '../../src/protocol/service-unavailable.ts'
import {
  type Answer,
  type Exchange,
  exchange,
  type ExchangeOptions,
  readRetryAfter,
  unusable,
} from '../../src/tokens/exchange.ts'

// Nothing here stands between the code and the network: no nock.

async function listening(
  t: ExecutionContext,
  server: ReturnType<typeof createTcpServer>,
): Promise<URL> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('error', () => undefined))
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  t.teardown(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((closed) => server.close(closed))
  })
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/path?query=canary`)
}

/** Serves HTTP on loopback. */
async function serve(t: ExecutionContext, listener: RequestListener): Promise<URL> {
  return listening(t, createServer(listener))
}

/** Answers each request on loopback with bytes of the test's own. */
async function answerRaw(
  t: ExecutionContext,
  answer: (socket: Socket, request: number) => void,
): Promise<URL> {
  let requests = 0
  const server = createTcpServer((socket) => {
    socket.on('data', () => answer(socket, (requests += 1)))
  })
  return listening(t, server)
}

async function isUnavailable(
  t: ExecutionContext,
  answer: Promise<Answer>,
  detail?: RegExp,
  title?: string,
): Promise<void> {
  const error = await t.throwsAsync<AuthorizationServerUnavailable>(
    answer,
    { instanceOf: AuthorizationServerUnavailable },
    title,
  )
  t.truthy(error.cause, title)
  t.regex(error.detail, /^http:\/\/127\.0\.0\.1:\d+\/path: /, title)
  t.notRegex(String(error.stack) + error.detail, /canary/, title)
  if (detail !== undefined) t.regex(error.detail, detail, title)
}

const bodyOf = (answer: Answer): string => Buffer.from(answer.body).toString()

/** What holds for Node's client and for a `fetch` alike. */
const senders: readonly (readonly [string, Pick<ExchangeOptions, 'fetch'>])[] = [
  ['node', {}],
  ['fetch', { fetch: globalThis.fetch }],
]

for (const [name, sender] of senders) {
  const calls = (options: ExchangeOptions = {}): Exchange => exchange({ ...sender, ...options })

  test(`${name}: gets an answer, whatever its status`, async (t) => {
    const seen: IncomingMessage[] = []
    const url = await serve(t, (request, response) => {
      seen.push(request)
      response.writeHead(418, { 'X-Answer': 'yes', 'Content-Type': 'text/plain' }).end('€\0')
    })
    const answer = await calls()(url, { headers: { Accept: 'text/plain' } })
    t.is(answer.status, 418)
    t.is(answer.headers['x-answer'], 'yes')
    t.is(bodyOf(answer), '€\0')
    t.is(seen[0]!.method, 'GET')
    t.is(seen[0]!.url, '/path?query=canary')
    t.is(seen[0]!.headers.accept, 'text/plain')
    t.is(seen[0]!.headers['accept-encoding'], 'identity')
    t.is(seen[0]!.headers['content-length'], undefined)
  })

  test(`${name}: posts a body, its length told`, async (t) => {
    const seen: (string | undefined)[] = []
    const url = await serve(t, async (request, response) => {
      seen.push(request.method, await text(request), request.headers['content-length'])
      response.end()
    })
    const http = calls()
    t.is((await http(url, { method: 'POST', body: 'ä=€' })).body.length, 0)
    t.is((await http(url, { method: 'POST', body: '' })).status, 200)
    t.deepEqual(seen, ['POST', 'ä=€', '6', 'POST', '', '0'])
  })

  test(`${name}: a redirect is an answer like any other`, async (t) => {
    const paths: (string | undefined)[] = []
    const url = await serve(t, (request, response) => {
      paths.push(request.url)
      response.writeHead(Number(request.headers['x-status']), { Location: '/elsewhere' }).end('go')
    })
    for (const status of [300, 301, 302, 303, 307, 308]) {
      const headers = { 'X-Status': String(status) }
      const get = await calls()(url, { headers })
      t.is(get.status, status)
      t.is(get.headers['location'], '/elsewhere')
      t.is((await calls()(url, { headers, method: 'POST', body: 'a' })).status, status)
    }
    t.deepEqual([...new Set(paths)], ['/path?query=canary'])
  })

  test(`${name}: an answer with a content encoding is refused`, async (t) => {
    const encodings = {
      gzip: gzipSync('{}'),
      GZIP: gzipSync('{}'),
      deflate: deflateSync('{}'),
      'identity, gzip': gzipSync('{}'),
      'x-unheard-of': '{}',
    }
    for (const [encoding, body] of Object.entries(encodings)) {
      const url = await serve(t, (_, response) => {
        response.writeHead(200, { 'Content-Encoding': encoding }).end(body)
      })
      await isUnavailable(t, calls()(url), undefined, encoding)
    }
    const url = await serve(t, (_, response) => {
      response.writeHead(200, { 'Content-Encoding': 'identity' }).end('{}')
    })
    t.is(bodyOf(await calls()(url)), '{}')
  })

  test(`${name}: an answer may be as large as maxResponseSize, and no larger`, async (t) => {
    const sizes = [
      [1000, true],
      [1001, false],
      [100_000, false],
    ] as const
    for (const [size, fits] of sizes) {
      for (const chunked of [false, true]) {
        const url = await serve(t, (_, response) => {
          if (!chunked) response.setHeader('Content-Length', size)
          response.flushHeaders()
          response.end('x'.repeat(size))
        })
        const answer = calls({ maxResponseSize: 1000 })(url)
        const title = `${size} bytes, ${chunked ? 'chunked' : 'length told'}`
        if (fits) t.is((await answer).body.length, size, title)
        else await isUnavailable(t, answer, /1000 bytes/, title)
      }
    }
  })

  test(`${name}: an answer without end is given up, and its connection closed`, async (t) => {
    let closed: Promise<unknown> | undefined
    const url = await serve(t, (_, response) => {
      const more = (): void => {
        while (response.writable && response.write('x'.repeat(10_000)));
      }
      response.on('drain', more)
      closed = new Promise((done) => response.once('close', done))
      more()
    })
    await isUnavailable(t, calls({ maxResponseSize: 100_000 })(url), /larger/)
    await closed
  })

  const hangs: readonly (readonly [string, (socket: Socket) => void])[] = [
    ['nothing comes', () => undefined],
    ['half a status line', (socket) => socket.write('HTTP/1.1 2')],
    [
      'headers that drip',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n')
        const drip = setInterval(() => socket.write('X-A: b\r\n'), 10)
        socket.once('close', () => clearInterval(drip))
      },
    ],
    ['headers alone', (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n')],
    ['half a body', (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{')],
    [
      'a body that drips',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n')
        const drip = setInterval(() => socket.write(' '), 10)
        socket.once('close', () => clearInterval(drip))
      },
    ],
    [
      'a last chunk that never comes',
      (socket) => socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n'),
    ],
    [
      'early hints without end',
      (socket) => {
        const drip = setInterval(() => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'), 10)
        socket.once('close', () => clearInterval(drip))
      },
    ],
    [
      'another protocol',
      (socket) => {
        socket.write(
          'HTTP/1.1 101 Switching Protocols\r\nUpgrade: a\r\nConnection: upgrade\r\n\r\n',
        )
      },
    ],
  ]
  for (const [title, hang] of hangs) {
    test(`${name}: the timeout is over the whole exchange: ${title}`, async (t) => {
      let closed: Promise<unknown> | undefined
      const url = await answerRaw(t, (socket) => {
        closed = new Promise((done) => socket.once('close', done))
        hang(socket)
      })
      const begin = performance.now()
      await isUnavailable(t, calls({ timeout: 0.2 })(url))
      t.true(performance.now() - begin < 4500)
      await closed
    })
  }

  const broken: readonly (readonly [string, string])[] = [
    ['closed without a word', ''],
    ['closed within the headers', 'HTTP/1.1 200 OK\r\nContent-Le'],
    ['closed after the headers', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n'],
    ['closed within the body', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}'],
    ['closed within a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}'],
    [
      'closed before the last chunk',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n',
    ],
    ['no HTTP', '220 mail.example.com ESMTP\r\n'],
    ['TLS', '\x15\x03\x01\x00\x02\x02\x46'],
    [
      'a bad chunk size',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n',
    ],
    ['a bad length', 'HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n{}'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}'],
    ['headers of 100 kB', `HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(100_000)}\r\n\r\n`],
  ]
  for (const [title, bytes] of broken) {
    test(`${name}: no whole answer: ${title}`, async (t) => {
      const url = await answerRaw(t, (socket) => socket.end(bytes, 'latin1'))
      const begin = performance.now()
      await isUnavailable(t, calls({ timeout: 30 })(url))
      t.true(performance.now() - begin < 15_000, 'known at once')
    })
  }

  test(`${name}: a body that ends with its connection is whole`, async (t) => {
    const url = await answerRaw(t, (socket) => socket.end('HTTP/1.0 200 OK\r\n\r\n{}'))
    t.is(bodyOf(await calls()(url)), '{}')
  })

  test(`${name}: hints before the answer are no answer`, async (t) => {
    const url = await answerRaw(t, (socket) => {
      socket.write('HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n')
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}')
    })
    const answer = await calls()(url)
    t.is(answer.status, 200)
    t.is(bodyOf(answer), '{}')
  })

  test(`${name}: a server that answers before it has read the request is heard`, async (t) => {
    const url = await serve(t, (_, response) => response.writeHead(413).end('too large'))
    const answer = await calls()(url, { method: 'POST', body: 'x'.repeat(50_000) })
    t.is(answer.status, 413)
  })

  test(`${name}: a server that is not there is known at once`, async (t) => {
    const begin = performance.now()
    await isUnavailable(t, calls({ timeout: 30 })(new URL('http://127.0.0.1:2/path')))
    t.true(performance.now() - begin < 15_000)
  })

  test(`${name}: a header that cannot be sent is no request`, async (t) => {
    let asked = 0
    const url = await serve(t, (_, response) => response.end(String((asked += 1))))
    const headers = { Authorization: 'Bearer a\r\nX-Injected: b' }
    await isUnavailable(t, calls()(url, { headers }))
    t.is(asked, 0)
  })

  test(`${name}: one connection serves one call after the other`, async (t) => {
    const ports = new Set<number | undefined>()
    const url = await serve(t, (request, response) => {
      ports.add(request.socket.remotePort)
      request.resume().once('end', () => response.end('{}'))
    })
    const http = calls()
    for (let i = 0; i < 5; i++) {
      t.is((await http(url, { method: 'POST', body: 'a' })).status, 200)
      await delay(2)
    }
    t.is(ports.size, 1)
  })

  test(`${name}: calls do not wait for one another`, async (t) => {
    const waiting: ServerResponse[] = []
    const url = await serve(t, (_, response) => {
      waiting.push(response)
      if (waiting.length === 20) for (const each of waiting) each.end()
    })
    const http = calls()
    const answers = await Promise.all(Array.from({ length: 20 }, () => http(url)))
    t.true(answers.every(({ status }) => status === 200))
  })
}

/** Serves answers, and resets a connection that is used again once `cut` says so. */
async function serveUntilCut(
  t: ExecutionContext,
  cut: () => boolean,
): Promise<{ url: URL; seen: string[] }> {
  const used = new WeakSet<Socket>()
  const seen: string[] = []
  const url = await serve(t, (request, response) => {
    const { socket } = request
    if (cut() && used.has(socket)) {
      seen.push('cut')
      socket.resetAndDestroy()
      return
    }
    used.add(socket)
    seen.push(`${request.method}`)
    request.resume().once('end', () => setTimeout(() => response.end('{}'), 5))
  })
  return { url, seen }
}

test('a kept connection that the server has closed is replaced by a new one', async (t) => {
  let cut = false
  const { url, seen } = await serveUntilCut(t, () => cut)
  const http = exchange({})
  const call = { method: 'POST', body: 'a' } as const
  await http(url, call)
  await delay(5)
  cut = true
  t.is((await http(url, call)).status, 200)
  t.deepEqual(seen, ['POST', 'cut', 'POST'])
})

test('so are several of them', async (t) => {
  let cut = false
  const { url } = await serveUntilCut(t, () => cut)
  const http = exchange({})
  await Promise.all([http(url), http(url), http(url)])
  await delay(5)
  cut = true
  t.is((await http(url)).status, 200)
})

test('a new connection that the server closes is not tried again', async (t) => {
  let asked = 0
  const url = await serve(t, (request) => {
    asked += 1
    request.socket.resetAndDestroy()
  })
  await isUnavailable(t, exchange({})(url))
  t.is(asked, 1)
})

test('an answer that breaks on a kept connection is not asked for again', async (t) => {
  let asked = 0
  const url = await serve(t, (request, response) => {
    asked += 1
    if (asked === 1) response.end('{}')
    else {
      response.writeHead(200, { 'Content-Length': 10 }).write('{')
      setTimeout(() => request.socket.resetAndDestroy(), 5)
    }
  })
  const http = exchange({})
  await http(url)
  await delay(5)
  await isUnavailable(t, http(url))
  t.is(asked, 2)
})

test.serial('the timeout is over both attempts together', async (t) => {
  let cut = false
  const used = new WeakSet<Socket>()
  const url = await serve(t, ({ socket }, response) => {
    if (!cut) response.end('{}')
    else if (used.has(socket)) setTimeout(() => socket.resetAndDestroy(), 1000)
    used.add(socket)
  })
  const http = exchange({ timeout: 1.5 })
  await http(url)
  await delay(5)
  cut = true
  const begin = performance.now()
  await isUnavailable(t, http(url), /deadline/)
  const took = performance.now() - begin
  t.true(took > 1400 && took < 2400, `${took} ms`)
})

test('an agent that is given makes the connections', async (t) => {
  let made = 0
  class Counting extends Agent {
    override createConnection(...parameters: Parameters<Agent['createConnection']>) {
      made += 1
      return super.createConnection(...parameters)
    }
  }
  const url = await serve(t, (_, response) => response.end('{}'))
  await exchange({ agent: new Counting() })(url)
  t.is(made, 1)
})

test('a fetch that is given makes the calls', async (t) => {
  const seen: (readonly [unknown, RequestInit | undefined])[] = []
  const http = exchange({
    async fetch(url, init) {
      seen.push([url, init])
      return new Response('{}', { status: 201, headers: { 'X-A': 'b' } })
    },
  })
  const answer = await http(new URL('https://as.example.com/a'), {
    method: 'POST',
    headers: { 'X-B': 'c' },
    body: 'd',
  })
  t.is(answer.status, 201)
  t.is(answer.headers['x-a'], 'b')
  t.is(bodyOf(answer), '{}')
  t.is(seen[0]![0], 'https://as.example.com/a')
  t.like(seen[0]![1], { method: 'POST', redirect: 'manual', body: 'd' })
})

test('a fetch that does not heed its signal is left behind, too', async (t) => {
  const never: typeof fetch = () => new Promise(() => undefined)
  const stuck: typeof fetch = async () => new Response(new ReadableStream())
  for (const fetch of [never, stuck]) {
    const http = exchange({ fetch, timeout: 0.1 })
    const answer = http(new URL('http://127.0.0.1:1/path'))
    await isUnavailable(t, Promise.race([answer, delay(1000).then(() => ({}) as Answer)]))
  }
})

const answered = (headers: Answer['headers']): Answer => ({
  status: 503,
  headers,
  body: new Uint8Array(),
})
const date = (seconds: number): string => new Date(Date.now() + seconds * 1000).toUTCString()

const retries: readonly (readonly [
  title: string,
  value: string | undefined,
  least: number | undefined,
  most?: number,
])[] = [
  ['nothing', undefined, undefined],
  ['empty', '', undefined],
  ['seconds', '5', 5],
  ['none', '0', 0],
  ['very many', '999999999999', 3600],
  ['words', 'soon', undefined],
  ['a date', date(100), 40, 101],
  ['a date that has passed', date(-100), 0],
  ['a date far away', date(1e6), 3600],
]

for (const [title, value, least, most = least] of retries) {
  test(`Retry-After: ${title}`, (t) => {
    const seconds = readRetryAfter(answered({ 'retry-after': value }))
    if (least === undefined) t.is(seconds, undefined)
    else t.true(seconds! >= least && seconds! <= most!, String(seconds))
  })
}

test('unusable: tells the operator of the answer, and the client when to come back', (t) => {
  const url = new URL('https://as.example.com/path?query=canary')
  const asked = unusable(url, answered({ 'retry-after': '7' }), 'without a key')
  t.is(asked.detail, 'https://as.example.com/path answered 503 without a key')
  t.is(asked.headers['Retry-After'], '7')
  t.is(unusable(url, answered({}), 'without a key').headers['Retry-After'], '5')
})
