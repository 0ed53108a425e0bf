import { algorithms } from '../protocol/algorithms.ts'
import * as rule from '../protocol/options.ts'
import { isScopeToken } from '../protocol/scope.ts'
import type { PrivateKey } from '../signatures/signing-key.ts'
import { issuerIdentifier, secureUrl } from '../tokens/secure-url.ts'
import { readResourceIdentifier } from './resource-identifier.ts'

/** Names that are there at once, or known when the document is first asked for, as those of routes are. */
export type Names = readonly string[] | (() => readonly string[])

/** What people read, each also by a language tag (RFC 5646) after `#`. (RFC 9728 §2.1) */
interface Readable {
  /** Name of the resource. */
  readonly resource_name?: string
  /** URL of a page for developers. */
  readonly resource_documentation?: string
  /** URL of a page that says how clients may use the data. */
  readonly resource_policy_uri?: string
  /** URL of the terms of service. */
  readonly resource_tos_uri?: string
}

/** The same in a language: `resource_name#de`. */
type Tagged = { readonly [name in `${keyof Readable}#${string}`]?: string }

export interface ResourceMetadataOptions extends Readable, Tagged {
  /**
   * Identifier of the resource, which is the URL that clients call or the beginning of it: https, without
   * a fragment, and without a slash at the end; one of the `audience` of `resourceServer()`. (RFC 9728 §1.2)
   */
  readonly resource: string
  /** Issuer identifiers. Default: those of `tokens`; fewer may be named. */
  readonly authorization_servers?: readonly string[]
  /** Scope tokens that clients may ask for, as far as anybody may know of them. (RFC 9728 §7.2) */
  readonly scopes_supported?: Names
  /** Values of `type` in `authorization_details`. (RFC 9396 §2) */
  readonly authorization_details_types_supported?: Names
  /** URL of the JWK Set with the public keys of this resource server. */
  readonly jwks_uri?: string
  /** Values of `alg` with which it signs what it answers. */
  readonly resource_signing_alg_values_supported?: readonly string[]
  /** Adds the same in a JWT that is signed by this key. (RFC 9728 §2.2) */
  readonly signed?: SignedMetadataOptions
}

export interface SignedMetadataOptions {
  readonly key: PrivateKey
  /** Default: that of the key. */
  readonly alg?: string
  /** Default: that of the key. */
  readonly kid?: string
}

const readable = [
  'resource_name',
  'resource_documentation',
  'resource_policy_uri',
  'resource_tos_uri',
]

export const scopeNames: rule.Rule = rule.listOf({
  expected: 'a scope token (never offline_access, for which clients ask by themselves)',
  fits: isScopeToken,
})

export const typeNames: rule.Rule = rule.listOf(rule.text)

/** @throws {TypeError} An option is wrong. */
export function checkResourceMetadataOptions(options: ResourceMetadataOptions): void {
  const given = Object.keys(rule.record.fits(options) ? options : {})
  const tagged = given.filter((name) => readable.includes(name.replace(/#.*/s, '')))
  const texts = Object.fromEntries(
    [...readable, ...tagged].map((name) => [name, readableRule(name)]),
  )
  rule.checkOptions('resourceMetadata', options, {
    resource: rule.required({
      expected:
        'an https URL (plain http for loopback only) without a fragment, without a slash at the end, and spelt as URL parsers do',
      fits: (value) => readResourceIdentifier(value) !== undefined,
    }),
    authorization_servers: rule.listOf(issuerIdentifier),
    scopes_supported: nowOrLater(scopeNames),
    authorization_details_types_supported: nowOrLater(typeNames),
    jwks_uri: secureUrl,
    resource_signing_alg_values_supported: rule.listOf({
      expected: `one of ${Object.keys(algorithms).join(', ')}`,
      fits: (value) => Object.hasOwn(algorithms, String(value)),
    }),
    signed: rule.record,
    ...texts,
  } as { readonly [name in keyof ResourceMetadataOptions]-?: rule.Rule })
  const alone = tagged.map((name) => name.replace(/#.*/s, '')).find((name) => !given.includes(name))
  if (alone !== undefined) {
    throw new TypeError(
      `resourceMetadata(): ${alone} must also be there without a language tag, for everybody else`,
    )
  }
}

function nowOrLater({ expected, fits }: rule.Rule): rule.Rule {
  return {
    expected: `${expected}, or a function that returns such an array`,
    fits: (value) => rule.callable.fits(value) || fits(value),
  }
}

function readableRule(name: string): rule.Rule {
  const [member = '', tag = 'en'] = name.split('#', 2)
  const isTag = /^[a-z]{2,8}(-[a-z\d]{1,8})*$/i.test(tag)
  const { expected, fits } = member === 'resource_name' ? rule.text : secureUrl
  return {
    expected: isTag ? expected : 'left out, since what follows # is no language tag',
    fits: (value) => isTag && fits(value),
  }
}
