import type { TokenFacts } from './claims.ts'
import type { Claims, Dialect, OnBehalfOf } from './dialect.ts'
import { memo } from './memo.ts'
import { isElsewhere, namesOf, readNames } from './names.ts'
import { readScope } from './scope.ts'
import type { Seconds } from './time.ts'

/** Who granted the access. */
export interface ResourceOwner {
  readonly issuer: string
  /** `sub`: unique and stable at this issuer; another claim where the issuer's dialect has it so. */
  readonly subject: string
  /** A name for people to read, neither unique nor stable. (RFC 7662 §2.2) */
  readonly username: string | undefined
}

/** The client that the token was issued to. (RFC 6749 §1.1) */
export interface Client {
  /** `client_id` */
  readonly id: string
}

/** Who acts for the subject of a delegated token. (RFC 8693 §4.1) */
export interface Actor {
  readonly issuer: string | undefined
  readonly subject: string | undefined
  /** All that the token says of the actor. */
  readonly claims: Claims
  /** The actor before this one; informational, never to decide by. (RFC 8693 §4.1) */
  readonly actor: Actor | undefined
}

interface Access {
  /** The client the token was issued to; `undefined` where the issuer does not say. */
  readonly client: Client | undefined
  /** The outermost actor of a delegated token. (RFC 8693 §4.1) */
  readonly actor: Actor | undefined
  /** `sub` */
  readonly subject: string | undefined
  /** `iss`, else the issuer that the verifier was made for, else its introspection endpoint. */
  readonly issuer: string
  readonly scopes: ReadonlySet<string>
  /** Roles, where the issuer's dialect says that they stand; empty where there are none. (RFC 9068 §2.2.3.1) */
  readonly roles: ReadonlySet<string>
  /** Groups, likewise. (RFC 9068 §2.2.3.1) */
  readonly groups: ReadonlySet<string>
  /** Entitlements, likewise. (RFC 9068 §2.2.3.1) */
  readonly entitlements: ReadonlySet<string>
  /** Permissions, likewise; no standard knows them. */
  readonly permissions: ReadonlySet<string>
  /** Which of `roles`, `groups`, `entitlements` and `permissions` stand elsewhere than in the token: empty here, and not known. (OpenID Connect Core §5.6.2) */
  readonly elsewhere: ReadonlySet<string>
  /** All that the authorization server said, verbatim, frozen, safe from `__proto__`. */
  readonly claims: Claims
  /** `exp` */
  readonly expiresAt: Seconds | undefined
  /** The token itself, to pass on where that is allowed; never printed nor JSON-encoded. */
  readonly token: string
}

/** A client acts for a resource owner who granted the access. */
export interface ResourceOwnerAuthentication extends Access {
  readonly onBehalfOf: 'resource-owner'
  readonly resourceOwner: ResourceOwner
}

/** A client acts on its own behalf, as with client credentials. (RFC 6749 §1.3.4) */
export interface ClientAuthentication extends Access {
  readonly onBehalfOf: 'client'
  readonly resourceOwner: undefined
}

/** The token does not tell on whose behalf the client acts. */
export interface UnknownAuthentication extends Access {
  readonly onBehalfOf: 'unknown'
  readonly resourceOwner: undefined
}

/** Who granted the access and which client acts; `onBehalfOf` tells the kinds apart. */
export type Authentication =
  ResourceOwnerAuthentication | ClientAuthentication | UnknownAuthentication

/** Who granted the access and which client acts, without the token: what may be remembered, and for how long. */
export type Identity = Omit<Authentication, 'token'> & Pick<TokenFacts, 'tokenType' | 'stands'>

/** Reads who granted the access, and to whom, from the facts of a token. */
export function identify(facts: TokenFacts): Identity {
  const { claims, header = none, dialect, issuer, tokenType, stands } = facts
  const owner = ownerOf(claims, dialect)
  const clientId = clientIdOf(claims, dialect, header)
  const told = dialect.onBehalfOf(claims, clientId, header)
  const onBehalfOf = told === 'resource-owner' && owner === undefined ? 'unknown' : told

  return {
    onBehalfOf,
    resourceOwner:
      onBehalfOf === 'resource-owner'
        ? Object.freeze({
            issuer,
            subject: owner!,
            username: firstName(claims, dialect.username),
          })
        : undefined,
    client: clientId === undefined ? undefined : clientOf(clientId),
    actor: readActor(claims['act']),
    subject: textOf(claims['sub']),
    issuer,
    scopes: readScope(findScope(claims, dialect)),
    roles: readNames(claims, dialect.roles),
    groups: readNames(claims, dialect.groups),
    entitlements: readNames(claims, dialect.entitlements),
    permissions: readNames(claims, dialect.permissions),
    elsewhere: claims['_claim_names'] === undefined ? noNames : elsewhereOf(claims, dialect),
    claims,
    expiresAt: claims['exp'] as Seconds | undefined,
    tokenType,
    stands,
  } as Identity
}

