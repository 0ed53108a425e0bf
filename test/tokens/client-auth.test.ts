import test from 'ava'
import * as fc from 'fast-check'
import {
  bearerToken,
  type ClientAuth,
  clientSecretBasic,
  clientSecretPost,
  tlsClientAuth,
} from '../../src/tokens/client-auth.ts'

/** What an authentication adds to a request. */
async function added(
  auth: ClientAuth,
): Promise<{ headers: Record<string, string>; form: Record<string, string> }> {
  const headers = {}
  const form = new URLSearchParams({ token: 'a' })
  await auth.authenticate(headers, form)
  return { headers, form: Object.fromEntries(form) }
}

/** Reads Basic credentials as RFC 6749 §2.3.1 has them. */
function readBasic(authorization: string): readonly string[] {
  const [scheme, encoded, ...more] = authorization.split(' ')
  if (scheme !== 'Basic' || more.length > 0) throw new Error('not Basic')
  const parts = Buffer.from(encoded!, 'base64').toString('latin1').split(':')
  return parts.map((part) => decodeURIComponent(part.replaceAll('+', ' ')))
}

const basics: readonly (readonly [clientId: string, secret: string, credentials: string])[] = [
  ['api', 'secret', 'api:secret'],
  ['a:b', 'c:d', 'a%3Ab:c%3Ad'],
  ['a b', 'a+b', 'a+b:a%2Bb'],
  ['100%', '%2B', '100%25:%252B'],
  ['a*b-c.d_e', 'x~y', 'a*b-c.d_e:x%7Ey'],
  // The example of RFC 6749 appendix B.
  [' %&+£€', 's', '+%25%26%2B%C2%A3%E2%82%AC:s'],
  ['\u{1F600}', '\r\n\0', '%F0%9F%98%80:%0D%0A%00'],
]

for (const [clientId, secret, credentials] of basics) {
  test(`clientSecretBasic: ${JSON.stringify([clientId, secret])}`, async (t) => {
    const auth = clientSecretBasic(clientId, secret)
    const { headers, form } = await added(auth)
    const encoded = Buffer.from(credentials).toString('base64')
    t.deepEqual(headers, { Authorization: `Basic ${encoded}` })
    t.deepEqual(form, { token: 'a' })
    t.is(auth.clientId, clientId)
  })
}

test('clientSecretBasic: whatever the parts, they are read back', async (t) => {
  const text = fc.string({ unit: 'grapheme', minLength: 1 })
  await fc.assert(
    fc.asyncProperty(text, text, async (clientId, secret) => {
      const { headers } = await added(clientSecretBasic(clientId, secret))
      t.deepEqual(readBasic(headers['Authorization']!), [clientId, secret])
    }),
  )
})

test('clientSecretPost adds the two members as they are', async (t) => {
  const { headers, form } = await added(clientSecretPost('a:b &', '%+é'))
  t.deepEqual(headers, {})
  t.deepEqual(form, { token: 'a', client_id: 'a:b &', client_secret: '%+é' })
})

test('tlsClientAuth adds whose certificate it is', async (t) => {
  const { headers, form } = await added(tlsClientAuth('api'))
  t.deepEqual(headers, {})
  t.deepEqual(form, { token: 'a', client_id: 'api' })
})

test('bearerToken adds a token, or each time a current one', async (t) => {
  t.deepEqual(await added(bearerToken('api', 'mine')), {
    headers: { Authorization: 'Bearer mine' },
    form: { token: 'a' },
  })
  let made = 0
  const auth = bearerToken('api', async () => `mine-${(made += 1)}`)
  t.is((await added(auth)).headers['Authorization'], 'Bearer mine-1')
  t.is((await added(auth)).headers['Authorization'], 'Bearer mine-2')
  t.is(auth.clientId, 'api')
})

test('each says what it lacks, and shows no secret', (t) => {
  const missing: readonly (readonly [make: () => unknown, message: RegExp])[] = [
    [() => clientSecretBasic('', 'canary'), /^clientSecretBasic\(\) takes a client identifier/],
    [() => clientSecretBasic('api', ''), /^clientSecretBasic\(\) takes a client secret/],
    [() => clientSecretPost('', 'canary'), /^clientSecretPost\(\) takes a client identifier/],
    [() => clientSecretPost('api', ''), /^clientSecretPost\(\) takes a client secret/],
    [() => bearerToken('', 'canary'), /^bearerToken\(\) takes a client identifier/],
    [() => bearerToken('api', ''), /^bearerToken\(\) takes a token/],
    [() => tlsClientAuth(''), /^tlsClientAuth\(\) takes a client identifier/],
    [() => clientSecretBasic('api', process.env['NO_SUCH_VARIABLE']!), /client secret/],
    [() => clientSecretBasic(5 as unknown as string, 'canary'), /client identifier/],
    [() => clientSecretPost('api', ['canary'] as unknown as string), /client secret/],
  ]
  for (const [make, message] of missing) {
    const error = t.throws(make, { instanceOf: TypeError, message })
    t.notRegex(String(error), /canary/)
  }
})

test('printing a way to authenticate shows no secret', (t) => {
  for (const auth of [clientSecretBasic('api', 'canary'), clientSecretPost('api', 'canary')]) {
    t.notRegex(JSON.stringify(auth), /canary/)
  }
})
