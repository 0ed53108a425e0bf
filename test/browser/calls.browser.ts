import { visiting } from './visit.ts'

const admitted = [
  'Read passed',
  'Check passed',
  'Verify passed',
  'Identify passed',
  'Confirm passed',
]

visiting('A back-end client calls the API on behalf of a person', async (t, visit) => {
  const routes = visit.page.getByRole('list', { name: 'Requests to the API' }).getByRole('button')
  t.deepEqual(await routes.evaluateAll((all) => all.map((one) => one.matches(':enabled'))), [
    false,
    false,
    false,
    false,
    false,
  ])
  await visit.grant('Authorization code with PKCE', 'The Shop')

  await visit.call('GET /orders', 'GET /orders: 200 OK. Let in.')
  t.deepEqual(await visit.drawn('let in'), [
    'client > resourceserver: GET /orders, Bearer token',
    'resourceserver > authorizationserver: GET /.well-known/…',
    'authorizationserver > resourceserver: 200 OK',
    'resourceserver > authorizationserver: GET /jwks',
    'authorizationserver > resourceserver: 200 OK, 215 characters',
    'let in',
    'resourceserver > client: 200 OK, []',
  ])
  t.deepEqual(await visit.result.stages(), [
    ...admitted,
    'Authorize passed requireScope()',
    'Authorize passed requireResourceOwner()',
  ])
  t.regex(
    await visit.result.auth(),
    /shop-back-end acts on behalf of ada .* scopes orders:read orders:write/,
  )

  await visit.call('POST /orders', 'POST /orders: 201 Created. Let in.')
  const [, order = ''] = /"?id"? ([\w-]{36})/.exec(await visit.result.answer()) ?? []
  await visit.call('GET /orders', 'GET /orders: 200 OK. Let in.')
  t.true((await visit.result.answer()).includes(order))
  await visit.call('/cancel', `/orders/${order}/cancel: 200 OK. Let in.`)
  t.regex(await visit.result.answer(), /cancelled/)
  t.regex(await visit.result.cache(), /remembered/)

  await visit.call('GET /admin/orders', 'GET /admin/orders: 403 Forbidden. Refused at “Authorize”')
  t.regex((await visit.result.stages()).join(), /Authorize refused require/)
  await visit.call('GET /whoami', 'GET /whoami: 200 OK. Let in.')
  t.is((await visit.result.stages()).at(-1), 'Authorize nothing to do')
})

visiting('The page calls the API itself with a token of its own', async (t, visit) => {
  const asked: string[] = []
  visit.page.on('request', (request) => {
    if (request.method() !== 'OPTIONS') asked.push(new URL(request.url()).pathname)
  })
  await visit.grant('Authorization code, browser only', 'The Shop Page')
  await visit.call('POST /orders', 'POST /orders: 201 Created. Let in.')
  await visit.call('GET /orders', 'GET /orders: 200 OK. Let in.')
  t.deepEqual(asked.slice(-4), ['/runs', '/orders', '/runs', '/orders'])
  t.false(asked.includes('/calls'))
  t.regex(await visit.result.auth(), /acts on behalf of ada/)
})

visiting('A nightly job acts for itself', async (t, visit) => {
  await visit.press('Client credentials')
  await visit.news('The Nightly Job')
  await visit.call('GET /admin/orders', 'GET /admin/orders: 200 OK. Let in.')
  t.regex(
    await visit.result.auth(),
    /nightly-job acts on behalf of itself .* resourceOwner undefined/,
  )
  await visit.call('GET /orders', 'GET /orders: 403 Forbidden. Refused at “Authorize”')
})

visiting(
  'A DPoP-bound token comes with a proof, and the nonce that the API wants',
  async (t, visit) => {
    await visit.grant('DPoP-bound token', 'The Shop App')
    await visit.call('GET /orders', 'GET /orders: 200 OK. Let in.')
    const messages = await visit.drawn('let in')
    t.deepEqual(messages.slice(-5), [
      'not let in:, use_dpop_nonce',
      'resourceserver > client: 401 Unauthorized, WWW-Authenticate',
      'client > resourceserver: GET /orders, DPoP token, DPoP proof',
      'let in',
      'resourceserver > client: 200 OK, []',
    ])
    t.is(await visit.page.locator('details.call').count(), 2)
    t.is((await visit.result.stages())[4], 'Confirm passed')
  },
)

visiting('The API asks about an opaque token, and then remembers', async (t, visit) => {
  await visit.grant('Opaque token', 'The Partner')
  await visit.call('GET /whoami', 'GET /whoami: 200 OK. Let in.')
  t.deepEqual((await visit.drawn('let in')).slice(-4), [
    'resourceserver > authorizationserver: POST /token/introspection, the client’s secret',
    'authorizationserver > resourceserver: 200 OK, active=true',
    'let in',
    'resourceserver > client: 200 OK',
  ])
  t.regex(await visit.result.auth(), /partner-back-end acts on behalf of ada/)
})

visiting('One of several tokens is chosen', async (t, visit) => {
  await visit.press('Client credentials')
  await visit.news('The Nightly Job')
  await visit.grant('Authorization code with PKCE', 'The Shop')
  const tokens = visit.page.getByRole('group', { name: 'Which token?' }).getByRole('radio')
  t.deepEqual(await tokens.evaluateAll((all) => all.map((one) => one.matches(':checked'))), [
    true,
    false,
  ])
  await tokens.nth(1).check()
  await visit.call('GET /admin/orders', 'GET /admin/orders: 200 OK. Let in.')
  t.regex(await visit.result.auth(), /nightly-job acts on behalf of itself/)
})
