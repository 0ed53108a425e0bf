import type { DescribedServer } from '../middleware/resource-description.ts'
import type { Rule } from '../protocol/options.ts'
import { checkAuthorizationServers, derivedMembers, type Members } from './derived-members.ts'
import { metadataUrl, readResourceIdentifier } from './resource-identifier.ts'
import {
  checkResourceMetadataOptions,
  type Names,
  type ResourceMetadataOptions,
  scopeNames,
  typeNames,
} from './resource-metadata-options.ts'
import { metadataSigner } from './signed-metadata.ts'

/** One resource, and the document that describes it. (RFC 9728 §2) */
export class DescribedResource {
  /** In its canonical form. */
  readonly identifier: string
  /** Where the document is. */
  readonly url: string
  readonly #options: ResourceMetadataOptions
  readonly #sign: ReturnType<typeof metadataSigner> | undefined
  #members: Members | undefined
  #document: string | undefined

  /** @throws {TypeError} An option is wrong. */
  constructor(options: ResourceMetadataOptions) {
    checkResourceMetadataOptions(options)
    this.identifier = readResourceIdentifier(options.resource)!
    this.url = metadataUrl(this.identifier)
    this.#options = options
    this.#sign = options.signed && metadataSigner(options.signed)
  }

  /** @throws {TypeError} The resource server would do otherwise than the document says. */
  describe(server: DescribedServer): void {
    checkAgreement(this.identifier, server)
    const { signed: _, authorization_servers: named, ...given } = this.#options
    const members = {
      ...given,
      resource: this.identifier,
      ...derivedMembers(server),
      ...(named && { authorization_servers: checkAuthorizationServers(named, server) }),
    }
    if (this.#members !== undefined && JSON.stringify(this.#members) !== JSON.stringify(members)) {
      throw new TypeError(
        `resourceMetadata(): two resource servers are ${this.identifier}, and they differ in what they accept`,
      )
    }
    this.#members = members
  }

  /** Gives the document; it is written when it is first asked for, when all routes are there. */
  document(): string {
    this.#document ??= this.#write()
    return this.#document
  }

  #write(): string {
    if (this.#members === undefined) {
      throw new Error(
        'resourceMetadata() describes nothing: give it to resourceServer({ metadata })',
      )
    }
    const { scopes_supported: scopes, authorization_details_types_supported: types } = this.#options
    const members = present({
      ...this.#members,
      scopes_supported: namesOf('scopes_supported', scopes, scopeNames),
      authorization_details_types_supported: namesOf(
        'authorization_details_types_supported',
        types,
        typeNames,
      ),
    })
    const signed = this.#sign && { signed_metadata: this.#sign(members) }
    return JSON.stringify({ ...members, ...signed })
  }
}

/** @throws {TypeError} Clients would find the document to be of another resource. (RFC 9728 §3.3) */
function checkAgreement(resource: string, { audience, baseUrls }: DescribedServer): void {
  if (!audience.some((one) => readResourceIdentifier(one) === resource)) {
    throw new TypeError(
      `resourceMetadata(): resource is ${resource}, and tokens for it would be refused: the audience of resourceServer() must have it`,
    )
  }
  const { origin } = new URL(resource)
  if (baseUrls.length > 0 && !baseUrls.some((base) => new URL(base).origin === origin)) {
    throw new TypeError(
      `resourceMetadata(): resource is ${resource}, and baseUrl of resourceServer() is elsewhere: clients would take it for another resource`,
    )
  }
}

function namesOf(member: string, names: Names | undefined, rule: Rule): readonly string[] {
  const known = typeof names === 'function' ? names() : (names ?? [])
  if (rule.fits(known)) return known
  throw new TypeError(`resourceMetadata(): ${member} must return ${rule.expected}`)
}

/** Members without any value are left out. (RFC 9728 §3.2) */
function present(members: Members): Members {
  const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined && !isEmpty(value)),
  )
}
