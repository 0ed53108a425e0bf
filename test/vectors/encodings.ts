import { generateKeyPairSync } from 'node:crypto'
import { encode, signInput } from '../sign-compact.ts'
import { claims } from './api.ts'
import { type Jwk, readVectors } from './wycheproof.ts'

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const keys: readonly Jwk[] = [{ ...publicKey.export({ format: 'jwk' }), kid: 'es256-key' }]

/** As long as leaves unused bits in the last character. (RFC 4648 §3.5) */
const text = JSON.stringify(claims).padEnd(Math.ceil(JSON.stringify(claims).length / 3) * 3 + 1)
const header = encode({ kid: 'es256-key', alg: 'ES256', typ: 'at+jwt' })
const payload = encode(text)
const unusedBits = `${payload.slice(0, -1)}${payload.endsWith('A') ? 'B' : 'R'}`
const [, , signature = ''] = sign(header, payload).split('.')

function sign(header: string, payload: string): string {
  return signInput(`${header}.${payload}`, privateKey, 'ES256')
}

/** The vectors of Wycheproof's group `base64` by number, as tokens that ES256 signs. */
const tokens: Readonly<Record<number, string>> = {
  357: sign(header, payload),
  358: sign(header, payload),
  359: sign(header, payload),
  360: `${header}.${payload}.    ${signature}`,
  361: `${header}.${payload}.?${signature}`,
  362: `${header}.${payload}.${signature}?`,
  363: `${header}.${payload}.?${signature.slice(1)}`,
  364: `${header}.${payload}.????${signature.slice(4)}`,
  365: sign(`${header}    `, payload),
  366: sign(`${header}####`, payload),
  367: `${header}.${payload}.${signature}==`,
  368: sign(header, `    ${payload}`),
  369: sign(header, `####${payload}`),
  370: sign(header, `${payload}==`),
  371: sign(header, `?${payload}`),
  372: `${header.slice(0, -1)}?${header.slice(-1)}.${payload}.${signature}`,
  373: `${header}.${payload}?.${signature}`,
  374: `${header}.${unusedBits}.${signature}`,
  375: sign(header, unusedBits),
  376: sign(encode('{ "kid" : "es256-key", "alg" : "ES256", "typ" : "at+jwt" }'), payload),
  377: sign(encode('{"kid":"es256-key",\n\t"alg":"ES256",\n"typ":"at+jwt"}'), payload),
}

/** Characters outside the alphabet stand in two vectors that are marked valid; no JWT may have them. (RFC 7519 §7.2) */
const refusedAllTheSame = new Set([372, 373])

/**
 * The vectors of the group made anew.
 *
 * Two that are named for their padding have none, and are equal to a valid one; here they get it.
 */
export const encodings = readVectors('json_web_signature_test')
  .filter(({ group }) => group === 'base64')
  .map(({ id, name, valid }) => {
    const token = tokens[id]
    if (token === undefined) throw new Error(`${name} is not made anew`)
    return { name, keys, token, valid: valid && !refusedAllTheSame.has(id) }
  })
