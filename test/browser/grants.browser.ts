import { visiting } from './visit.ts'

/** Log-in and consent, between the resource owner's browser and the authorization server. */
const logInAndConsent = (client: string): readonly string[] => [
  'authorizationserver > resourceowner: 303 See Other, to /interaction/…',
  'resourceowner > authorizationserver: GET /interaction/…',
  'authorizationserver > resourceowner: 200 OK, the page “Log in”',
  'resourceowner > authorizationserver: POST /interaction/…, password',
  'authorizationserver > resourceowner: 303 See Other, to /auth/…',
  'resourceowner > authorizationserver: GET /auth/…',
  'authorizationserver > resourceowner: 303 See Other, to /interaction/…',
  'resourceowner > authorizationserver: GET /interaction/…',
  `authorizationserver > resourceowner: 200 OK, the page “Allow ${client} access?”`,
  'resourceowner > authorizationserver: POST /interaction/…, allow',
  'authorizationserver > resourceowner: 303 See Other, to /auth/…',
  'resourceowner > authorizationserver: GET /auth/…',
]

const discovery = [
  'client > authorizationserver: GET /.well-known/…',
  'authorizationserver > client: 200 OK',
]

for (const [way, path, client, tokens, note] of [
  [
    'Authorization code with PKCE',
    'GET …/authorization-code',
    'The Shop',
    'access_token, refresh_token',
    'has a token (JWT)',
  ],
  [
    'DPoP-bound token',
    'GET /start/dpop',
    'The Shop App',
    'access_token',
    'has a token (JWT, bound)',
  ],
  ['Opaque token', 'GET /start/opaque', 'The Partner', 'access_token', 'has a token (opaque)'],
] as const) {
  visiting(`${way}: a client with a back end gets a token`, async (t, visit) => {
    await visit.grant(way, client)
    t.deepEqual(await visit.drawn('the page “Done”'), [
      `resourceowner > client: ${path}`,
      ...discovery,
      'client > resourceowner: 303 See Other, response_type=code',
      'resourceowner > authorizationserver: GET /auth, response_type=code, code_challenge',
      ...logInAndConsent(client),
      'authorizationserver > resourceowner: 303 See Other, code',
      'resourceowner > client: GET /callback, code',
      'client > authorizationserver: POST /token, authorization_code, code',
      `authorizationserver > client: 200 OK, ${tokens}`,
      note,
      'client > resourceowner: 200 OK, the page “Done”',
    ])
    t.regex(
      await visit.token(),
      new RegExp(`^${client} authorization code.* left orders:read orders:write`),
    )
  })
}

visiting('Authorization code, browser only: the page gets a token itself', async (t, visit) => {
  await visit.grant('Authorization code, browser only', 'The Shop Page')
  t.deepEqual(await visit.drawn('has a token'), [
    ...discovery,
    'resourceowner > authorizationserver: GET /auth, response_type=code, code_challenge',
    ...logInAndConsent('The Shop Page'),
    'authorizationserver > resourceowner: 303 See Other, code',
    'resourceowner > client: GET /browser-callback, code',
    'client > authorizationserver: POST /token, authorization_code, code',
    'authorizationserver > client: 200 OK, access_token',
    'has a token (JWT)',
  ])
  t.regex(await visit.token(), /^The Shop Page authorization code, for ada JWT/)
})

visiting(
  'Implicit: the token comes in the address, and the page says why not to',
  async (t, visit) => {
    const card = visit.page.locator('.deed').filter({ hasText: 'Implicit' })
    t.regex(await card.innerText(), /the old way/)
    const why = card.getByRole('link', { name: 'RFC 9700 §2.1.2' })
    t.is(
      await why.getAttribute('href'),
      'https://www.rfc-editor.org/rfc/rfc9700.html#section-2.1.2',
    )
    await visit.grant('Implicit', 'The Order Widget')
    t.deepEqual(await visit.drawn('has a token'), [
      ...discovery,
      'resourceowner > authorizationserver: GET /auth, response_type=id_token token',
      ...logInAndConsent('The Order Widget'),
      'authorizationserver > resourceowner: 303 See Other, access_token',
      'resourceowner > client: GET /browser-callback, access_token',
      'client > authorizationserver: GET /jwks',
      'authorizationserver > client: 200 OK, 215 characters',
      'has a token (JWT)',
    ])
  },
)

visiting('Client credentials: no resource owner takes part', async (t, visit) => {
  await visit.press('Client credentials')
  await visit.news('The Nightly Job has got a token (JWT).')
  t.deepEqual(await visit.drawn('has a token'), [
    ...discovery,
    'client > authorizationserver: POST /token, client_credentials',
    'authorizationserver > client: 200 OK, access_token',
    'has a token (JWT)',
  ])
})

visiting('Refresh: only once there is a refresh token', async (t, visit) => {
  t.true(await visit.card('Refresh').isDisabled())
  await visit.press('Client credentials')
  await visit.news('The Nightly Job')
  t.true(await visit.card('Refresh').isDisabled())
  await visit.grant('Authorization code with PKCE', 'The Shop')
  await visit.press('Refresh')
  await visit.page.getByRole('option', { name: /^3\. Refresh/ }).waitFor({ state: 'attached' })
  t.deepEqual((await visit.drawn('has a token')).slice(-3), [
    'client > authorizationserver: POST /token, refresh_token',
    'authorizationserver > client: 200 OK, access_token, refresh_token',
    'has a token (JWT)',
  ])
  t.regex(await visit.token(), /^The Shop refresh token, for ada JWT/)
})

visiting('A resource owner who denies, and one who closes the window', async (t, visit) => {
  const denied = await visit.open('Authorization code with PKCE')
  await visit.logIn(denied)
  await denied.getByRole('button', { name: 'Deny' }).click()
  await denied.getByText('The client has got no token').waitFor()
  await denied.close()
  t.regex((await visit.drawn('the page “No token”')).join('\n'), /303 See Other, access_denied/)
  t.is(await visit.page.getByText('No client has a token yet.').count(), 1)

  const left = await visit.open('Authorization code, browser only')
  await visit.logIn(left)
  await left.getByRole('button', { name: 'Deny' }).click()
  await visit.news('The client gets no token: The resource owner denied the request.')
  const closed = await visit.open('Implicit')
  await visit.logIn(closed)
  await closed.getByRole('button', { name: 'Allow' }).waitFor()
  await closed.close()
  await visit.news('The window was closed before the log-in was complete')
})

visiting('Messages are drawn while they are sent', async (t, visit) => {
  const window = await visit.open('Authorization code with PKCE')
  await window.getByLabel('Username').waitFor()
  const before = await visit.drawn('the page “Log in”')
  t.is(before.length, 8)
  await visit.news('Under way…')
  await visit.logIn(window)
  await window.getByRole('button', { name: 'Allow' }).waitFor()
  const after = await visit.drawn('the page “Allow')
  t.deepEqual(after.slice(0, before.length), before)
  t.true(after.length > before.length)
})
