import { sha256 } from '../signatures/thumbprint.ts'

/** How a proxy tells of the client's certificate. */
export type CertificateFormat = 'rfc9440' | 'nginx' | 'envoy' | 'aws-alb'

interface Format {
  /** The header field that it uses where nothing else is configured. */
  readonly field: string
  /** Reads the certificate's SHA-256 thumbprint, base64url-encoded; `undefined` from anything else. */
  readonly read: (value: string) => string | undefined
}

export const certificateFormats: { readonly [format in CertificateFormat]: Format } = {
  /** `Client-Cert: :MIIB…==:`, one byte sequence. (RFC 9440 §2.2, RFC 9651 §3.3.5) */
  rfc9440: {
    field: 'Client-Cert',
    read: (value) => fromBase64(/^ *:([A-Za-z0-9+/=]+): *$/.exec(value)?.[1]),
  },
  /** `$ssl_client_escaped_cert`: one certificate, PEM, percent-encoded. */
  nginx: { field: 'X-SSL-Client-Cert', read: (value) => single(fromPem(value)) },
  /** `X-Forwarded-Client-Cert`: one element, whose `Hash` is the SHA-256 of the certificate, in hex. */
  envoy: { field: 'X-Forwarded-Client-Cert', read: fromElement },
  /** `X-Amzn-Mtls-Clientcert` of passthrough mode: PEM, percent-encoded, the client's own certificate first; in verify mode it is in `X-Amzn-Mtls-Clientcert-Leaf`. */
  'aws-alb': { field: 'X-Amzn-Mtls-Clientcert', read: (value) => fromPem(value)?.[0] },
}

function fromBase64(text = ''): string | undefined {
  const der = Buffer.from(text, 'base64')
  return text !== '' && der.toString('base64') === text ? sha256(der) : undefined
}

const pem =
  /^(-----BEGIN CERTIFICATE-----\r?\n[A-Za-z0-9+/=\r\n]+-----END CERTIFICATE-----[\r\n]*)+$/
const body = /-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/g

/** Reads percent-encoded PEM, one certificate or more. (RFC 7468 §5.1) */
function fromPem(value: string): readonly string[] | undefined {
  const text = decode(value)
  if (text === undefined || !pem.test(text)) return undefined
  const certificates = [...text.matchAll(body)].map(([, lines]) => lines!.replace(/\s/g, ''))
  const thumbprints = certificates.flatMap((certificate) => fromBase64(certificate) ?? [])
  return thumbprints.length === certificates.length ? thumbprints : undefined
}

function decode(value: string): string | undefined {
  try {
    return decodeURIComponent(value)
  } catch {
    return undefined
  }
}

function single(thumbprints: readonly string[] = []): string | undefined {
  return thumbprints.length === 1 ? thumbprints[0] : undefined
}

/** `By=…;Hash=468e…;Subject="CN=a,O=\"b\""`; a comma would begin the element of another hop. */
const element =
  /^[A-Za-z]+=(?:"(?:[^"\\]|\\.)*"|[^",;]*)(?:;[A-Za-z]+=(?:"(?:[^"\\]|\\.)*"|[^",;]*))*$/
const pair = /([A-Za-z]+)=("(?:[^"\\]|\\.)*"|[^",;]*)/g

function fromElement(value: string): string | undefined {
  if (!element.test(value)) return undefined
  const hashes = [...value.matchAll(pair)].filter(([, name]) => name!.toLowerCase() === 'hash')
  const [, , hash = ''] = hashes[0] ?? []
  const thumbprint = hashes.length === 1 ? /^"?([\da-f]{64})"?$/i.exec(hash)?.[1] : undefined
  return thumbprint && Buffer.from(thumbprint, 'hex').toString('base64url')
}
