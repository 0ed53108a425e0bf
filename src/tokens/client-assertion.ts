import { createSecretKey, randomUUID } from 'node:crypto'
import * as rule from '../protocol/options.ts'
import { now, type Seconds } from '../protocol/time.ts'
import type { ClientAuth } from './client-auth.ts'
import { type Signer, signJwt } from '../signatures/sign-jwt.ts'
import { type PrivateKey, readSigner } from '../signatures/signing-key.ts'

export interface ClientAssertionOptions {
  /** `aud` of the assertion: the authorization server's issuer identifier, or what it asks for. (RFC 7523 §3) */
  readonly audience: string
  /** `alg` of the assertion. Default: that of the key, or HS256 for a client secret. */
  readonly algorithm?: string
  /** `kid` of the assertion. Default: that of the key. */
  readonly keyId?: string
  /** How long an assertion is good; each is used once. Default: 60. */
  readonly lifetime?: Seconds
}

/**
 * Authenticates with an assertion signed by a private key, made anew for each call.
 * (RFC 7523 §2.2, OpenID Connect Core 1.0 §9 `private_key_jwt`)
 *
 * @param key A private key, as a JWK or a `KeyObject`.
 * @throws {TypeError} The identifier, the key or an option is wrong.
 */
export function privateKeyJwt(
  clientId: string,
  key: PrivateKey,
  options: ClientAssertionOptions,
): ClientAuth {
  checkOptions('privateKeyJwt', clientId, options)
  const { algorithm, keyId } = options
  const signer = readSigner('privateKeyJwt()', key, algorithm, keyId, 'algorithm')
  return assertion(clientId, signer, options)
}

/**
 * Authenticates with an assertion that a client secret keys, made anew for each call.
 * (RFC 7523 §2.2, OpenID Connect Core 1.0 §9 `client_secret_jwt`)
 *
 * @throws {TypeError} The identifier or an option is wrong, or the secret too short. (RFC 7518 §3.2)
 */
export function clientSecretJwt(
  clientId: string,
  clientSecret: string,
  options: ClientAssertionOptions,
): ClientAuth {
  const from = 'clientSecretJwt'
  checkOptions(from, clientId, options)
  const { algorithm = 'HS256' } = options
  if (!/^HS(256|384|512)$/.test(algorithm)) {
    throw new TypeError(`${from}(): algorithm must be one of HS256, HS384, HS512`)
  }
  if (!rule.text.fits(clientSecret)) throw new TypeError(`${from}() takes a client secret second`)
  const key = createSecretKey(Buffer.from(clientSecret))
  const size = Number(algorithm.slice(2)) / 8
  if (key.symmetricKeySize! < size) {
    throw new TypeError(`${from}(): ${algorithm} needs a client secret of at least ${size} bytes`)
  }
  return assertion(clientId, { key, header: { alg: algorithm } }, options)
}

function assertion(
  clientId: string,
  signer: Signer,
  { audience, lifetime = 60 }: ClientAssertionOptions,
): ClientAuth {
  return {
    clientId,
    algorithm: signer.header.alg,
    authenticate(_, form) {
      const iat = Math.floor(now())
      const exp = iat + lifetime
      const claims = { iss: clientId, sub: clientId, aud: audience, jti: randomUUID(), iat, exp }
      form.set('client_id', clientId)
      form.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
      form.set('client_assertion', signJwt(claims, signer))
    },
  }
}

function checkOptions(factory: string, clientId: string, options: ClientAssertionOptions): void {
  if (!rule.text.fits(clientId)) throw new TypeError(`${factory}() takes a client identifier first`)
  rule.checkOptions(factory, options, {
    audience: rule.required(rule.text),
    algorithm: rule.text,
    keyId: rule.text,
    lifetime: rule.seconds(1, 600),
  })
}
