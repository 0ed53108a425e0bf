import test from 'ava'
import { checkClaims, findMalformedClaim } from '../../src/protocol/claims.ts'
import type { Tolerance } from '../../src/protocol/claim-forms.ts'
import { type Claims, rfc7662, rfc9068 } from '../../src/protocol/dialect.ts'
import { InvalidToken, type InvalidTokenReason } from '../../src/protocol/errors.ts'

const claims = {
  iss: 'https://as.example.com',
  exp: 2000,
  aud: 'https://api.example.com',
  sub: 'owner-1',
  client_id: 'client-1',
  iat: 1000,
  jti: 'id-1',
}

test('the claims of RFC 9068 §2.2 are well formed', (t) => {
  t.is(findMalformedClaim(claims, rfc9068.requiredClaims), undefined)
})

const wellFormed: readonly (readonly [name: string, ...values: unknown[]])[] = [
  ['iss', 'a', 'https://as.example.com'],
  ['sub', 'a', ' '],
  ['aud', 'a', ['a'], ['a', 'b'], []],
  ['exp', 0, -1, 1.5, 1e300],
  ['nbf', 0, 1.5],
  ['iat', 0, 1.5],
  ['jti', 'a'],
  ['client_id', 'a'],
  ['scope', '', 'a b'],
  ['act', {}, { sub: 'a' }],
  ['cnf', {}, { jkt: 'a' }],
  ['username', '', 'jdoe'],
  ['token_type', '', 'Bearer'],
  ['auth_time', 0],
  ['acr', '', '0'],
  ['amr', [], ['pwd', 'otp']],
]

const malformed: readonly (readonly [name: string, ...values: unknown[]])[] = [
  ['iss', '', null, 5, true, ['a'], {}],
  ['sub', '', null, 5, true, ['a'], {}],
  ['aud', '', null, 5, true, {}, [5], ['a', null], [['a']], [undefined]],
  ['exp', '', null, '1', true, NaN, Infinity, -Infinity, [1], {}],
  ['nbf', '', null, '1', true, NaN, Infinity, -Infinity],
  ['iat', '', null, '1', true, NaN, Infinity, -Infinity],
  ['jti', '', null, 5],
  ['client_id', '', null, 5, ['a'], {}],
  ['scope', null, 5, ['a'], {}],
  ['act', null, 'a', [], true],
  ['cnf', null, 'a', [], true],
  ['username', null, 5, {}],
  ['token_type', null, 5, ['Bearer']],
  ['auth_time', null, '1', NaN],
  ['acr', null, 1, []],
  ['amr', null, 'pwd', [5], {}],
]

for (const [name, ...values] of wellFormed) {
  test(`${name} is well formed`, (t) => {
    for (const value of values) {
      t.is(findMalformedClaim({ [name]: value }, []), undefined, JSON.stringify(value))
    }
  })
}

for (const [name, ...values] of malformed) {
  test(`${name} is malformed`, (t) => {
    for (const value of values) {
      t.is(findMalformedClaim({ ...claims, [name]: value }, []), name, JSON.stringify(value))
    }
  })
}

test('what nobody has registered may have any form', (t) => {
  t.is(findMalformedClaim({ roles: 5, __proto__: null, constructor: null }, []), undefined)
})

test('a required claim that is missing is malformed, whatever its name', (t) => {
  for (const name of rfc9068.requiredClaims) {
    t.is(findMalformedClaim({ ...claims, [name]: undefined }, rfc9068.requiredClaims), name)
  }
  const plain = Object.assign(Object.create(null), { sub: 'a' }) as Record<string, unknown>
  t.is(findMalformedClaim(plain, ['constructor']), 'constructor')
})

const expectations = { audience: ['https://api.example.com', 'urn:orders'], clockTolerance: 10 }

type Case = readonly [
  title: string,
  members: Readonly<Record<string, unknown>>,
  now: number,
  reason: InvalidTokenReason | undefined,
]

const cases: readonly Case[] = [
  ['good', {}, 1500, undefined],
  ['the last moment', { exp: 2000 }, 2009.999, undefined],
  ['expired', { exp: 2000 }, 2010, 'expired'],
  ['long expired', { exp: 2000 }, 1e9, 'expired'],
  ['exp 0', { exp: 0 }, 10, 'expired'],
  ['exp with fractions', { exp: 1999.5 }, 2009.5, 'expired'],
  ['the first moment', { nbf: 1500 }, 1490, undefined],
  ['not yet valid', { nbf: 1500 }, 1489.999, 'not-yet-valid'],
  ['issued this moment', { iat: 1500 }, 1490, undefined],
  ['issued in the future', { iat: 1500 }, 1489.999, 'not-yet-valid'],
  ['one of several audiences', { aud: ['urn:other', 'urn:orders'] }, 1500, undefined],
  ['another audience', { aud: 'urn:other' }, 1500, 'audience'],
  ['other audiences', { aud: ['urn:other', 'client-1'] }, 1500, 'audience'],
  ['no audience in the list', { aud: [] }, 1500, 'audience'],
  ['the audience in capitals', { aud: 'URN:ORDERS' }, 1500, 'audience'],
  ['a part of the audience', { aud: 'urn:order' }, 1500, 'audience'],
  ['the audience within another', { aud: 'urn:orders:all' }, 1500, 'audience'],
  ['several audiences in one string', { aud: 'urn:other urn:orders' }, 1500, 'audience'],
  ['no audience', { aud: undefined }, 1500, 'claims'],
  ['a malformed exp', { exp: '2000' }, 1500, 'claims'],
  ['a malformed audience beside a good one', { aud: ['urn:orders', 5] }, 1500, 'claims'],
  ['an exp beyond all numbers', { exp: Infinity }, 1500, 'claims'],
]

