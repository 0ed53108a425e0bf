import * as rule from '../protocol/options.ts'

/** How this resource server authenticates at an authorization server. (RFC 7662 §2.1) */
export interface ClientAuth {
  /** The identifier that the authorization server knows this resource server by. */
  readonly clientId: string
  /** `alg` of the assertions that it signs, where it does. */
  readonly algorithm?: string
  /** Adds what authenticates a request to its headers or its form. */
  authenticate(headers: Record<string, string>, form: URLSearchParams): void | Promise<void>
}

/**
 * Authenticates with a client secret in the `Authorization` header, each part form-encoded first.
 * (RFC 6749 §2.3.1)
 *
 * @throws {TypeError} The identifier or the secret is empty.
 */
export function clientSecretBasic(clientId: string, clientSecret: string): ClientAuth {
  checkCredentials('clientSecretBasic', clientId, clientSecret)
  const credentials = `${formEncode(clientId)}:${formEncode(clientSecret)}`
  const authorization = `Basic ${Buffer.from(credentials).toString('base64')}`
  return {
    clientId,
    authenticate(headers) {
      headers['Authorization'] = authorization
    },
  }
}

/**
 * Authenticates with a client secret in the form, for servers that take it nowhere else.
 * (RFC 6749 §2.3.1)
 *
 * @throws {TypeError} The identifier or the secret is empty.
 */
export function clientSecretPost(clientId: string, clientSecret: string): ClientAuth {
  checkCredentials('clientSecretPost', clientId, clientSecret)
  return {
    clientId,
    authenticate(_, form) {
      form.set('client_id', clientId)
      form.set('client_secret', clientSecret)
    },
  }
}

/**
 * Authenticates with an access token of this resource server's own. (RFC 7662 §2.1)
 *
 * @param clientId The identifier that the authorization server knows this resource server by.
 * @param token The token, or what gets a current one for each call.
 * @throws {TypeError} The identifier or the token is empty.
 */
export function bearerToken(
  clientId: string,
  token: string | (() => string | Promise<string>),
): ClientAuth {
  checkClientId('bearerToken', clientId)
  if (typeof token !== 'function' && !rule.text.fits(token)) {
    throw new TypeError('bearerToken() takes a token, or a function that gets one, second')
  }
  return {
    clientId,
    async authenticate(headers) {
      headers['Authorization'] = `Bearer ${typeof token === 'function' ? await token() : token}`
    },
  }
}

/**
 * Authenticates with the certificate that the option `agent` connects with; the form tells whose it is.
 * (RFC 8705 §2)
 *
 * @throws {TypeError} The identifier is empty.
 */
export function tlsClientAuth(clientId: string): ClientAuth {
  checkClientId('tlsClientAuth', clientId)
  return {
    clientId,
    authenticate(_, form) {
      form.set('client_id', clientId)
    },
  }
}

function checkCredentials(method: string, clientId: string, clientSecret: string): void {
  checkClientId(method, clientId)
  if (!rule.text.fits(clientSecret)) throw new TypeError(`${method}() takes a client secret second`)
}

function checkClientId(method: string, clientId: string): void {
  if (!rule.text.fits(clientId)) throw new TypeError(`${method}() takes a client identifier first`)
}

/** (RFC 6749 appendix B) */
function formEncode(value: string): string {
  return new URLSearchParams([['', value]]).toString().slice(1)
}
