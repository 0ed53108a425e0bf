import test from 'ava'
import * as fc from 'fast-check'
import {
  challenge,
  type ChallengeParameters,
  checkChallengeParameters,
  type OfferedScheme,
} from '../../src/protocol/challenge.ts'
import {
  InsufficientScope,
  InvalidRequest,
  InvalidToken,
  MissingCredentials,
  OAuthError,
} from '../../src/protocol/errors.ts'
import { readChallenges } from '../challenges.ts'

class Custom extends OAuthError {
  constructor(description: string, parameters: Readonly<Record<string, string>>, scope: string[]) {
    super(401, 'custom_error', description, { scope }, parameters)
  }
}

const parameters = { realm: 'orders' }
const described = (error: OAuthError): string => `error_description="${error.message}"`

/** Schemes without parameters of their own. */
const offer = (schemes: readonly string[]): readonly OfferedScheme[] =>
  schemes.map((scheme) => ({ scheme }))

const written: readonly (readonly [
  title: string,
  error: OAuthError,
  parameters: ChallengeParameters,
  schemes: readonly string[],
  used: string | undefined,
  field: string,
])[] = [
  [
    'no credentials',
    new MissingCredentials(),
    parameters,
    ['Bearer'],
    undefined,
    'Bearer realm="orders"',
  ],
  [
    'no credentials, and a scope that the route needs',
    new MissingCredentials({ scope: ['a', 'b'] }),
    parameters,
    ['Bearer'],
    undefined,
    'Bearer realm="orders", scope="a b"',
  ],
  [
    'a bad token',
    new InvalidToken('expired'),
    parameters,
    ['Bearer'],
    'Bearer',
    `Bearer realm="orders", error="invalid_token", ${described(new InvalidToken('expired'))}`,
  ],
  [
    'a description of its own',
    new InvalidRequest('There are two'),
    parameters,
    ['Bearer'],
    'Bearer',
    'Bearer realm="orders", error="invalid_request", error_description="There are two"',
  ],
  [
    'no description',
    new InvalidRequest('There are two'),
    { ...parameters, error_description: false },
    ['Bearer'],
    'Bearer',
    'Bearer realm="orders", error="invalid_request"',
  ],
  [
    'a page about errors, before the description',
    new InvalidRequest('a'),
    { ...parameters, error_uri: 'https://e.example.com' },
    ['Bearer'],
    'Bearer',
    'Bearer realm="orders", error="invalid_request", error_uri="https://e.example.com", error_description="a"',
  ],
  [
    'no page about errors without one',
    new MissingCredentials(),
    { ...parameters, error_uri: 'https://e.example.com' },
    ['Bearer'],
    undefined,
    'Bearer realm="orders"',
  ],
  [
    'the scope that a route needs in place of the default',
    new InsufficientScope(['b'], { description: 'x' }),
    { ...parameters, scope: 'a', resource_metadata: 'https://m.example.com' },
    ['Bearer'],
    'Bearer',
    'Bearer realm="orders", scope="b", resource_metadata="https://m.example.com", error="insufficient_scope", error_description="x"',
  ],
  [
    'two schemes, nothing tried',
    new MissingCredentials(),
    parameters,
    ['Bearer', 'DPoP'],
    undefined,
    'Bearer realm="orders", DPoP realm="orders"',
  ],
  [
    'two schemes, the error with the one that was tried',
    new InvalidRequest('a'),
    parameters,
    ['Bearer', 'DPoP'],
    'DPoP',
    'Bearer realm="orders", DPoP realm="orders", error="invalid_request", error_description="a"',
  ],
  [
    'two schemes, the error with both where it is not clear which was tried',
    new InvalidRequest('a'),
    parameters,
    ['Bearer', 'DPoP'],
    undefined,
    'Bearer realm="orders", error="invalid_request", error_description="a", DPoP realm="orders", error="invalid_request", error_description="a"',
  ],
  [
    'what cannot stand in a field value',
    new InvalidRequest('a"b\\c\r\nSet-Cookie: d=ä\u{1F600}\t\0\x7F'),
    parameters,
    ['Bearer'],
    'Bearer',
    'Bearer realm="orders", error="invalid_request", error_description="a?b?c??Set-Cookie: d=??????"',
  ],
]

for (const [title, error, given, schemes, used, field] of written) {
  test(`writes ${title}`, (t) => {
    t.is(challenge(error, given, offer(schemes), used), field)
    t.notThrows(() => readChallenges(field))
  })
}

