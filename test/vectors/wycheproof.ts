import { readFileSync } from 'node:fs'

export type Jwk = Readonly<Record<string, unknown>>

/** A test vector of Project Wycheproof, with what its group says. */
export interface Vector {
  readonly name: string
  readonly id: number
  readonly comment: string
  readonly group: string
  readonly flags: readonly string[]
  readonly valid: boolean
  /** A JWS or JWE; one in JSON serialization as its text. */
  readonly token: string
  readonly encrypted: boolean
  /** What the issuer publishes, or shares where it is symmetric. */
  readonly keys: readonly Jwk[]
  /** What the issuer signs with. */
  readonly privateKeys: readonly Jwk[]
  /** The group's first valid token, which its invalid ones were made from. */
  readonly model: string | undefined
}

interface Group {
  readonly comment: string
  readonly private: Jwk
  readonly public?: Jwk
  readonly tests: readonly {
    readonly tcId: number
    readonly comment: string
    readonly jws?: unknown
    readonly jwe?: unknown
    readonly result: string
    readonly flags: readonly string[]
  }[]
}

export const files = ['json_web_crypto_test', 'json_web_key_test', 'json_web_signature_test']

/** Reads the vectors of a file, all that it says to have. */
export function readVectors(file: string): readonly Vector[] {
  const url = new URL(`${file}.json`, import.meta.url)
  const { numberOfTests, testGroups } = JSON.parse(readFileSync(url, 'utf8')) as {
    numberOfTests: number
    testGroups: readonly Group[]
  }
  const vectors = testGroups.flatMap((group) => readGroup(file, group))
  if (vectors.length !== numberOfTests) throw new Error(`${file} has not ${numberOfTests} vectors`)
  return vectors
}

function readGroup(file: string, group: Group): Vector[] {
  const model = group.tests.find(({ result }) => result === 'valid')
  const keys = keysOf(group.public ?? group.private)
  return group.tests.map(({ tcId, comment, jws, jwe, result, flags }) => ({
    name: `${file} ${tcId} ${comment}`,
    id: tcId,
    comment,
    group: group.comment,
    flags,
    valid: verdicts[result]!,
    token: textOf(jws ?? jwe),
    encrypted: jwe !== undefined,
    keys,
    privateKeys: keysOf(group.private),
    model: model && textOf(model.jws ?? model.jwe),
  }))
}

const verdicts: Readonly<Record<string, boolean>> = { valid: true, invalid: false }

function textOf(token: unknown): string {
  return typeof token === 'string' ? token : JSON.stringify(token)
}

function keysOf(jwk: Jwk): readonly Jwk[] {
  return Array.isArray(jwk['keys']) ? (jwk['keys'] as Jwk[]) : [jwk]
}

/** The JOSE header of a token, however the rest of it is. */
export function headerOf(token: string): Jwk {
  try {
    return JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) as Jwk
  } catch {
    return {}
  }
}
