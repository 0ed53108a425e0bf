import { generateKeyPairSync } from 'node:crypto'
import test from 'ava'
import {
  fits,
  readVerificationKeys,
  type VerificationKey,
} from '../../src/signatures/verification-key.ts'

type Jwk = Readonly<Record<string, unknown>>

const rsa = (modulusLength: number, publicExponent = 65_537): Jwk =>
  generateKeyPairSync('rsa', { modulusLength, publicExponent }).publicKey.export({ format: 'jwk' })
const ec = (namedCurve: string): Jwk =>
  generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'jwk' })

const jwks = {
  rsa: rsa(2048),
  p256: ec('P-256'),
  p384: ec('P-384'),
  p521: ec('P-521'),
  ed25519: generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }) as Jwk,
}
const { rsa: strong, p256, ed25519 } = jwks
const secret = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
  format: 'jwk',
}) as Jwk
const weak = rsa(1024)

function read(jwk: unknown): VerificationKey | undefined {
  return readVerificationKeys([jwk])[0]
}

const bytes = (length: number, fill: number): string =>
  Buffer.alloc(length, fill).toString('base64url')
const padded = (value: unknown, zeros: number): string =>
  Buffer.concat([Buffer.alloc(zeros), Buffer.from(String(value), 'base64url')]).toString(
    'base64url',
  )

const usable: readonly (readonly [title: string, jwk: Jwk, read: Jwk])[] = [
  ['RSA', strong, { kty: 'RSA', crv: undefined, alg: undefined, kid: undefined }],
  ['P-256', p256, { kty: 'EC', crv: 'P-256' }],
  ['P-384', jwks.p384, { kty: 'EC', crv: 'P-384' }],
  ['P-521', jwks.p521, { kty: 'EC', crv: 'P-521' }],
  ['Ed25519', ed25519, { kty: 'OKP', crv: 'Ed25519' }],
  ['kid and alg', { ...p256, kid: 'a', alg: 'ES256' }, { kid: 'a', alg: 'ES256' }],
  ['an empty kid', { ...p256, kid: '' }, { kid: '' }],
  ['use sig', { ...p256, use: 'sig' }, {}],
  ['key_ops verify', { ...p256, key_ops: ['verify'] }, {}],
  ['key_ops with others', { ...p256, key_ops: ['sign', 'verify'] }, {}],
  ['RSA with exponent 3', { ...strong, e: 'Aw' }, {}],
  ['RSA of 3072 bits', rsa(3072), {}],
  ['RSA with leading zeros', { ...strong, n: padded(strong['n'], 1) }, {}],
  ['unknown members', { ...p256, x5c: ['a'], 'https://example.com/a': {}, toString: 1 }, {}],
]

for (const [title, jwk, parts] of usable) {
  test(`usable: ${title}`, (t) => {
    const key = read(jwk)
    t.like(key, { kty: jwk['kty'], ...parts })
    t.is(key?.key.type, 'public')
  })
}

