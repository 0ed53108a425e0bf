import test from 'ava'
import * as fc from 'fast-check'
import { readToken } from '../../src/protocol/jwt.ts'
import { inheritsNothing } from '../inherits-nothing.ts'

const encode = (text: string | Uint8Array): string => Buffer.from(text).toString('base64url')
const header = encode('{"alg":"ES256"}')
const claims = encode('{"iss":"a"}')
const signature = encode('signature')
const whole = `${header}.${claims}.${signature}`

/** The same bytes, spelled with other stray bits at the end: base64url that no encoder writes. */
function stray(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const encoded = encode(text)
  const last = alphabet.indexOf(encoded.at(-1)!)
  return encoded.slice(0, -1) + alphabet[last + 1]!
}

test('a JWT is read', (t) => {
  const { value, jwt } = readToken(whole)
  t.is(value, whole)
  t.is(jwt?.header['alg'], 'ES256')
  t.is(jwt?.claims['iss'], 'a')
})

test('white space in the JSON is no matter', (t) => {
  t.truthy(readToken(`${encode(' {\r\n}\t')}.${claims}.${signature}`).jwt)
})

const opaque: readonly (readonly [title: string, token: string])[] = [
  ['nothing', ''],
  ['no dot', '2YotnFZFEjr1zCsicMWpAA'],
  ['one part', header],
  ['two parts', `${header}.${claims}`],
  ['four parts', `${whole}.${signature}`],
  ['five parts, as a JWE has', `${header}.${claims}.${signature}.${signature}.${signature}`],
  ['dots alone', '..'],
  ['no header', `.${claims}.${signature}`],
  ['no claims', `${header}..${signature}`],
  ['no signature', `${header}.${claims}.`],
  ['a dot before', `.${whole}`],
  ['a dot after', `${whole}.`],
  ['padding in the header', `${encode('{"a":1}')}==.${claims}.${signature}`],
  ['padding in the claims', `${header}.${encode('{"a":1}')}==.${signature}`],
  ['padding in the signature', `${header}.${claims}.${encode('four')}==`],
  ['stray bits in the header', `${stray('{"a":1}')}.${claims}.${signature}`],
  ['stray bits in the claims', `${header}.${stray('{"a":12}')}.${signature}`],
  ['stray bits in the signature', `${header}.${claims}.${stray('four')}`],
  ['a part of an impossible length', `${header}.${claims}.A`],
  [
    'the other alphabet in the claims',
    `${header}.${encode('{"a":"???>>>"}').replace('_', '/')}.AA`,
  ],
  ['the other alphabet in the signature', `${header}.${claims}.ab+/`],
  ['a space before', ` ${whole}`],
  ['a line break after', `${whole}\n`],
  ['a space within', `${header}. ${claims}.${signature}`],
  ['letters beyond ASCII', `${header}.${claims}.ſſſſ`],
  ['a NUL', `${header}.${claims}.AA\0A`],
  ['JSON serialization', `{"payload":"${claims}","protected":"${header}","signature":"AA"}`],
  ...['header', 'claims'].flatMap((place) =>
    [
      ['an array', '[]'],
      ['null', 'null'],
      ['a string', '"{}"'],
      ['a number', '1'],
      ['no JSON', 'alg=none'],
      ['truncated JSON', '{"a":1'],
      ['a byte order mark', '\uFEFF{}'],
      ['more JSON after it', '{}{}'],
      ['33 levels of nesting', `${'{"a":'.repeat(32)}{}${'}'.repeat(32)}`],
      ['bytes that are not UTF-8', Buffer.from('{"a":"\xFF"}', 'latin1')],
    ].map(([title, json]) => {
      const part = encode(json!)
      const token =
        place === 'header' ? `${part}.${claims}.${signature}` : `${header}.${part}.${signature}`
      return [`${String(title)} as ${place}`, token] as const
    }),
  ),
]

for (const [title, token] of opaque) {
  test(`no JWT: ${title}`, (t) => {
    t.deepEqual(readToken(token), { value: token, jwt: undefined })
  })
}

test('hostile names are plain data, and nothing can be changed', (t) => {
  const hostile = '{"__proto__":{"iss":"evil"},"constructor":{"a":[{}]},"sub":"a"}'
  const { jwt } = readToken(`${encode(hostile)}.${encode(hostile)}.${signature}`)
  for (const part of [jwt!.header, jwt!.claims]) {
    t.is(JSON.stringify(part), hostile)
    t.is(part['iss'], undefined)
    t.is(part['toString'], undefined)
    t.true(inheritsNothing(part))
    t.true(Object.isFrozen(part))
    t.true(Object.isFrozen((part['constructor'] as { a: object[] }).a[0]))
  }
})

test('the last of members with one name counts', (t) => {
  const { jwt } = readToken(`${header}.${encode('{"iss":"a","iss":"b"}')}.${signature}`)
  t.is(jwt?.claims['iss'], 'b')
})

test('whatever comes, it is read strictly or is opaque', (t) => {
  const part = fc.oneof(
    fc.base64String(),
    fc.string().map(encode),
    fc.jsonValue({ maxDepth: 3 }).map((value) => encode(JSON.stringify(value))),
    fc.string(),
  )
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
      const value = parts.join('.')
      const token = readToken(value)
      t.is(token.value, value)
      if (token.jwt === undefined) return
      t.is(parts.length, 3)
      for (const one of parts) t.is(Buffer.from(one, 'base64url').toString('base64url'), one)
      t.is(
        JSON.stringify(token.jwt.claims),
        JSON.stringify(JSON.parse(Buffer.from(parts[1]!, 'base64url').toString())),
      )
    }),
  )
})

test('what reads as a JWT is base64url, part by part, as it would be encoded', (t) => {
  const characters = [
    'A',
    'Q',
    'g',
    'w',
    '8',
    '-',
    '_',
    '.',
    '+',
    '/',
    '=',
    ' ',
    '\n',
    'é',
    '\u0100',
    '~',
  ]
  const part = fc.string({ unit: fc.constantFrom(...characters), maxLength: 9 })
  const json = fc.constantFrom(encode('{}'), encode('{"a":1}'), encode('{"a":12}'))
  const token = fc
    .tuple(fc.oneof(json, part), fc.oneof(json, part), part)
    .map((all) => all.join('.'))
  let read = 0
  const holds = (value: string): void => {
    if (readToken(value).jwt === undefined) return
    read += 1
    t.regex(value, /^[\w-]+\.[\w-]+\.[\w-]+$/)
    for (const one of value.split('.')) {
      t.is(Buffer.from(one, 'base64url').toString('base64url'), one)
    }
  }
  fc.assert(fc.property(token, holds), { numRuns: 20_000 })
  t.true(read > 50)
})
