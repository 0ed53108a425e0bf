import { type Certificate, certificate } from './certificates.ts'

/** How proxies tell of a certificate, well and badly; each value with a title. */
export interface Forwarded {
  /** The header field by default. */
  readonly field: string
  readonly genuine: readonly Titled[]
  /** What must not pass for the certificate. */
  readonly others: readonly Titled[]
}

type Titled = readonly [title: string, value: string]

/** The certificate of all values, whose Base64 has every character of the alphabet that matters. */
export const client: Certificate = suited()
export const other: Certificate = suited()

function suited(): Certificate {
  for (;;) {
    const made = certificate({ name: 'client' })
    if (/^(?=.*\+)(?=.*\/).*[^=]=$/.test(made.der.toString('base64'))) return made
  }
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** Base64 that decodes to the same octets, or about the same, in a lenient reader. */
function miscoded(base64: string): readonly Titled[] {
  const last = base64.at(-2) ?? ''
  return [
    ['the URL alphabet', base64.replaceAll('+', '-').replaceAll('/', '_')],
    ['one character of the URL alphabet', base64.replace('+', '-')],
    ['no padding', base64.replace(/=+$/, '')],
    ['too much padding', `${base64}=`],
    ['padding in the midst', `${base64}${base64}`],
    ['stray bits', `${base64.slice(0, -2)}${alphabet[alphabet.indexOf(last) + 1]}=`],
    ['a character beside the alphabet', `${base64.slice(0, 8)}!${base64.slice(8)}`],
    ['a space inside', `${base64.slice(0, 8)} ${base64.slice(8)}`],
    ['a tab inside', `${base64.slice(0, 8)}\t${base64.slice(8)}`],
    ['nothing inside', ''],
  ]
}

const base64 = client.der.toString('base64')
const binary = `:${base64}:`

/** `Client-Cert` (RFC 9440 §2.2), one byte sequence. (RFC 9651 §3.3.5) */
const rfc9440: Forwarded = {
  field: 'Client-Cert',
  genuine: [['a byte sequence', binary]],
  others: [
    ...miscoded(base64).map(([title, value]) => [title, `:${value}:`] as const),
    ['nothing', ''],
    ['garbage', 'garbage'],
    ['no colons', base64],
    ['no colon at the end', `:${base64}`],
    ['no colon at the beginning', `${base64}:`],
    ['a string', `"${base64}"`],
    ['a parameter', `${binary};a=1`],
    ['a parameter without a value', `${binary}; a`],
    ['an inner list', `(${binary})`],
    ['a dictionary', `a=${binary}`],
    ['two, joined', `${binary}, ${binary}`],
    ['two, joined, the other first', `:${other.der.toString('base64')}:, ${binary}`],
    ['a comma after it', `${binary},`],
    ['text after it', `${binary} a`],
    ['colons within', `${binary}${base64}:`],
    ['PEM', encodeURIComponent(client.cert)],
    ['another certificate', `:${other.der.toString('base64')}:`],
  ],
}

const pem = client.cert
const escaped = encodeURIComponent(pem)
const body = pem.replace(/-----.*-----\n/g, '')

/** Percent-encoded PEM that is no certificate, or more than that. */
const malformedPem: readonly Titled[] = [
  ...miscoded(base64).map(
    ([title, value]) => [title, encodeURIComponent(pem.replace(body, `${value}\n`))] as const,
  ),
  ['nothing', ''],
  ['garbage', 'garbage'],
  ['Base64 alone', base64],
  ['Base64 alone, encoded', encodeURIComponent(base64)],
  ['a byte sequence', binary],
  ['spaces for line breaks', pem.trimEnd().replaceAll('\n', ' ')],
  ['plus signs for spaces', escaped.replaceAll('%20', '+')],
  ['encoded twice', encodeURIComponent(escaped)],
  ['a broken escape', `${escaped}%`],
  ['half an escape', escaped.replace('%0A', '%0')],
  ['an escape that is no hex', escaped.replace('%0A', '%0G')],
  ['an escape that is no UTF-8', `${escaped}%FF`],
  ['NUL', `${escaped}%00`],
  ['a no-break space', `${escaped}%C2%A0`],
  ['text before it', `a%0A${escaped}`],
  ['text after it', `${escaped}a`],
  ['a header in it', encodeURIComponent(pem.replace('\n', '\nProc-Type: 4\n\n'))],
  ['no begin', encodeURIComponent(pem.replace(/^.*\n/, ''))],
  ['no end', encodeURIComponent(pem.replace(/-----END.*\n/, ''))],
  ['one end more', `${escaped}-----END%20CERTIFICATE-----`],
  ['a begin in a begin', `-----BEGIN%20CERTIFICATE-----%0A${escaped}`],
  ['fewer dashes', encodeURIComponent(pem.replaceAll('-----', '----'))],
  ['lower case', encodeURIComponent(pem.replaceAll('CERTIFICATE', 'certificate'))],
  ['another end', encodeURIComponent(pem.replace('END CERTIFICATE', 'END X509 CERTIFICATE'))],
  ['two, joined', `${escaped}, ${escaped}`],
  ...['TRUSTED CERTIFICATE', 'X509 CERTIFICATE', 'PRIVATE KEY', 'CERTIFICATE REQUEST', ''].map(
    (label) =>
      [`the label ${label}`, encodeURIComponent(pem.replaceAll('CERTIFICATE', label))] as const,
  ),
  ['another certificate', encodeURIComponent(other.cert)],
]

/** `$ssl_client_escaped_cert` */
const nginx: Forwarded = {
  field: 'X-SSL-Client-Cert',
  genuine: [
    ['escaped PEM', escaped],
    ['no line break at the end', encodeURIComponent(pem.trimEnd())],
    ['CR LF', encodeURIComponent(pem.replaceAll('\n', '\r\n'))],
    ['one long line', encodeURIComponent(pem.replace(body, `${base64}\n`))],
    ['lower-case escapes', escaped.replace(/%../g, (escape) => escape.toLowerCase())],
  ],
  others: [
    ...malformedPem,
    ['two certificates', encodeURIComponent(pem + other.cert)],
    ['a certificate twice', encodeURIComponent(pem + pem)],
  ],
}

const safe = (text: string): string =>
  encodeURIComponent(text).replace(/%2B|%2F|%3D/g, decodeURIComponent)

/** `X-Amzn-Mtls-Clientcert`: the chain, percent-encoded but for `+=/`. */
const awsAlb: Forwarded = {
  field: 'X-Amzn-Mtls-Clientcert',
  genuine: [
    ['a certificate', safe(pem)],
    ['a chain', safe(pem + other.cert)],
    ['a longer chain', safe([pem, other.cert, certificate({ algorithm: 'RSA' }).cert].join(''))],
    ['all of it encoded', encodeURIComponent(pem + other.cert)],
  ],
  others: [
    ...malformedPem,
    ['a chain in which it comes last', safe(other.cert + pem)],
    ['a chain whose next is broken', safe(pem + other.cert.replace(/\n-----END/, '=\n-----END'))],
    ['a chain whose next has another label', safe(pem + other.cert.replaceAll('CERT', 'CART'))],
    ['text within the chain', safe(`${pem}subject=a\n${other.cert}`)],
  ],
}

const hash = hex(client)
const foreign = hex(other)
const full = [
  'By=spiffe://example.com/api',
  `Hash=${hash}`,
  `Cert="${escaped}"`,
  `Chain="${encodeURIComponent(pem + other.cert)}"`,
  String.raw`Subject="CN=a\, b;Hash=${foreign},O=\"c\\\""`,
  'URI=spiffe://example.com/client?a=b',
  'DNS=client.example.com',
]

/** `X-Forwarded-Client-Cert`, one element. */
const envoy: Forwarded = {
  field: 'X-Forwarded-Client-Cert',
  genuine: [
    ['the hash alone', `Hash=${hash}`],
    ['what else there may be', full.join(';')],
    ['an empty subject', `By=spiffe://a;Hash=${hash};Subject="";URI=`],
    ['two names', `Hash=${hash};DNS=a.example.com;DNS=b.example.com`],
    ['a quoted hash', `Hash="${hash}"`],
    ['upper-case hex', `Hash=${hash.toUpperCase()}`],
    ['keys in any case', `BY=a;hASH=${hash}`],
    ['the hash at the end', `Subject="/CN=\\";Hash=${foreign};\\"";Hash=${hash}`],
  ],
  others: [
    ['nothing', ''],
    ['garbage', 'garbage'],
    ['the hash without its name', hash],
    ['no hash', full.filter((member) => !member.startsWith('Hash')).join(';')],
    ['a hash in the subject', `By=a;Subject="CN=a;Hash=${hash}"`],
    ['a hash in an escaped quotation', `By=a;Subject="CN=\\";Hash=${hash};O=\\""`],
    ['a hash in a name', `By=a;URI=Hash=${hash}`],
    ['a hash by a longer name', `XHash=${hash};HashX=${hash}`],
    ['the hash of another', `Hash=${foreign};Cert="${escaped}"`],
    ['two elements', `Hash=${hash},Hash=${hash}`],
    ['two elements, one of another', `Hash=${foreign},${full.join(';')}`],
    ['two elements, with a space', `Hash=${hash}, By=a`],
    ['two hashes', `Hash=${hash};Hash=${foreign}`],
    ['two hashes, the other first', `Hash=${foreign};URI=a;Hash=${hash}`],
    ['a hash twice', `Hash=${hash};Hash=${hash}`],
    ['a hash twice, in another case', `Hash=${hash};hash=${hash}`],
    ['a hash that a name brings', `Hash=${foreign};URI=a";Hash=${hash};DNS="`],
    ['a comma in a name', `Hash=${hash};URI=a,b`],
    ['an empty hash', 'Hash='],
    ['an empty hash, quoted', 'Hash=""'],
    ['a digit short', `Hash=${hash.slice(1)}`],
    ['a digit long', `Hash=${hash}0`],
    ['no hex', `Hash=${hash.slice(1)}g`],
    ['Base64', `Hash=${client.thumbprint}`],
    ['colons', `Hash=${hash.replace(/..\B/g, '$&:')}`],
    ['a space before the hash', `Hash= ${hash}`],
    ['a space before the name', `By=a; Hash=${hash}`],
    ['a space after the hash', `Hash=${hash} ;By=a`],
    ['a quotation that does not end', `Hash=${hash};Subject="CN=a`],
    ['a quotation that ends with an escape', `Hash=${hash};Subject="CN=a\\"`],
    ['a quotation that does not begin', `Hash=${hash}"`],
    ['a hash that does not end', `Hash="${hash}`],
    ['text after a quotation', `Hash="${hash}"a`],
    ['single quotes', `Hash='${hash}'`],
    ['a semicolon before it', `;Hash=${hash}`],
    ['a semicolon after it', `Hash=${hash};`],
    ['a comma after it', `Hash=${hash},`],
    ['a member without a value', `Hash=${hash};By`],
    ['a member without a name', `Hash=${hash};=a`],
  ],
}

/** The SHA-256 of a certificate as Envoy writes it. */
function hex({ thumbprint }: Certificate): string {
  return Buffer.from(thumbprint, 'base64url').toString('hex')
}

export const forwarded = { rfc9440, nginx, envoy, 'aws-alb': awsAlb } as const
