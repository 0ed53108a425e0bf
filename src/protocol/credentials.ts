import { InvalidRequest } from './errors.ts'
import type { ResourceRequest } from './resource-request.ts'

/** Name of an HTTP authentication scheme, spelled as in its RFC: `Bearer`, `DPoP`. */
export type Scheme = string

/** What a client presents: the token, and the scheme it came under. (RFC 9110 §11.4) */
export interface Credentials {
  readonly scheme: Scheme
  readonly token: string
}

/** The name of a scheme is a token. (RFC 9110 §5.6.2) */
const schemeName = /^[\w!#$%&'*+\-.^`|~]+$/
const token68 = /^[A-Za-z0-9\-._~+/]+=*$/

/**
 * Reads the credentials of a request; `undefined` when it has none under an accepted scheme.
 * (RFC 6750 §2, RFC 9110 §11.6.2)
 *
 * @param schemes The accepted schemes.
 * @param maxTokenSize Characters.
 * @throws {InvalidRequest} They are too long, or sent in more than one way, or over plain HTTP.
 */
export function readCredentials(
  request: ResourceRequest,
  schemes: readonly Scheme[],
  maxTokenSize: number,
): Credentials | undefined {
  const header = fromHeader(request, schemes)
  const [form, ...others] = fromForm(request)
  if (others.length > 0 || (header !== undefined && form !== undefined)) {
    throw new InvalidRequest('The access token is sent in more than one way')
  }
  const credentials = header ?? form
  if (credentials === undefined) return undefined

  if (!request.confidential) {
    throw new InvalidRequest('Access tokens are accepted over TLS only', {
      cause: 'Behind a proxy that ends TLS, set app.proxy and have it send X-Forwarded-Proto',
    })
  }
  if (credentials.token.length > maxTokenSize) {
    throw new InvalidRequest('The access token is too long')
  }
  return credentials
}

/** @throws {InvalidRequest} It can't stand in credentials. (RFC 6750 §2.1) */
export function checkToken68(token: string): void {
  if (!token68.test(token)) throw new InvalidRequest('The credentials are malformed')
}

/** `Authorization: Bearer mF_9.B5f-4.1JqM` (RFC 6750 §2.1) */
function fromHeader(request: ResourceRequest, schemes: readonly Scheme[]): Credentials | undefined {
  const [field, ...others] = request.fields('authorization')
  if (others.length > 0) throw new InvalidRequest('There is more than one Authorization field')
  if (field === undefined) return undefined
  const name = schemeOf(field)
  if (name === undefined) throw new InvalidRequest('The credentials are malformed')
  const scheme = accepted(name, schemes)
  let start = name.length
  while (field[start] === ' ') start += 1
  return scheme === undefined ? undefined : { scheme, token: field.slice(start) }
}

/** `access_token=mF_9.B5f-4.1JqM` in a form body (RFC 6750 §2.2) */
function fromForm(request: ResourceRequest): Credentials[] {
  return request.formParameters('access_token').map((token) => {
    if (typeof token !== 'string') throw new InvalidRequest('The credentials are malformed')
    // A field of a header has no other letters; those of a form, taken for base64url, would give a token many spellings.
    checkToken68(token)
    return { scheme: 'Bearer', token }
  })
}

/** The accepted scheme that a request tries, however badly; `undefined` when that is not clear. */
export function attemptedScheme(
  request: ResourceRequest,
  schemes: readonly Scheme[],
): Scheme | undefined {
  const [field, ...others] = request.fields('authorization')
  const name = others.length === 0 ? schemeOf(field ?? '') : undefined
  return name === undefined ? undefined : accepted(name, schemes)
}

/** The name before the first space; what is left is the scheme's own. (RFC 9110 §11.4) */
function schemeOf(field: string): string | undefined {
  const space = field.indexOf(' ')
  const name = space < 0 ? field : field.slice(0, space)
  return schemeName.test(name) ? name : undefined
}

/** Scheme names are case-insensitive. (RFC 9110 §11.1) */
function accepted(name: string, schemes: readonly Scheme[]): Scheme | undefined {
  return schemes.find((scheme) => scheme.toLowerCase() === name.toLowerCase())
}
