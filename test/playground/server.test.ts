import test from 'ava'
import { playing, sendAs } from './playing.ts'

test('only its own name leads to the playground', async (t) => {
  const playground = await playing(t)
  const { port } = new URL(playground.url)
  const at = async (Host: string, method = 'GET', path = '/setup') =>
    sendAs(playground.url + path, { method, headers: { Host } })
  t.is((await at(`127.0.0.1:${port}`)).status, 200)
  t.is((await at('elsewhere.example.com')).status, 421)
  t.is((await at(`elsewhere.example.com:${port}`)).status, 421)
  t.is((await at(`127.0.0.1:${port}1`)).status, 421)
  t.like(await at(`localhost:${port}`, 'GET', '/?a'), {
    status: 302,
    location: `${playground.url}/?a`,
  })
  t.is((await at(`localhost:${port}`, 'POST', '/runs')).status, 421)
})

test('the page and its parts, and no other file', async (t) => {
  const playground = await playing(t)
  const { api, issuer } = playground.servers
  const mermaid = '/libraries/mermaid/mermaid.esm.min.mjs'
  const types = {
    '/': /^text\/html/,
    '/browser-callback?code=a': /^text\/html/,
    '/assets/main.js': /^text\/javascript/,
    '/assets/style.css': /^text\/css/,
    [mermaid]: /^text\/javascript/,
  }
  for (const [path, type] of Object.entries(types)) {
    const { status, headers } = await playground.open(path)
    t.is(status, 200, path)
    t.regex(headers.get('Content-Type') ?? '', type)
    t.is(headers.get('X-Content-Type-Options'), 'nosniff')
    t.is(headers.get('Referrer-Policy'), 'no-referrer')
    const policy = headers.get('Content-Security-Policy') ?? ''
    t.true(policy.includes("default-src 'none'; script-src 'self';"))
    t.true(policy.includes(`connect-src 'self' ${api} ${issuer};`))
    t.true(policy.includes("frame-ancestors 'none'"))
  }
  t.is((await playground.open('/favicon.ico')).status, 204)
  const [, chunk = ''] =
    /"(\.\/chunks\/[^"]+)"/.exec(await (await playground.open(mermaid)).text()) ?? []
  t.is((await playground.open(new URL(chunk, playground.url + mermaid).pathname)).status, 200)
  for (const path of [
    '/assets/main.ts',
    '/assets/..%2Findex.html',
    '/assets/__proto__',
    '/libraries/mermaid/',
    '/libraries/mermaid/../package.json',
    '/libraries/mermaid/..%2fpackage.json',
    '/libraries/mermaid/%2e%2e/%2e%2e/lit/index.mjs',
    '/libraries/mermaid/chunks/../../../lit/index.mjs',
    '/libraries/mermaid/chunks',
    '/libraries/mermaid//etc/passwd.mjs',
    '/libraries/mermaid/mermaid.d.ts',
    '/libraries/mermaid/mermaid%00.mjs',
    '/libraries/mermaid/%E0%A4%A',
    '/libraries/lit/index.mjs',
  ]) {
    const { status } = await sendAs(playground.url, { path })
    t.true(status === 404 || status === 400, `${path} ${status}`)
  }
})

test('/events: what came after the last event that was read, and then what comes', async (t) => {
  const playground = await playing(t)
  await playground.press('/runs', { title: 'first' })
  const all = await playground.events()
  t.deepEqual(all.story, ['server on, keys: 1', '# first'])
  t.deepEqual((await playground.events(all.all[0]!.id)).story, ['# first'])
  t.deepEqual((await playground.events(all.all[1]!.id)).story, [])
  for (const unknown of ['1', '9'.repeat(17), 'x', '']) {
    t.deepEqual((await playground.events(unknown)).story, all.story, unknown)
  }

  const ended = new AbortController()
  const response = await fetch(`${playground.url}/events`, { signal: ended.signal })
  t.is(response.headers.get('Content-Type'), 'text/event-stream')
  t.is(response.headers.get('Cache-Control'), 'no-store')
  void playground.post('/runs', { title: 'later' })
  let seen = ''
  for await (const chunk of response.body!) {
    seen += Buffer.from(chunk).toString()
    if (seen.includes('"later"')) break
  }
  ended.abort()
  t.regex(seen, /retry: \d+\n\nid: \d+\ndata: \{"type":"run","run":2,"title":"later"\}\n\n/)
})

test('it stops with streams open and log-ins begun', async (t) => {
  const playground = await playing(t)
  const response = await fetch(`${playground.url}/events`)
  await playground.begin('/start/opaque')
  await playground.servers.close()
  await t.notThrowsAsync(response.text())
  await t.throwsAsync(fetch(playground.url))
})

test('a target that is no path is answered 400, by each server', async (t) => {
  const { servers, url } = await playing(t)
  for (const server of [url, servers.api, servers.issuer]) {
    for (const path of ['http://[', `${server}/`, '//evil.example/orders', '*', '//[/token']) {
      const { host, hostname, port } = new URL(server)
      const { status } = await sendAs(server, { hostname, port, path, headers: { Host: host } })
      t.is(status, 400, `${server} ${path}`)
    }
  }
})

test('HEAD of the stream ends, and an array is no JSON object', async (t) => {
  const playground = await playing(t)
  const head = await fetch(`${playground.url}/events`, { method: 'HEAD' })
  t.is(head.status, 200)
  t.is((await playground.post('/grants/client-credentials', [])).status, 400)
})
