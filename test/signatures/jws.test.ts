import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import test from 'ava'
import { compactVerify } from 'jose'
import { algorithms } from '../../src/protocol/algorithms.ts'
import { isSignedBy } from '../../src/signatures/jws.ts'
import { signCompact } from '../sign-compact.ts'

type Pair = { readonly privateKey: KeyObject; readonly publicKey: KeyObject }

const rsa: Pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pairs: Readonly<Record<string, Pair>> = {
  RSA: rsa,
  'P-256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'P-384': generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  'P-521': generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  Ed25519: generateKeyPairSync('ed25519'),
}
const pairOf = (alg: string): Pair => {
  const { kty, crv } = algorithms[alg]!
  return pairs[crv ?? kty]!
}
const sign = (alg: string, claims: object = {}): string =>
  signCompact({ alg }, claims, pairOf(alg).privateKey, alg)

async function joseAgrees(jws: string, alg: string, key: KeyObject): Promise<boolean> {
  try {
    await compactVerify(jws, key, { algorithms: [alg] })
    return true
  } catch {
    return false
  }
}

for (const alg of Object.keys(algorithms)) {
  test(`RS-40 RFC 7518 §3.1: ${alg} verifies with its key, and with no other algorithm`, async (t) => {
    const jws = sign(alg)
    for (const other of Object.keys(algorithms)) {
      const same = other === alg || (alg.startsWith('Ed') && other.startsWith('Ed'))
      t.is(isSignedBy(jws, other, pairOf(alg).publicKey), same, other)
    }
    for (const [kind, { publicKey }] of Object.entries(pairs)) {
      t.is(isSignedBy(jws, alg, publicKey), publicKey === pairOf(alg).publicKey, kind)
    }
    t.true(await joseAgrees(jws, alg, pairOf(alg).publicKey))
  })

  test(`RS-40: a signature by ${alg} of another length, or with a bit changed, is wrong`, async (t) => {
    const jws = sign(alg)
    const { publicKey } = pairOf(alg)
    const dot = jws.lastIndexOf('.') + 1
    const signature = Buffer.from(jws.slice(dot), 'base64url')
    const altered: Buffer[] = [
      Buffer.alloc(0),
      Buffer.alloc(signature.length),
      Buffer.alloc(signature.length, 255),
      signature.subarray(1),
      signature.subarray(0, -1),
      Buffer.concat([signature, Buffer.of(0)]),
      Buffer.concat([Buffer.of(0), signature]),
      Buffer.concat([signature, signature]),
      Buffer.from(signature).reverse(),
    ]
    for (let bit = 0; bit < signature.length * 8; bit += 13) {
      const flipped = Buffer.from(signature)
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      altered.push(flipped)
    }
    for (const other of altered) {
      const forged = jws.slice(0, dot) + other.toString('base64url')
      t.false(isSignedBy(forged, alg, publicKey), other.toString('hex'))
      t.false(await joseAgrees(forged, alg, publicKey))
    }
    t.false(isSignedBy(jws.replace('.', '.e'), alg, publicKey), 'other claims')
  })
}

test('RS-40 RFC 7518 §3.4: numbers of any length make a signature that verifies', async (t) => {
  // One in 256 has a leading zero octet, half of them a leading bit that DER takes for a sign.
  for (const alg of ['ES256', 'ES384', 'ES512']) {
    let short = 0
    for (let i = 0; i < 50 || (short === 0 && i < 10_000); i += 1) {
      const jws = sign(alg, { i })
      const signature = Buffer.from(jws.slice(jws.lastIndexOf('.') + 1), 'base64url')
      const leading = alg === 'ES512' ? 1 : 0
      if (signature[leading] === 0) short += 1
      t.true(isSignedBy(jws, alg, pairOf(alg).publicKey))
    }
    t.true(short > 0, alg)
  }
})

test('RS-40: signatures with an R or S of zero are wrong', (t) => {
  const jws = sign('ES256')
  const dot = jws.lastIndexOf('.') + 1
  const signature = Buffer.from(jws.slice(dot), 'base64url')
  const zero = Buffer.alloc(32)
  const order = Buffer.from(
    'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
    'hex',
  )
  const [r, s] = [signature.subarray(0, 32), signature.subarray(32)]
  for (const pair of [
    [zero, zero],
    [r, zero],
    [zero, s],
    [order, s],
    [r, order],
    [order, order],
  ]) {
    const forged = jws.slice(0, dot) + Buffer.concat(pair).toString('base64url')
    t.false(isSignedBy(forged, 'ES256', pairOf('ES256').publicKey))
  }
})

test('RS-37: no other algorithm is one', (t) => {
  const jws = sign('RS256')
  for (const alg of ['none', 'HS256', 'rs256', 'RSA-OAEP', '', '__proto__', 'constructor']) {
    t.false(isSignedBy(jws, alg, rsa.publicKey), alg)
  }
  const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' })
  t.true(isSignedBy(jws, 'RS256', createPublicKey(pem)))
})
