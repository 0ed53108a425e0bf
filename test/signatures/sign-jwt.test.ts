import { createSecretKey, generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto'
import test from 'ava'
import { compactVerify, jwtVerify } from 'jose'
import { algorithms } from '../../src/protocol/algorithms.ts'
import { isSignedBy } from '../../src/signatures/jws.ts'
import { signJwt } from '../../src/signatures/sign-jwt.ts'

const curves: Readonly<Record<string, () => KeyPairKeyObjectResult>> = {
  'P-256': () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'P-384': () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  'P-521': () => generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  Ed25519: () => generateKeyPairSync('ed25519'),
}
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const claims = { iss: 'https://api.example.com', text: 'ä€\u{1F600}' }

for (const [alg, { crv }] of Object.entries(algorithms)) {
  test(`a JWT that is signed by ${alg} verifies, here and by jose`, async (t) => {
    const { privateKey, publicKey } = crv === undefined ? rsa : curves[crv]!()
    const jwt = signJwt(claims, { key: privateKey, header: { alg, kid: 'key-1' } })
    t.true(isSignedBy(jwt, alg, publicKey))
    const { payload, protectedHeader } = await jwtVerify(jwt, publicKey, { algorithms: [alg] })
    t.deepEqual(payload, claims)
    t.deepEqual(protectedHeader, { alg, kid: 'key-1' })
  })
}

for (const alg of ['HS256', 'HS384', 'HS512']) {
  test(`a JWT that is keyed by a secret, ${alg}, verifies by jose`, async (t) => {
    const key = createSecretKey(Buffer.alloc(64, 7))
    const jwt = signJwt(claims, { key, header: { alg } })
    await t.notThrowsAsync(compactVerify(jwt, key, { algorithms: [alg] }))
    const other = createSecretKey(Buffer.alloc(64, 8))
    await t.throwsAsync(compactVerify(jwt, other, { algorithms: [alg] }))
  })
}