const visible = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCodePoint(code)),
})
const plain = visible.map((text) => text.replaceAll(/["\\]/g, ''))
const uri = plain.map((text) => `a${text.replaceAll(' ', '')}`)
const anyText = fc.oneof(fc.string({ unit: 'binary' }), visible, plain)

test('whatever is thrown, a strict reader finds the challenges, each parameter once, in allowed characters', (t) => {
  const errors = fc.oneof(
    anyText.map((text) => new InvalidRequest(text)),
    fc.array(anyText, { minLength: 1 }).map((scope) => new InsufficientScope(scope)),
    fc
      .tuple(
        anyText,
        fc.dictionary(fc.constantFrom('max_age', 'hint', 'scope', 'error', 'realm'), anyText),
        fc.array(anyText),
      )
      .map(([text, more, scope]) => new Custom(text, more, scope)),
    fc.constant(new MissingCredentials()),
  )
  const given = fc.record(
    { realm: plain, error_uri: uri, resource_metadata: uri },
    { requiredKeys: ['realm'] },
  )
  const schemes = fc.constantFrom(['Bearer'], ['Bearer', 'DPoP'])
  const used = fc.constantFrom(undefined, 'Bearer')
  fc.assert(
    fc.property(errors, given, schemes, used, (error, some, accepted, tried) => {
      const checked = checkChallengeParameters(some)
      const field = challenge(error, checked, offer(accepted), tried)
      t.regex(field, /^[\x20-\x7E]+$/)
      const challenges = readChallenges(field)
      t.deepEqual(
        challenges.map(({ scheme }) => scheme),
        accepted,
      )
      for (const [i, { parameters: read }] of challenges.entries()) {
        for (const value of Object.values(read)) t.regex(value, /^[\x20\x21\x23-\x5B\x5D-\x7E]*$/)
        const concerned = i === 0 || tried === undefined
        t.is(read['error'], concerned ? error.code : undefined)
        if (concerned && error.code !== undefined) {
          t.is(read['error_description']?.length, error.message.length)
          t.is(Object.keys(read).at(-1), 'error_description')
        }
      }
    }),
  )
})

const right: readonly ChallengeParameters[] = [
  {},
  { realm: '' },
  { realm: "Orders, of 'all' kinds: {a=b}" },
  { scope: 'orders:read' },
  { scope: 'orders:read orders:write' },
  { error_uri: 'https://e.example.com/a?b=c#d' },
  { error_uri: '/errors' },
  { error_description: false },
  { resource_metadata: 'https://api.example.com/.well-known/oauth-protected-resource' },
]

for (const given of right) {
  test(`accepts ${JSON.stringify(given)}`, (t) => {
    const checked = checkChallengeParameters(given)
    t.deepEqual(checked, given)
    t.not(checked, given)
  })
}

const wrong: readonly (readonly [parameters: object, message: RegExp])[] = [
  [{ realm: 'a"b' }, /challenge\.realm can't be "a\\"b"/],
  [{ realm: 'a\\b' }, /challenge\.realm/],
  [{ realm: 'a\nb' }, /challenge\.realm/],
  [{ realm: 'ä' }, /challenge\.realm/],
  [{ realm: '\x7F' }, /challenge\.realm/],
  [{ realm: 5 }, /challenge\.realm/],
  [{ realm: null }, /challenge\.realm/],
  [{ scope: ['orders:read'] }, /challenge\.scope/],
  [{ scope: 'a"b' }, /challenge\.scope/],
  [{ scope: 'ä' }, /challenge\.scope/],
  [{ error_uri: '' }, /challenge\.error_uri/],
  [{ error_uri: 'https://e.example.com/a b' }, /challenge\.error_uri/],
  [{ error_uri: 'a"b' }, /challenge\.error_uri/],
  [{ error_description: true }, /challenge\.error_description/],
  [{ error_description: 'mine' }, /challenge\.error_description/],
  [{ resource_metadata: '' }, /challenge\.resource_metadata/],
  [{ resource_metadata: 'a b' }, /challenge\.resource_metadata/],
  [{ error: 'invalid_token' }, /no challenge\.error;/],
  [{ Realm: 'a' }, /no challenge\.Realm;/],
  [{ toString: 'a' }, /no challenge\.toString;/],
]

for (const [given, message] of wrong) {
  test(`refuses ${JSON.stringify(given)}`, (t) => {
    t.throws(() => checkChallengeParameters(given), { instanceOf: TypeError, message })
  })
}

for (const scope of ['', ' ', ' a', 'a ', 'a  b']) {
  test(`RS-22 RFC 6749 §3.3: refuses ${JSON.stringify({ scope })}, which is no list of scope tokens`, (t) => {
    t.throws(() => checkChallengeParameters({ scope }), { instanceOf: TypeError, message: /scope/ })
  })
}