/** Many tokens are of few clients. */
const clientOf = memo((id): Client => Object.freeze({ id }))
const none: Claims = Object.freeze({})

/** What stands where the dialect says. */
const named = ['roles', 'groups', 'entitlements', 'permissions'] as const

const noNames = namesOf([])

function elsewhereOf(claims: Claims, dialect: Dialect): ReadonlySet<string> {
  return namesOf(named.filter((names) => isElsewhere(claims, dialect[names])))
}

/** Adds the token that a request has brought; the result is frozen, and printing it never shows the token. */
export function withToken(identity: Identity, token: string): Authentication {
  return new AccessOf(identity, token) as Authentication
}

/** Its token stands where printers do not look: not among its own properties. */
const AccessOf = class Authentication implements Omit<Access, 'token'> {
  readonly onBehalfOf: OnBehalfOf
  readonly resourceOwner: ResourceOwner | undefined
  readonly client: Client | undefined
  readonly actor: Actor | undefined
  readonly subject: string | undefined
  readonly issuer: string
  readonly scopes: ReadonlySet<string>
  readonly roles: ReadonlySet<string>
  readonly groups: ReadonlySet<string>
  readonly entitlements: ReadonlySet<string>
  readonly permissions: ReadonlySet<string>
  readonly elsewhere: ReadonlySet<string>
  readonly claims: Claims
  readonly expiresAt: Seconds | undefined
  readonly #token: string

  constructor(identity: Identity, token: string) {
    this.onBehalfOf = identity.onBehalfOf
    this.resourceOwner = identity.resourceOwner
    this.client = identity.client
    this.actor = identity.actor
    this.subject = identity.subject
    this.issuer = identity.issuer
    this.scopes = identity.scopes
    this.roles = identity.roles
    this.groups = identity.groups
    this.entitlements = identity.entitlements
    this.permissions = identity.permissions
    this.elsewhere = identity.elsewhere
    this.claims = identity.claims
    this.expiresAt = identity.expiresAt
    this.#token = token
    Object.freeze(this)
  }

  get token(): string {
    return this.#token
  }
}

/** What a token may allow, each of which it may lose. */
const rights = ['scopes', ...named] as const

/** Whether a token, asked about again, is still for the same and still allows all that it did. */
export function isStill(before: Identity, after: Identity): boolean {
  return (
    after.issuer === before.issuer &&
    after.subject === before.subject &&
    after.onBehalfOf === before.onBehalfOf &&
    (before.client === undefined || after.client?.id === before.client.id) &&
    JSON.stringify(after.actor) === JSON.stringify(before.actor) &&
    areBoundAlike(before.claims, after.claims) &&
    rights.every((right) => [...before[right]].every((name) => after[right].has(name)))
  )
}

function areBoundAlike({ cnf: one = {} }: Claims, { cnf: other = {} }: Claims): boolean {
  const members = Object.entries(one as Claims)
  return (
    members.length === Object.keys(other as Claims).length &&
    members.every(([member, value]) => (other as Claims)[member] === value)
  )
}

/** Reads which client a token was issued to. */
export function clientIdOf(
  claims: Claims,
  { clientId }: Dialect,
  header: Claims = none,
): string | undefined {
  return typeof clientId === 'function' ? clientId(claims, header) : firstName(claims, clientId)
}

function firstName(claims: Claims, names: readonly string[]): string | undefined {
  const name = names.find((one) => isName(claims[one]))
  return name === undefined ? undefined : (claims[name] as string)
}

/** Reads who a token names as resource owner, if there is one. */
export function ownerOf(claims: Claims, { owner }: Dialect): string | undefined {
  const name = owner.find((one) => textOf(claims[one]) !== undefined)
  return name === undefined ? undefined : textOf(claims[name])
}

/** Reads a subject, which some issuers count in numbers. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return isName(value) ? value : undefined
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

/** The first present claim of those that may hold the scope; its form has been checked. */
function findScope(claims: Claims, { scope }: Dialect): string | readonly string[] {
  const found = scope.find((name) => claims[name] !== undefined)
  return found === undefined ? '' : (claims[found] as string | readonly string[])
}

function readActor(act: unknown): Actor | undefined {
  if (typeof act !== 'object' || act === null) return undefined
  const claims = act as Claims
  const text = (value: unknown): string | undefined =>
    typeof value === 'string' ? value : undefined
  return Object.freeze({
    issuer: text(claims['iss']),
    subject: text(claims['sub']),
    claims,
    actor: readActor(claims['act']),
  })
}
