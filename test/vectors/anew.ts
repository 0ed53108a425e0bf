import { createPrivateKey, createSecretKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { encode, signCompact } from '../sign-compact.ts'
import { claims } from './api.ts'
import { headerOf, type Jwk, readVectors, type Vector } from './wycheproof.ts'

/**
 * Makes the point of a vector with the claims of an access token, so that nothing else is wrong with it.
 *
 * @returns `undefined` for a vector that is encrypted or in JSON serialization.
 */
export function anew(vector: Vector): string | undefined {
  const { token, encrypted, flags, comment, model, valid } = vector
  if (encrypted || flags.includes('JsonSerialization')) return undefined
  const attack = attacks[comment]
  if (attack !== undefined) return attack(vector)

  const key = signingKey(vector)
  if (key === undefined) throw new Error(`nothing can sign ${vector.name}`)
  const header = withType(token)
  if (valid || model === undefined) return signCompact(header, claims, key, header.alg)
  const otherPrimitive = /^Using(\w+)$/.exec(comment)?.[1]
  if (otherPrimitive !== undefined) return signCompact(header, claims, key, otherPrimitive)
  if (comment.startsWith('rejects')) {
    const good = withType(model)
    return spoil(signCompact(good, claims, key, good.alg), model, token)
  }
  return `${encode(header)}.${encode(claims)}.${token.split('.')[2]}`
}

function withType(token: string): Jwk & { readonly alg: string } {
  const header = headerOf(token)
  return { ...header, alg: String(header['alg']), typ: 'at+jwt' }
}

/** What needs a key that is not the issuer's. */
const attacks: Readonly<Record<string, (vector: Vector) => string>> = {
  rejectsSymmetryConfusionAttacks_aesKeyFromEcVerificationKeyBytes({ token, keys }) {
    const point = [keys[0]!['x'], keys[0]!['y']].map((each) =>
      Buffer.from(String(each), 'base64url'),
    )
    return signCompact(withType(token), claims, createSecretKey(Buffer.concat(point)), 'HS256')
  },
  rejectsAttackerProvidedEmbeddedJwk({ token }) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const header = { ...withType(token), jwk: publicKey.export({ format: 'jwk' }) }
    return signCompact(header, claims, privateKey, 'ES256')
  },
}

function signingKey({ privateKeys: [jwk] }: Vector): KeyObject | undefined {
  if (jwk!['kty'] === 'oct') return createSecretKey(String(jwk!['k']), 'base64url')
  return importKey(jwk!) ?? soundKeys.find(([{ d }]) => d === jwk!['d'])?.[1]
}

function importKey(jwk: Jwk): KeyObject | undefined {
  try {
    return createPrivateKey({ format: 'jwk', key: jwk })
  } catch {
    return undefined
  }
}

/** Some keys are published wrongly on purpose; elsewhere the same key stands as it is. */
const soundKeys = readVectors('json_web_signature_test').flatMap(
  ({ privateKeys: [jwk] }): readonly [Jwk, KeyObject][] => {
    const key = importKey(jwk!)
    return key === undefined ? [] : [[jwk!, key]]
  },
)

/** Does to a token of ours what was done to the model to make the bad one. */
function spoil(ours: string, model: string, bad: string): string {
  const parts = ours.split('.')
  const models = model.split('.')
  return bad
    .split('.')
    .map((part, i) => {
      const kept = models.indexOf(part)
      if (kept >= 0) return parts[kept]
      const added = part === '' || i >= models.length
      return added ? part : spoilPart(parts[i]!, models[i]!, part)
    })
    .join('.')
}

function spoilPart(ours: string, model: string, bad: string): string {
  let start = 0
  while (model[start] === bad[start]) start += 1
  let end = 0
  while (model.at(-1 - end) === bad.at(-1 - end) && end < model.length - start) end += 1
  const spoilt = bad.slice(start, bad.length - end)
  const stop = start + model.length - start - end
  const into = ours.slice(start, stop) === spoilt ? spoilt.replaceAll(/./g, '_') : spoilt
  return ours.slice(0, start) + into + ours.slice(stop)
}
