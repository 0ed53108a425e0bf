import { randomUUID } from 'node:crypto'
import * as fc from 'fast-check'
import { clientSecretBasic, introspection } from 'koa-resource-server'
import { clientSecret, protect } from './api.ts'
import { audience, goodClaims, issuer, privateClaim } from './issuer.ts'
import { expectStatus, property } from './property.ts'
import { anyHeaders, ok, replying, type Reply, useless } from './upstream.ts'

const json = fc.jsonValue({ maxDepth: 2 })

/** What the server says of a token; `{token}` in it stands for the token, which it may echo. */
interface Said {
  readonly reply: Reply
  readonly expected: readonly number[]
}

function says(members: object, ...expected: readonly number[]): Said {
  return {
    reply: ok({ active: true, token_type: 'Bearer', ...goodClaims(), ...members }),
    expected,
  }
}

const harmless = fc.constantFrom<object>(
  {},
  { iss: undefined },
  { exp: undefined, iat: undefined, jti: undefined, sub: undefined, client_id: undefined },
  { token_type: undefined },
  { token_type: 'bearer' },
  { aud: [audience, 'x'] },
  { sub: '{token}', username: '{token}', private: [clientSecret, privateClaim] },
  { active: true, error: 'server_error', constructor: 1 },
)

/** Members of an answer that is understood, and by which the token is not good here. */
const harmful = fc.constantFrom<object>(
  { active: false },
  { active: false, exp: 'never', aud: 1 },
  { iss: 'https://other.example.com' },
  { iss: '{token}' },
  { aud: 'https://other.example.com' },
  { aud: ['{token}'] },
  { aud: '{token}' },
  { aud: [] },
  { aud: undefined },
  { exp: 1 },
  { nbf: 9e9 },
  { iat: 9e9 },
  { token_type: 'DPoP' },
  { token_type: 'refresh_token' },
  { token_type: '{token}' },
  { cnf: { jkt: '{token}' } },
  { cnf: { '{token}': 'x' } },
  { cnf: {} },
)

/** Members by which an answer is none. */
const senseless = fc.constantFrom<object>(
  { active: 'true' },
  { active: 1 },
  { active: null },
  { active: undefined },
  { active: [true] },
  { exp: '9e9' },
  { exp: null },
  { aud: 1 },
  { aud: [1] },
  { iss: ['{token}'] },
  { sub: 1 },
  { scope: ['a'] },
  { cnf: 'x' },
  { token_type: 1 },
)

const said: fc.Arbitrary<Said> = fc.oneof(
  harmless.map((members) => says(members, 200)),
  fc.tuple(harmless, harmful).map(([some, members]) => says({ ...some, ...members }, 401)),
  fc.tuple(harmless, senseless).map(([some, members]) => says({ ...some, ...members }, 503)),
  fc
    .tuple(
      fc.dictionary(
        fc.oneof(
          fc.constantFrom('active', 'exp', 'aud', 'iss', 'scope', 'cnf', 'act', '__proto__'),
          fc.string(),
        ),
        json,
        { maxKeys: 3 },
      ),
    )
    .map(([members]) => says(members, 200, 401, 503)),
  useless.map((reply) => ({ reply, expected: [503] })),
  fc.constantFrom(400, 401, 403, 500).map((status) => ({
    reply: {
      status,
      body: `{"active":true,"error":"{token}","error_description":"{token} ${clientSecret}"}`,
      headers: { 'X-Echo': '{token}' },
    },
    expected: [503],
  })),
  fc.constant<Said>({
    reply: { ...ok({ error: 'unsupported_token_type' }), status: 400 },
    expected: [401],
  }),
)

const answers = new Map<string, Reply>()
const api = protect({
  tokens: introspection({
    endpoint: `${issuer}/introspect`,
    issuer,
    clientAuth: clientSecretBasic('api', clientSecret),
    // Each case is to reach the server: it is never so bad that it is left alone.
    breakAfter: 1_000_000_000,
    inactiveMaxAge: 3600,
    maxAge: 3600,
    fetch: replying((_, form) => answers.get(form.get('token')!)),
  }),
})

export const introspectionAnswers = property(
  'introspection answers: active is active, everything else is 401 or 503, and nothing is echoed',
  0.08,
  [200, 401, 503],
  fc.tuple(said, anyHeaders, fc.constantFrom(0, 300)),
  async ([{ reply, expected }, headers, more]) => {
    const token = `opaque-${randomUUID()}${'x'.repeat(more)}`
    answers.set(token, {
      ...reply,
      body: typeof reply.body === 'string' ? reply.body.replaceAll('{token}', token) : reply.body,
      headers: { ...headers, ...reply.headers },
    })
    const { status } = await api.present(token)
    expectStatus(status, expected, JSON.stringify(reply))
    // What is remembered says the same as what was answered.
    const again = await api.present(token)
    expectStatus(again.status, [status], `again: ${JSON.stringify(reply)}`)
    answers.delete(token)
    return status
  },
)
