import test from 'ava'
import { introspection } from 'koa-resource-server'
import { google } from 'koa-resource-server/vendors'
import { present } from './fixtures.ts'

const client = '1-a.apps.googleusercontent.com'
const exp = String(Math.floor(Date.now() / 1000) + 60)
const good = { azp: client, aud: client, sub: '4', exp, scope: 'openid', email: 'dana@example.com' }

interface Call {
  readonly url: string
  readonly headers: Headers
  readonly body: string
}

/** Presents a token about which Google gives this answer. */
async function asked(status: number, body: object): Promise<{ calls: Call[]; outcome: string }> {
  const calls: Call[] = []
  const fetch = (async (url: string, { headers, body: form }: RequestInit) => {
    calls.push({ url, headers: new Headers(headers), body: form as string })
    return Response.json(body, { status })
  }) as typeof globalThis.fetch
  const tokens = introspection({ ...google({ clientIds: [client] }), fetch })
  const { auth, refused } = await present('ya29.a-token-of-google', tokens, client)
  return { calls, outcome: auth?.onBehalfOf ?? refused! }
}

test('the tokeninfo endpoint gets the token where it wants it', async (t) => {
  const { calls, outcome } = await asked(200, good)
  t.is(outcome, 'resource-owner')
  t.is(calls.length, 1)
  t.is(calls[0]!.url, 'https://oauth2.googleapis.com/tokeninfo')
  t.is(calls[0]!.headers.get('Authorization'), 'Bearer ya29.a-token-of-google')
  t.is(calls[0]!.body, '')
})

const answers: readonly (readonly [
  title: string,
  status: number,
  body: object,
  outcome: string,
])[] = [
  ['an invalid token', 400, { error: 'invalid_token', error_description: 'Bad' }, 'inactive'],
  ['an invalid value', 400, { error_description: 'Invalid Value' }, 'inactive'],
  ['a request of ours that is bad', 400, { error: 'x' }, 'AuthorizationServerUnavailable'],
  ['an outage', 500, good, 'AuthorizationServerUnavailable'],
  ['no time of expiry', 200, { ...good, exp: undefined }, 'AuthorizationServerUnavailable'],
  ['an expired token', 200, { ...good, exp: '1' }, 'expired'],
  ['another client’s token', 200, { ...good, azp: '2-b.apps.googleusercontent.com' }, 'audience'],
  ['no client', 200, { ...good, azp: undefined }, 'unknown'],
  ['a token for another', 200, { ...good, aud: 'another' }, 'audience'],
  ['a service account', 200, { ...good, email: 'x@p.iam.gserviceaccount.com' }, 'client'],
  [
    'a name alike',
    200,
    { ...good, email: 'x@p.iam.gserviceaccount.com.evil.org' },
    'resource-owner',
  ],
]

for (const [title, status, body, outcome] of answers) {
  test(`what Google says about ${title}: ${outcome}`, async (t) => {
    t.is((await asked(status, body)).outcome, outcome)
  })
}
