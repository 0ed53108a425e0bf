import type { Authentication } from 'koa-resource-server'
import type { StageMessage } from '../../src/trace/messages.ts'

/**
 * What the playground's server tells the page, in order, over one stream of server-sent events: each is the
 * JSON `data` of an event, `id` counts them.
 */
export type PlaygroundEvent =
  RunStarted | HttpRequest | HttpResponse | NoAnswer | Decision | TokenIssued | Note | ServerState

/** The four roles. (RFC 6749 §1.1) */
export type Role = 'resource-owner' | 'client' | 'authorization-server' | 'resource-server'

/** Somebody has pressed a button: what follows belongs to it, until the next. */
export interface RunStarted {
  readonly type: 'run'
  readonly run: number
  /** `Authorization code with PKCE` */
  readonly title: string
}

interface Happening {
  readonly run: number
  /** Milliseconds since the run began. */
  readonly at: number
}

/** A name and a value; secrets and tokens are shortened. */
export interface Field {
  readonly name: string
  readonly value: string
  /** Whether the value has been shortened. */
  readonly shortened?: boolean
  /** What a JWT in the value says, unverified. */
  readonly jwt?: { readonly header: object; readonly claims: object }
}

export interface HttpRequest extends Happening {
  readonly type: 'request'
  /** Counts the exchanges; the response has the same. */
  readonly exchange: number
  readonly from: Role
  readonly to: Role
  readonly method: string
  /** With no query. */
  readonly url: string
  /** What it is for, a short sentence for somebody new to OAuth: `The client trades the code for tokens.` */
  readonly purpose: string
  /** Where that is specified: `RFC 6749 §4.1.3`. */
  readonly section?: string
  readonly query: readonly Field[]
  readonly headers: readonly Field[]
  /** Of a form or a JSON object, its members. */
  readonly body: readonly Field[]
}

export interface HttpResponse extends Happening {
  readonly type: 'response'
  readonly exchange: number
  readonly from: Role
  readonly to: Role
  readonly status: number
  /** `See Other` */
  readonly statusText: string
  readonly headers: readonly Field[]
  /** Of a redirect's address, whether in the query or in the fragment; of a JSON object, its members. */
  readonly parameters: readonly Field[]
  /** A body that is no JSON object, in a few words: `the log-in page`, or the JSON itself. */
  readonly body?: string
}

/** A server was called that is off. */
export interface NoAnswer extends Happening {
  readonly type: 'no-answer'
  readonly from: Role
  readonly to: Role
  readonly method: string
  readonly url: string
}

/** What the resource server made of one request, told by its own trace. */
export interface Decision extends Happening {
  readonly type: 'decision'
  /** The exchange at the resource server. */
  readonly exchange: number
  readonly stages: readonly StageMessage[]
  /** `ctx.state.auth`; `undefined` if the request was refused before. */
  readonly auth: ShownAuthentication | undefined
}

/** `scopes` and such are arrays here, since JSON has no sets. */
export type ShownAuthentication = Pick<
  Authentication,
  'onBehalfOf' | 'resourceOwner' | 'client' | 'subject' | 'issuer' | 'expiresAt'
> & { readonly scopes: readonly string[] }

/** A client has got a token. */
export interface TokenIssued extends Happening {
  readonly type: 'token'
  /** By which the page asks the back end to use it. */
  readonly token: string
  /** How it was got, in a few words: `authorization code`. */
  readonly grant: string
  /** The client's name. */
  readonly client: string
  readonly form: 'JWT' | 'opaque'
  /** Whether it is bound to a key. (RFC 9449) */
  readonly bound: boolean
  /** Whether the client has a refresh token with it. */
  readonly refreshable: boolean
  readonly scope: string
  /** Seconds since 1970. */
  readonly expiresAt: number | undefined
  readonly value: Field
}

/** A sentence on what happens, between messages: `Two seconds pass: the token expires.` */
export interface Note extends Happening {
  readonly type: 'note'
  readonly text: string
  /** Whether something went otherwise than it should. */
  readonly failure?: boolean
}

/** How the authorization server is. */
export interface ServerState {
  readonly type: 'server'
  readonly on: boolean
  /** How many signing keys it publishes. */
  readonly keys: number
}

/** What the page needs to know when it is opened: `GET /setup`. */
export interface Setup {
  readonly api: string
  readonly issuer: string
  /** The identifier of the orders API: `resource` and `aud`. (RFC 8707) */
  readonly resource: string
  /** The client that has no back end, and runs in the page. */
  readonly browserClient: BrowserClient
  /** The same by the implicit grant. */
  readonly implicitClient: BrowserClient
  /** Who can log in, with the password, which is public. */
  readonly accounts: readonly { readonly username: string; readonly password: string }[]
}

export interface BrowserClient {
  readonly id: string
  readonly name: string
  readonly redirectUri: string
  readonly scope: string
}
