import { InvalidToken } from '../protocol/errors.ts'
import * as rule from '../protocol/options.ts'
import type { ResourceRequest } from '../protocol/resource-request.ts'
import { sha256 } from '../signatures/thumbprint.ts'
import { certificateFormats, type CertificateFormat } from './certificate-formats.ts'
import type { ConfirmationMethod } from './confirmation-method.ts'
import { hop, trustedHops } from './trusted-hops.ts'

export interface MtlsOptions {
  /** The proxy that ends TLS and tells of the client's certificate. Default: none, it is the connection's own. */
  readonly proxy?: MtlsProxy
}

/**
 * A proxy that takes client certificates. (RFC 9440 §4)
 *
 * What it lets through is believed. On every way to this server it must set the header field itself or
 * remove it, also where a client has shown no certificate, and nobody else may connect from where it
 * does: whoever can write the field passes for the holder of any certificate.
 */
export interface MtlsProxy {
  /** IP addresses and networks (`10.0.0.0/8`) that it connects from; `unix` for a Unix domain socket, of which file permissions then decide who may write to it. */
  readonly trusted: string | readonly string[]
  /**
   * How it tells of the certificate; what is malformed, or there more than once, is refused. Default:
   * `rfc9440`.
   *
   * - `rfc9440`: `Client-Cert: :MIIB…==:`
   * - `nginx`: `proxy_set_header X-SSL-Client-Cert $ssl_client_escaped_cert`, again in each block that
   *   has a `proxy_set_header` of its own, since that inherits none
   * - `envoy`: `X-Forwarded-Client-Cert` by `forward_client_cert_details: SANITIZE_SET` alone; others
   *   forward what clients say, or nothing
   * - `aws-alb`: `X-Amzn-Mtls-Clientcert` of passthrough mode; for verify mode set `field` to
   *   `X-Amzn-Mtls-Clientcert-Leaf`
   */
  readonly format?: CertificateFormat
  /** The header field that it uses. Default: the format's own. */
  readonly field?: string
}

/**
 * Confirms that the sender holds the key of the certificate that a token is bound to by `x5t#S256`.
 * (RFC 8705 §3)
 *
 * The server must ask for certificates (`requestCert: true`) and need not know who issues them
 * (`rejectUnauthorized: false`): only their thumbprint counts here, neither issuer nor expiry, so let TLS
 * check these if they matter. (RFC 8705 §6.2)
 *
 * @throws {TypeError} An option is wrong.
 */
export function mtls(options: MtlsOptions = {}): ConfirmationMethod {
  checkOptions(options)
  const presented = options.proxy === undefined ? fromConnection : fromProxy(options.proxy)

  return {
    member: 'x5t#S256',
    metadata: { supported: { tls_client_certificate_bound_access_tokens: true }, required: {} },

    under: () => mtls(options),

    async confirm(request, _credentials, thumbprint) {
      if (presented(request) !== thumbprint) {
        throw new InvalidToken('binding', 'the certificate is another one than "cnf" names')
      }
    },
  }
}

/** Gives the thumbprint of the certificate of a request. @throws {InvalidToken} It has none. */
type Presented = (request: ResourceRequest) => string

function fromConnection({ connection: { certificate } }: ResourceRequest): string {
  if (certificate === undefined) {
    throw new InvalidToken('binding', 'the connection has no client certificate')
  }
  return sha256(certificate)
}

function fromProxy({ trusted, format = 'rfc9440', field }: MtlsProxy): Presented {
  const isTrusted = trustedHops(trusted)
  const { read, field: usual } = certificateFormats[format]
  const name = (field ?? usual).toLowerCase()

  return (request) => {
    const { remoteAddress } = request.connection
    if (!isTrusted(remoteAddress)) {
      throw new InvalidToken('binding', `${remoteAddress} is not among proxy.trusted`)
    }
    const values = request.fields(name)
    if (values.length !== 1) {
      throw new InvalidToken('binding', `there are ${values.length} fields ${name}, expected one`)
    }
    const thumbprint = read(values[0]!)
    if (thumbprint === undefined) {
      throw new InvalidToken('binding', `${name} is no certificate in the format ${format}`)
    }
    return thumbprint
  }
}

function checkOptions(options: MtlsOptions): void {
  rule.checkOptions('mtls', options, { proxy: rule.record })
  if (options.proxy === undefined) return
  rule.checkOptions('mtls, proxy', options.proxy, {
    trusted: rule.required(rule.oneOrMore(hop)),
    format: {
      expected: `one of ${Object.keys(certificateFormats).join(', ')}`,
      fits: (value) => typeof value === 'string' && Object.hasOwn(certificateFormats, value),
    },
    field: { expected: 'the name of a header field', fits: isFieldName },
  })
}

function isFieldName(value: unknown): boolean {
  return typeof value === 'string' && /^[\w!#$%&'*+\-.^`|~]+$/.test(value)
}
