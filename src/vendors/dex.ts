import { issuerUrl } from './arguments.ts'
import type { Claims, OnBehalfOf } from '../protocol/dialect.ts'
import { said } from './on-behalf-of.ts'
import { anyJwt, type Vendor } from './vendor.ts'

/**
 * Dex, whose access token is its ID token.
 *
 * Source: dexidp/dex server/tokens/issuer.go, server/grants/clientcredentials.go.
 *
 * @param issuer `https://dex.example.com/dex`
 * @throws {TypeError} It is none.
 */
export function dex(issuer: string): Vendor {
  return {
    issuer: issuerUrl('dex', issuer, "'https://dex.example.com/dex'"),
    dialect: {
      ...anyJwt,
      waives: ['nonce', 'at_hash', 'c_hash'],
      kind: { token_use: ['access_token', undefined] },
      clientId: ({ client_id: id, azp, aud }: Claims) =>
        said(id) ??
        said(azp) ??
        (Array.isArray(aud) && aud.length > 1 ? undefined : said([aud].flat()[0])),
      username: ['preferred_username', 'name'],
      roles: [['groups']],
      onBehalfOf,
      advice: { aud: 'it is the client’s: list the clients of this API as audience' },
    },
  }
}

/** The subject holds a user and the connector that they came by; a client comes by none. */
function onBehalfOf({ sub }: Claims, clientId: string | undefined): OnBehalfOf {
  const [user, connector] = readSubject(said(sub) ?? '')
  if (user === undefined || clientId === undefined) return 'unknown'
  if (connector !== undefined) return 'resource-owner'
  return user === clientId ? 'client' : 'unknown'
}

/** Reads fields 1 and 2 of a protocol buffer, both text. (protobuf.dev/programming-guides/encoding) */
function readSubject(sub: string): readonly [user?: string, connector?: string] {
  const bytes = Buffer.from(sub, 'base64url')
  const fields: string[] = []
  let at = 0
  for (const tag of [0x0a, 0x12]) {
    const [found, low = 0, high = 0] = bytes.subarray(at)
    const [start, size] = low > 127 ? [at + 3, (low & 127) + (high << 7)] : [at + 2, low]
    if (found !== tag || size === 0) break
    fields.push(bytes.toString('utf8', start, start + size))
    at = start + size
  }
  return at === bytes.length ? (fields as []) : []
}
