import * as rule from '../protocol/options.ts'

/** How this resource server authenticates at an authorization server. (RFC 7662 §2.1) */
export interface ClientAuth {
  /** The identifier that the authorization server knows this resource server by. */
  readonly clientId: string
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

function checkCredentials(method: string, clientId: string, clientSecret: string): void {
  if (!rule.text.fits(clientId)) throw new TypeError(`${method}() takes a client identifier first`)
  if (!rule.text.fits(clientSecret)) throw new TypeError(`${method}() takes a client secret second`)
}

/** (RFC 6749 appendix B) */
function formEncode(value: string): string {
  return new URLSearchParams([['', value]]).toString().slice(1)
}
