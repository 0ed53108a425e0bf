import * as fc from 'fast-check'
import { audience, goodClaims, issue, issuer } from './issuer.ts'
import { property } from './property.ts'
import { judgeSigned, type Signed } from './signed.ts'

const json = fc.jsonValue({ maxDepth: 2 })
const now = (): number => Math.floor(Date.now() / 1000)

/** A change to good claims; numbers of seconds count from now. */
type Change = (claims: Record<string, unknown>) => Record<string, unknown>

const set =
  (members: object): Change =>
  (claims) => ({ ...claims, ...members })
const fromNow =
  (name: string, seconds: number): Change =>
  (claims) => ({ ...claims, [name]: now() + seconds })

const harmless: fc.Arbitrary<Change> = fc.oneof(
  fc.constantFrom(
    set({ aud: [audience] }),
    set({ aud: ['https://other.example.com', audience, audience] }),
    set({ nbf: 0 }),
    set({ scope: '' }),
    set({ scope: 'a b  c' }),
    set({ scope: undefined }),
    set({ sub: 'client-1' }),
    set({ act: { sub: 'x', act: { sub: 'y' } } }),
    set({ auth_time: 1, acr: '1', amr: ['pwd'] }),
    set({ constructor: {}, hasOwnProperty: 1, roles: ['a'], groups: null }),
    set({ cnf: undefined }),
  ),
  fc.integer({ min: -8, max: 3600 }).map((seconds) => fromNow('exp', seconds)),
  fc.integer({ min: -9999, max: 8 }).map((seconds) => fromNow('iat', seconds)),
  fc.integer({ min: -9999, max: 8 }).map((seconds) => fromNow('nbf', seconds)),
  fc.string().map((jti) => set({ jti: `j${jti}` })),
  fc.tuple(fc.string(), json).map(([name, value]) => set({ [`x-${name}`]: value })),
)

const required = ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti']
const wrongTypes: Readonly<Record<string, readonly unknown[]>> = {
  iss: [
    '',
    1,
    [issuer],
    { issuer },
    null,
    `${issuer}/`,
    issuer.toUpperCase(),
    `${issuer}.evil.com`,
  ],
  sub: ['', 1, ['a'], {}, null, true],
  aud: [
    '',
    1,
    {},
    null,
    [],
    [1],
    [audience, 1],
    [[audience]],
    `${audience}/`,
    'https://api.example',
  ],
  client_id: ['', 1, ['a'], null],
  jti: ['', 1, [], null],
  exp: ['9999999999', null, [9e9], {}, true, 0, -1, 1.5],
  iat: ['1', null, [1], {}, 9e12],
  nbf: ['1', null, [1], {}, 9e12],
  scope: [1, ['a'], {}, null],
  cnf: [{}, { jkt: 'x' }, [], 'x', null, { 'x5t#S256': 'x' }, { __proto__: null, jwk: {} }],
  act: ['x', [], null],
  auth_time: ['1', null],
  acr: [1, null],
  amr: ['pwd', [1], null],
}
const harmful: fc.Arbitrary<Change> = fc.oneof(
  fc.constantFrom(...required).map((name) => set({ [name]: undefined })),
  fc
    .constantFrom(...Object.entries(wrongTypes))
    .chain(([name, values]) => fc.constantFrom(...values).map((value) => set({ [name]: value }))),
  fc.integer({ min: -99_999, max: -12 }).map((seconds) => fromNow('exp', seconds)),
  fc.integer({ min: 13, max: 99_999 }).map((seconds) => fromNow('iat', seconds)),
  fc.integer({ min: 13, max: 99_999 }).map((seconds) => fromNow('nbf', seconds)),
)

const wild = fc.dictionary(
  fc.oneof(
    fc.constantFrom(...Object.keys(wrongTypes), '__proto__', 'token_type', 'username'),
    fc.string(),
  ),
  fc.oneof(json, fc.constantFrom(audience, issuer, 'a', 1, 9e9, 1e308)),
  { maxKeys: 4 },
)

/** With a byte that is none of UTF-8. */
function broken(json: string): Buffer {
  const bytes = Buffer.from(json)
  bytes[bytes.lastIndexOf('?')] = 0xff
  return bytes
}

const text = (claims: object): string => JSON.stringify(claims)
/** Texts of claims that no serializer writes. */
const texts: fc.Arbitrary<readonly [string | Buffer, boolean]> = fc
  .constantFrom<() => readonly [string | Buffer, boolean]>(
    () => [`{"exp":0,"iss":"x",${text(goodClaims()).slice(1)}`, true],
    () => [`${text(goodClaims()).slice(0, -1)},"exp":0}`, false],
    () => [`${text(goodClaims()).slice(0, -1)},"exp":1e400}`, false],
    () => [`${text(goodClaims()).slice(0, -1)},"exp":-1e400}`, false],
    () => [`${text(goodClaims()).slice(0, -1)},"nbf":1e999}`, false],
    () => [`${text(goodClaims()).slice(0, -1)},"iat":-1e999}`, false],
    () => [`${text(goodClaims()).slice(0, -1)},"__proto__":{"exp":1}}`, true],
    () => [`{"__proto__":${text(goodClaims())}}`, false],
    () => [`\ufeff${text(goodClaims())}`, false],
    () => [`[${text(goodClaims())}]`, false],
    () => [broken(text({ ...goodClaims(), name: '?' })), false],
    () => [`${text(goodClaims())} `, true],
    () => [`${text(goodClaims())},`, false],
    () => [`${text(goodClaims()).slice(0, -1)},"a":${'['.repeat(2000)}${']'.repeat(2000)}}`, false],
    () => [`${text(goodClaims()).slice(0, -1)},"a":"\u0001"}`, false],
  )
  .map((make) => make())

const signed: fc.Arbitrary<Signed> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.array(harmless, { maxLength: 3 }).map((changes) => make(changes, true)),
  },
  { weight: 4, arbitrary: fc.tuple(harmless, harmful).map((changes) => make(changes, false)) },
  { weight: 3, arbitrary: wild.map((members) => make([set(members)], undefined)) },
  { weight: 1, arbitrary: texts.map(([claims, good]) => ({ token: issue(claims), good })) },
  {
    weight: 1,
    arbitrary: json.map((value) => ({ token: issue(JSON.stringify(value)), good: false })),
  },
)

function make(changes: readonly Change[], good: boolean | undefined): Signed {
  const claims = changes.reduce((before, change) => change(before), goodClaims())
  return { token: issue(claims), good }
}

export const claims = property(
  'claims under a genuine signature: what is admitted, jose admits too',
  0.15,
  [200, 401],
  signed,
  judgeSigned,
)
