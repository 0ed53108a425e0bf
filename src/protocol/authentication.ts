import type { TokenFacts } from './claims.ts'
import type { Claims, OnBehalfOf } from './dialect.ts'
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
