import { jwtVerify } from 'jose'
import { audience, issuer, keys } from './issuer.ts'

/** Whether jose by itself takes an access token for good, told what RFC 9068 §4 demands. */
export async function joseAdmits(token: string): Promise<boolean> {
  try {
    await jwtVerify(token, ({ alg }) => keys.find((key) => key.alg === alg)!.publicKey, {
      issuer,
      audience,
      typ: 'at+jwt',
      clockTolerance: 10,
      algorithms: keys.map(({ alg }) => alg),
      requiredClaims: ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'],
    })
    return true
  } catch {
    return false
  }
}
