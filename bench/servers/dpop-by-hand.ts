import { createPublicKey, hash, type JsonWebKey, type KeyObject, verify } from 'node:crypto'
import type { Context } from 'koa'

interface ProofHeader {
  readonly typ?: string
  readonly alg?: string
  readonly jwk: Readonly<Record<'crv' | 'kty' | 'x' | 'y', string>>
}

interface ProofClaims {
  readonly htm: string
  readonly htu: string
  readonly iat: number
  readonly jti: string
  readonly ath: string
}

/**
 * Checks the ES256 proof of a request by hand, keys and `jti` remembered in maps. (RFC 9449 §4.3)
 *
 * @param base What the URLs in proofs begin with.
 */
export function proofCheck(base: string): (ctx: Context, ath: string, jkt: string) => boolean {
  const keys = new Map<string, KeyObject>()
  const used = new Map<string, number>()

  function keyOf(jwk: ProofHeader['jwk'], jkt: string): KeyObject | undefined {
    const { crv, kty, x, y } = jwk
    if (hash('sha256', JSON.stringify({ crv, kty, x, y }), 'base64url') !== jkt) return undefined
    let key = keys.get(jkt)
    if (key === undefined) {
      key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })
      keys.set(jkt, key)
    }
    return key
  }

  return (ctx, ath, jkt) => {
    const proof = ctx.get('DPoP')
    const [head = '', body = '', signature = ''] = proof.split('.')
    const { typ, alg, jwk } = parse(head) as ProofHeader
    const claims = parse(body) as ProofClaims
    const now = Date.now() / 1000
    if (typ !== 'dpop+jwt' || alg !== 'ES256' || claims.ath !== ath) return false
    if (claims.htm !== ctx.method || claims.htu !== base + ctx.path) return false
    if (Math.abs(now - claims.iat) > 60) return false
    const key = keyOf(jwk, jkt)
    const input = Buffer.from(proof.slice(0, head.length + 1 + body.length))
    const by = key && ({ key, dsaEncoding: 'ieee-p1363' } as const)
    if (!by || !verify('sha256', input, by, Buffer.from(signature, 'base64url'))) return false
    const once = `${jkt} ${claims.jti}`
    if (used.has(once)) return false
    used.set(once, claims.iat)
    return true
  }
}

function parse(part: string): unknown {
  return JSON.parse(Buffer.from(part, 'base64url').toString())
}
