import test from 'ava'
import { InvalidToken } from 'koa-resource-server'
import { algorithms } from '../src/protocol/algorithms.ts'
import { readToken } from '../src/protocol/jwt.ts'
import { keySetOf } from '../src/tokens/key-set.ts'
import { checkHeader, verifySignature } from '../src/tokens/signed-jwt.ts'
import { anew } from './vectors/anew.ts'
import { present } from './vectors/api.ts'
import { encodings } from './vectors/encodings.ts'
import { files, headerOf, readVectors, type Vector } from './vectors/wycheproof.ts'

/** How many vectors there are of each kind, so that none is passed over. */
const kinds: Readonly<Record<string, Readonly<Record<Kind, number>>>> = {
  json_web_crypto_test: { good: 2, invalid: 77, symmetric: 2, encrypted: 2, otherAlgorithm: 0 },
  json_web_key_test: { good: 1, invalid: 21, symmetric: 4, encrypted: 0, otherAlgorithm: 0 },
  json_web_signature_test: {
    good: 32,
    invalid: 355,
    symmetric: 10,
    encrypted: 0,
    otherAlgorithm: 4,
  },
}

/** How many there are besides those that are encrypted or in JSON serialization. */
const madeAnew: Readonly<Record<string, number>> = {
  json_web_crypto_test: 48,
  json_web_key_test: 26,
  json_web_signature_test: 400,
}

type Kind = 'good' | 'invalid' | 'symmetric' | 'encrypted' | 'otherAlgorithm'

/** Valid signatures whose key is published for another algorithm (PS256), or for none that there is (ES521). */
const otherAlgorithm = /^json_web_signature_test (346|347|350|351) /

function kindOf({ token, valid, encrypted, name }: Vector): Kind {
  if (!valid) return 'invalid'
  if (encrypted) return 'encrypted'
  if (String(headerOf(token)['alg']).startsWith('HS')) return 'symmetric'
  return otherAlgorithm.test(name) ? 'otherAlgorithm' : 'good'
}

test('every vector is of a kind', (t) => {
  for (const file of files) {
    const counts = { good: 0, invalid: 0, symmetric: 0, encrypted: 0, otherAlgorithm: 0 }
    for (const vector of readVectors(file)) counts[kindOf(vector)] += 1
    t.deepEqual(counts, kinds[file], file)
  }
})

for (const file of files) {
  const vectors = readVectors(file)

  test(`RS-37, RS-40, RS-41, RS-42, RS-43, RS-44, RS-45, RS-46: the signatures of ${file} are judged as it says`, async (t) => {
    for (const vector of vectors) {
      const verdict = await judge(vector)
      t.is(verdict === 'accepted', kindOf(vector) === 'good', `${vector.name}: ${verdict}`)
    }
  })

  test(`RS-32, RS-33, RS-47: nothing in ${file} is an access token`, async (t) => {
    for (const { keys, token, name } of vectors) {
      const status = await present(keys, token)
      t.true(status === 400 || status === 401, `${name}: ${status}`)
    }
  })

  test(`RS-37, RS-40, RS-41, RS-42, RS-43, RS-46: ${file}, with the claims of an access token`, async (t) => {
    let made = 0
    for (const vector of vectors) {
      const token = anew(vector)
      if (token === undefined) continue
      made += 1
      const status = await present(vector.keys, token)
      const expected = kindOf(vector) === 'good' ? [200] : [400, 401]
      t.true(expected.includes(status), `${vector.name}: ${status}`)
    }
    t.is(made, madeAnew[file]!)
  })
}

test('RS-32: the encodings that Wycheproof tries with HS256, made anew for ES256', async (t) => {
  t.is(encodings.length, 21)
  for (const { name, keys, token, valid } of encodings) {
    const status = await present(keys, token)
    t.true(valid ? status === 200 : status === 400 || status === 401, `${name}: ${status}`)
    t.is(readToken(token).jwt !== undefined, valid, name)
  }
})

/** Judges a JWS whose payload is no set of claims by the layers below, as `jwt()` strings them together. */
async function judge({ token, keys }: Vector): Promise<string> {
  const { jwt } = readToken(token.replace(/^([^.]*)\.[^.]*\./, '$1.e30.'))
  if (jwt === undefined) return 'malformed'
  const nobody = (): never => {
    throw new Error('nothing is fetched')
  }
  const keySet = keySetOf('https://as.example.com', { jwks: { keys } }, nobody, 1, nobody)
  try {
    const header = { typ: 'at+jwt', ...jwt.header }
    const hint = checkHeader(header, ['at+jwt'], new Set(Object.keys(algorithms)))
    await verifySignature(token, hint, keySet)
    return 'accepted'
  } catch (error) {
    if (error instanceof InvalidToken) return error.reason
    throw error
  }
}
