import * as fc from 'fast-check'
import { goodClaims, goodHeader, issue, keys } from './issuer.ts'
import { property } from './property.ts'
import { judgeSigned, type Signed } from './signed.ts'

const json = fc.jsonValue({ maxDepth: 2 })
const url = 'https://attacker.example.com/keys'

/** Members that change nothing. */
const harmless = fc.constantFrom<object>(
  {},
  { typ: 'AT+JWT' },
  { typ: 'application/at+jwt' },
  { typ: 'Application/At+Jwt' },
  { kid: undefined },
  { jku: url, x5u: url, x5c: ['MIIB'], jwk: { kty: 'oct', k: 'AAAA' } },
  { cty: 'JWT', zip: 'DEF', enc: 'A128GCM', p2c: 2 ** 31 },
  { ['__proto__ ']: { alg: 'none' }, constructor: 1, toString: null },
)

/** Members with which no access token is good. */
const harmful = fc.oneof(
  fc
    .constantFrom(
      'JWT',
      'jwt',
      'at',
      'at+jwt ',
      ' at+jwt',
      'at+jwt;a',
      'id+jwt',
      'dpop+jwt',
      'logout+jwt',
      'statuslist+jwt',
      'secevent+jwt',
      'token-introspection+jwt',
      'text/at+jwt',
      'application/application/at+jwt',
      '',
      null,
      undefined,
      1,
      ['at+jwt'],
      { a: 1 },
    )
    .map((typ) => ({ typ })),
  fc
    .constantFrom(
      'none',
      'None',
      'nOnE',
      'HS256',
      'es256',
      'ES256 ',
      'RS256',
      'PS256',
      'ES384',
      'Ed25519',
      'EdDSA',
      'ES256K',
      'dir',
      '__proto__',
      'toString',
      'constructor',
      '',
      null,
      undefined,
      256,
      ['ES256'],
    )
    .map((alg) => ({ alg })),
  fc
    .constantFrom([], ['b64'], ['exp'], ['alg'], {}, 'b64', null, true, 0, [[]], ['__proto__'])
    .map((crit) => ({ crit })),
  fc.constantFrom(true, false, null, 'false', 0).map((b64) => ({ b64 })),
  fc
    .constantFrom(
      'other',
      '',
      ' ',
      '../../etc/passwd',
      "' OR 1=1",
      '__proto__',
      'a'.repeat(513),
      'k'.repeat(9000),
      null,
      1,
      ['ES256-key'],
      {},
    )
    .map((kid) => ({ kid })),
)

const wild = fc.dictionary(
  fc.oneof(
    fc.constantFrom('typ', 'alg', 'kid', 'crit', 'b64', 'jwk', 'zip', '__proto__'),
    fc.string(),
  ),
  json,
  { maxKeys: 4 },
)

/** Texts that stand where a JSON object should. */
const noObject = fc.oneof(
  fc.constantFrom(
    '',
    'null',
    '[]',
    '"at+jwt"',
    '{',
    '{"alg":"ES256"',
    `\ufeff${JSON.stringify(goodHeader())}`,
    `${JSON.stringify(goodHeader())}{}`,
    `[${JSON.stringify(goodHeader())}]`,
    '{"alg":"ES256","typ":"at+jwt","a":'.repeat(40),
  ),
  fc.string(),
  fc.uint8Array().map((bytes) => Buffer.from([...Buffer.from('{"a":"'), 0xff, ...bytes])),
)

const signed: fc.Arbitrary<Signed> = fc.oneof(
  fc.tuple(harmless, fc.constantFrom(...keys.slice(0, 3))).map(([members, key]) => ({
    token: issue(goodClaims(), { ...goodHeader(key), ...members }, key),
    good: true,
  })),
  fc.tuple(harmless, harmful).map(([some, members]) => ({
    token: issue(goodClaims(), { ...goodHeader(), ...some, ...members }),
    good: false,
  })),
  fc.tuple(wild, fc.boolean()).map(([members, first]) => ({
    token: issue(
      goodClaims(),
      first ? { ...members, ...goodHeader() } : { ...goodHeader(), ...members },
    ),
    good: undefined,
  })),
  fc.tuple(json, fc.constantFrom('typ', 'alg', 'kid', 'x')).map(([value, name]) => ({
    token: issue(
      goodClaims(),
      `{${JSON.stringify(name)}:${JSON.stringify(value)},${JSON.stringify(goodHeader()).slice(1)}`,
    ),
    good: true,
  })),
  noObject.map((text) => ({ token: issue(goodClaims(), text), good: false })),
)

export const headers = property(
  'JOSE headers under a genuine signature: what is admitted, jose admits too',
  0.15,
  [200, 401],
  signed,
  judgeSigned,
)