for (const [title, members, now, reason] of cases) {
  test(`checkClaims: ${title}`, (t) => {
    const facts = { claims: { ...claims, ...members }, dialect: rfc9068, issuer: claims.iss }
    const check = (): void => checkClaims(facts, expectations, now)
    if (reason === undefined) t.notThrows(check)
    else t.is(t.throws(check, { instanceOf: InvalidToken })?.reason, reason)
  })
}

test('checkClaims: a tolerance of 0 is exact', (t) => {
  const check = (members: object, now: number) => () =>
    checkClaims(
      { claims: { ...claims, ...members }, dialect: rfc9068, issuer: claims.iss },
      { ...expectations, clockTolerance: 0 },
      now,
    )
  t.notThrows(check({}, 1999.999))
  t.throws(check({}, 2000))
  t.notThrows(check({ nbf: 1500 }, 1500))
  t.throws(check({ nbf: 1500 }, 1499.999))
})

test('checkClaims: what the dialect does not require may be missing', (t) => {
  const check = (members: Claims, requiredClaims: readonly string[]) => () =>
    checkClaims(
      { claims: members, dialect: { ...rfc7662, requiredClaims }, issuer: 'https://a.example.com' },
      expectations,
      1500,
    )
  t.notThrows(check({}, []))
  t.notThrows(check({ aud: 'urn:orders' }, rfc7662.requiredClaims))
  t.throws(check({}, rfc7662.requiredClaims))
  t.throws(check({ aud: 'urn:other' }, []), undefined, 'a foreign audience never passes')
  t.throws(check({ exp: 1 }, []), undefined, 'nor an expired token')
})

test('checkClaims: the cause tells the operator what was found and expected, in brief', (t) => {
  const cause = (members: object): string => {
    const facts = { claims: { ...claims, ...members }, dialect: rfc9068, issuer: claims.iss }
    const error = t.throws(() => checkClaims(facts, expectations, 1500), {
      instanceOf: InvalidToken,
    })
    t.notRegex(error.message, /[0-9]|urn|https/, 'the client is not told')
    return String(error.cause)
  }
  t.is(
    cause({ aud: 'urn:other' }),
    '"aud" is "urn:other", expected one of ["https://api.example.com","urn:orders"]',
  )
  t.is(cause({ exp: 5 }), '"exp" is 5, it is 1500')
  t.is(cause({ nbf: 5000 }), '"nbf" is 5000, it is 1500')
  t.is(cause({ iat: 5000 }), '"iat" is 5000, it is 1500')
  t.is(cause({ sub: undefined }), '"sub" is missing')
  t.true(cause({ aud: Array.from({ length: 10_000 }, () => 'urn:other') }).length < 500)
})

const tolerated: readonly (readonly [
  tolerance: Tolerance,
  good: object,
  bad: readonly object[],
])[] = [
  ['sub is a number', { sub: 5 }, [{ sub: 1.5 }, { sub: 2 ** 60 }, { sub: '' }, { client_id: 5 }]],
  ['sub is empty', { sub: '' }, [{ sub: null }, { client_id: '' }]],
  ['sub is null', { sub: null }, [{ sub: '' }, { iss: null }]],
  ['username is null', { username: null }, [{ username: 5 }, { sub: null }]],
  ['scope is an array', { scope: ['a'] }, [{ scope: [5] }, { scope: 5 }, { acr: ['a'] }]],
  ['amr holds objects', { amr: [{}] }, [{ amr: {} }, { amr: 'a' }, { aud: [{}] }]],
]

for (const [tolerance, good, bad] of tolerated) {
  test(`findMalformedClaim: tolerates that ${tolerance}, and nothing else`, (t) => {
    t.is(findMalformedClaim(good as Claims, [], [], [tolerance]), undefined)
    t.is(findMalformedClaim(good as Claims), Object.keys(good)[0])
    for (const claims of bad) {
      t.is(findMalformedClaim(claims as Claims, [], [], [tolerance]), Object.keys(claims)[0])
    }
  })
}
