import {
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  type KeyPairKeyObjectResult,
  sign,
  X509Certificate,
} from 'node:crypto'
import { sha256 } from '../src/signatures/thumbprint.ts'

/** An X.509 certificate, and the key that it is for. */
export interface Certificate {
  readonly name: string
  readonly key: string
  readonly cert: string
  readonly der: Buffer
  /** For `accessToken({ cnf: { 'x5t#S256': thumbprint } })`. (RFC 8705 §3.1) */
  readonly thumbprint: string
  readonly privateKey: KeyObject
  readonly algorithm: Algorithm
}

export interface CertificateOptions {
  /** Common name of the subject. Default: `client`. */
  readonly name?: string
  /** Default: `EC`. */
  readonly algorithm?: Algorithm
  /** The key that it is for. Default: a new one. */
  readonly privateKey?: KeyObject
  /** Who signs it. Default: itself. */
  readonly issuer?: Certificate
  /** Years in which it begins and ends, below 2050. Default: 2020 to 2049. */
  readonly years?: readonly [number, number]
}

type Algorithm = 'EC' | 'RSA' | 'Ed25519'

const algorithms: Readonly<
  Record<Algorithm, { pair: () => KeyPairKeyObjectResult; hash: string | null; identifier: Buffer }>
> = {
  EC: {
    pair: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    hash: 'sha256',
    identifier: sequence(object('2a8648ce3d040302')),
  },
  RSA: {
    pair: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
    hash: 'sha256',
    identifier: sequence(object('2a864886f70d01010b'), der(0x05)),
  },
  Ed25519: {
    pair: () => generateKeyPairSync('ed25519'),
    hash: null,
    identifier: sequence(object('2b6570')),
  },
}

let serial = 0

/** Makes a certificate that may sign others. (RFC 5280 §4.1) */
export function certificate(options: CertificateOptions = {}): Certificate {
  const { name = 'client', algorithm = 'EC', issuer, years = [2020, 2049] } = options
  const { privateKey = algorithms[algorithm].pair().privateKey } = options
  const signer = issuer ?? { name, algorithm, privateKey }
  const { hash, identifier } = algorithms[signer.algorithm]
  serial += 1
  const tbs = sequence(
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.from(`01${serial.toString(16).padStart(6, '0')}`, 'hex')),
    identifier,
    distinguishedName(signer.name),
    sequence(...years.map((year) => der(0x17, Buffer.from(`${year % 100}0101000000Z`)))),
    distinguishedName(name),
    createPublicKey(privateKey).export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(mayIssue)),
  )
  const signature = sign(hash, tbs, signer.privateKey)
  const raw = sequence(tbs, identifier, der(0x03, Buffer.of(0), signature))
  return {
    name,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    cert: new X509Certificate(raw).toString(),
    der: raw,
    thumbprint: sha256(raw),
    privateKey,
    algorithm,
  }
}

const mayIssue = sequence(
  object('551d13'),
  der(0x01, Buffer.of(0xff)),
  der(0x04, sequence(der(0x01, Buffer.of(0xff)))),
)

function distinguishedName(name: string): Buffer {
  return sequence(der(0x31, sequence(object('550403'), der(0x0c, Buffer.from(name)))))
}

function sequence(...contents: readonly Uint8Array[]): Buffer {
  return der(0x30, ...contents)
}

function object(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'))
}

/** A tag, the length in as few octets as it needs, and what it holds. (X.690 §8.1, §10.1) */
function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  const hex = length.toString(16)
  const octets = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')
  const size = length < 0x80 ? Buffer.of(length) : Buffer.of(0x80 | octets.length, ...octets)
  return Buffer.concat([Buffer.of(tag), size, content])
}