const unusable: readonly (readonly [title: string, entry: unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['a string', 'key'],
  ['a number', 5],
  ['true', true],
  ['an array', [p256]],
  ['nothing in it', {}],
  ['no kty', { ...p256, kty: undefined }],
  ['a kty of no string', { ...p256, kty: ['EC'] }],
  ['an unknown kty', { ...p256, kty: 'AKP' }],
  ['a kty in lower case', { ...p256, kty: 'ec' }],
  ['a kid of no string', { ...p256, kid: 5 }],
  ['a kid of null', { ...p256, kid: null }],
  ['an alg of no string', { ...p256, alg: ['ES256'] }],
  ['a crv of no string', { ...p256, crv: 256 }],
  ['an unknown curve', { ...p256, crv: 'P-255' }],
  ['no curve', { ...p256, crv: undefined }],
  ['a symmetric key', { kty: 'oct', k: bytes(32, 1) }],
  ['a symmetric key without its value', { kty: 'oct' }],
  ['a symmetric key in disguise', { ...p256, k: bytes(32, 1) }],
  ['a private key', secret],
  ['a private exponent', { ...strong, d: bytes(256, 1) }],
  ['a private exponent of no string', { ...strong, d: null }],
  ...['p', 'q', 'dp', 'dq', 'qi', 'oth', 'priv'].map(
    (member) => [`a private ${member}`, { ...strong, [member]: 'AQ' }] as const,
  ),
  ['use enc', { ...p256, use: 'enc' }],
  ['use SIG', { ...p256, use: 'SIG' }],
  ['an empty use', { ...p256, use: '' }],
  ['use null', { ...p256, use: null }],
  ['key_ops without verify', { ...p256, key_ops: ['sign'] }],
  ['key_ops VERIFY', { ...p256, key_ops: ['VERIFY'] }],
  ['empty key_ops', { ...p256, key_ops: [] }],
  ['key_ops null', { ...p256, key_ops: null }],
  ['key_ops false', { ...p256, key_ops: false }],
  ['key_ops of an object', { ...p256, key_ops: { verify: true } }],
  ['key_ops of a string', { ...p256, key_ops: 'verify' }],
  ['key_ops of a string that has it', { ...p256, key_ops: 'noverify' }],
  ['RSA of 1024 bits', weak],
  ['RSA of 1024 bits, padded with zeros', { ...weak, n: padded(weak['n'], 128) }],
  [
    'RSA of 2047 bits',
    {
      ...strong,
      n: Buffer.concat([Buffer.from([0x7f]), Buffer.alloc(255, 0xff)]).toString('base64url'),
    },
  ],
  ['RSA of a few bits', { ...strong, n: 'AQAB' }],
  ['RSA with exponent 1', { ...strong, e: 'AQ' }],
  ['RSA with exponent 1, padded with zeros', { ...strong, e: 'AAAB' }],
  ['RSA with exponent 0', { ...strong, e: 'AA' }],
  ['RSA with an empty exponent', { ...strong, e: '' }],
  ['RSA with an even exponent', { ...strong, e: 'AQAA' }],
  ['RSA without a modulus', { ...strong, n: undefined }],
  ['RSA with a modulus of no string', { ...strong, n: 5 }],
  ['a point without y', { ...p256, y: undefined }],
  ['a point off its curve', { ...p256, y: p256['x'] }],
  ['the point at infinity', { ...p256, x: bytes(32, 0), y: bytes(32, 0) }],
  ['coordinates above the field', { ...p256, x: bytes(32, 0xff), y: bytes(32, 0xff) }],
  ['a point of another curve', { ...p256, crv: 'P-384' }],
  ['an Ed25519 key too short', { ...ed25519, x: bytes(31, 1) }],
  ['an Ed25519 key too long', { ...ed25519, x: bytes(33, 1) }],
  ['an Ed25519 key that is empty', { ...ed25519, x: '' }],
  ['an Ed25519 key without a value', { ...ed25519, x: undefined }],
  ...(['x25519', 'x448'] as const).map((curve) => {
    const generate = generateKeyPairSync as (type: string) => ReturnType<typeof generateKeyPairSync>
    return [
      `${curve}, which is for key agreement`,
      generate(curve).publicKey.export({ format: 'jwk' } as never),
    ] as const
  }),
  // All points of order 1, 2, 4 and 8, in each of their encodings. (RFC 8032 §5.1.3, RFC 7748 §7)
  ...[
    '0000000000000000000000000000000000000000000000000000000000000000',
    '0100000000000000000000000000000000000000000000000000000000000000',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  ].flatMap((hex) =>
    [0, 0x80].map((sign) => {
      const point = Buffer.from(hex, 'hex')
      point[31]! |= sign
      const title = `an Ed25519 point of small order, ${point.toString('hex')}`
      return [title, { ...ed25519, x: point.toString('base64url') }] as const
    }),
  ),
]

for (const [title, entry] of unusable) {
  test(`unusable: ${title}`, (t) => {
    t.is(read(entry), undefined)
    const keys = readVerificationKeys([entry, { ...p256, kid: 'good' }, entry])
    t.deepEqual(
      keys.map(({ kid }) => kid),
      ['good'],
      'the others stay',
    )
  })
}

test('an empty set has no keys', (t) => {
  t.deepEqual(readVerificationKeys([]), [])
})

test('keys come in their order, duplicates included', (t) => {
  const keys = readVerificationKeys([
    { ...p256, kid: 'a' },
    { ...strong, kid: 'b' },
    { ...ed25519, kid: 'a' },
  ])
  t.deepEqual(
    keys.map(({ kid, kty }) => [kid, kty]),
    [
      ['a', 'EC'],
      ['b', 'RSA'],
      ['a', 'OKP'],
    ],
  )
})

const fitting: Readonly<Record<string, readonly string[]>> = {
  rsa: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  p256: ['ES256'],
  p384: ['ES384'],
  p521: ['ES512'],
  ed25519: ['Ed25519', 'EdDSA'],
}
const algorithms = [
  ...Object.values(fitting).flat(),
  'none',
  'HS256',
  'ES256K',
  'Ed448',
  'RSA-OAEP',
  'rs256',
  '',
  '__proto__',
  'constructor',
  'toString',
]

for (const [name, jwk] of Object.entries(jwks)) {
  test(`algorithms that fit ${name}`, (t) => {
    const key = read(jwk)!
    t.deepEqual(
      algorithms.filter((alg) => fits(key, { alg, kid: undefined })),
      fitting[name],
    )
  })
}

const hints: readonly (readonly [
  title: string,
  key: Jwk,
  alg: string,
  kid: string | undefined,
  fit: boolean,
])[] = [
  ['neither says a kid', p256, 'ES256', undefined, true],
  ['the same kid', { ...p256, kid: 'a' }, 'ES256', 'a', true],
  ['only the key says a kid', { ...p256, kid: 'a' }, 'ES256', undefined, true],
  ['only the token says a kid', p256, 'ES256', 'a', false],
  ['another kid', { ...p256, kid: 'a' }, 'ES256', 'b', false],
  ['a kid in another case', { ...p256, kid: 'a' }, 'ES256', 'A', false],
  ['an empty kid', { ...p256, kid: 'a' }, 'ES256', '', false],
  ['the same alg', { ...strong, alg: 'PS256' }, 'PS256', undefined, true],
  ['another alg', { ...strong, alg: 'PS256' }, 'RS256', undefined, false],
  ['an alg for encryption', { ...strong, alg: 'RSA-OAEP' }, 'RS256', undefined, false],
  ['an alg in another case', { ...strong, alg: 'rs256' }, 'RS256', undefined, false],
  ['the old name of Ed25519 in the key', { ...ed25519, alg: 'EdDSA' }, 'Ed25519', undefined, true],
  ['the old name in the token', { ...ed25519, alg: 'Ed25519' }, 'EdDSA', undefined, true],
  ['the alg of a symmetric key', { ...p256, alg: 'HS256' }, 'HS256', undefined, false],
  ['an alg of another kind of key', { ...p256, alg: 'RS256' }, 'RS256', undefined, false],
]

for (const [title, jwk, alg, kid, fit] of hints) {
  test(`fits: ${title}`, (t) => {
    t.is(fits(read(jwk)!, { alg, kid }), fit)
  })
}
