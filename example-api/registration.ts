/**
 * What the four roles know of each other before the first request. (RFC 6749 §2)
 *
 * The secrets and passwords are for this demonstration, and public.
 */

import { certificates } from './loopback-certificates.ts'

/** Identifies the orders API: `resource` in requests (RFC 8707 §2), `aud` in tokens. */
export const ordersApi = 'https://orders.example.com'

/** Another resource server of the same authorization server; nobody runs it here. */
export const invoicesApi = 'https://invoices.example.com'

/** The orders API itself, as the authorization server's introspection endpoint knows it. */
export const ordersApiCredentials = { id: 'orders-api', secret: 'demo-secret-of-the-orders-api' }

/** `acr` of a resource owner who has shown a one-time code besides the password. (RFC 9470 §3) */
export const secondFactor = 'urn:orders.example.com:second-factor'

/** `type` of the authorization details that let a client pay one order: `{ type, order }`. (RFC 9396 §2) */
export const orderPayment = 'order_payment'

export interface Registration {
  /** `client_id` */
  readonly id: string
  /** The name that the resource owner reads on the consent page. */
  readonly name: string
  /** A client that can keep one is confidential, any other is public. (RFC 6749 §2.1) */
  readonly secret?: string
  /** One that authenticates by mutual TLS has a certificate instead, PEM. (RFC 8705 §2.2) */
  readonly certificate?: string
  /** Where the resource owner's user-agent may return to: the first is asked for; nobody answers at those here. */
  readonly redirectUris?: readonly string[]
  /** Where its scripts run, if it is they that call the token endpoint. (Fetch §3.2) */
  readonly origin?: string
  readonly grants: readonly (
    'authorization_code' | 'client_credentials' | 'implicit' | 'refresh_token'
  )[]
  /** The most scope that the client may ask for, by resource server. */
  readonly scopes: Readonly<Record<string, string>>
  readonly accessTokens: { readonly format: 'jwt' | 'opaque'; readonly lifetime: number }
  /** What its access tokens are bound to: a key of its own (RFC 9449 §5.2), or its certificate (RFC 8705 §3.4). */
  readonly boundTo?: 'key' | 'certificate'
}

const jwt = { format: 'jwt', lifetime: 300 } as const
const opaque = { format: 'opaque', lifetime: 300 } as const

/** A back end that customers use: what it does with orders, it does on behalf of a customer. */
export const shop: Registration = {
  id: 'shop-back-end',
  name: 'The Shop',
  secret: 'demo-secret-of-the-shop-back-end',
  redirectUris: ['https://shop.example.com/callback'],
  grants: ['authorization_code', 'refresh_token'],
  scopes: { [ordersApi]: 'orders:read orders:write orders:pay' },
  accessTokens: jwt,
}

/** A front end in the browser, which can't keep a secret. */
export const widget: Registration = {
  id: 'order-widget',
  name: 'The Order Widget',
  redirectUris: ['https://widget.example.com/callback'],
  grants: ['implicit'],
  scopes: { [ordersApi]: 'orders:read' },
  accessTokens: jwt,
}

/** A partner's back end, whose tokens are opaque; it acts for customers and for itself. */
export const partner: Registration = {
  id: 'partner-back-end',
  name: 'The Partner',
  secret: 'demo-secret-of-the-partner-back-end',
  redirectUris: ['https://partner.example.com/callback'],
  grants: ['authorization_code', 'client_credentials'],
  scopes: { [ordersApi]: 'orders:read orders:write orders:pay orders:admin' },
  accessTokens: opaque,
}

/** A back-end job that nobody is present at: it acts on its own behalf. */
export const nightlyJob: Registration = {
  id: 'nightly-job',
  name: 'The Nightly Job',
  secret: 'demo-secret-of-the-nightly-job',
  grants: ['client_credentials'],
  scopes: { [ordersApi]: 'orders:read orders:admin', [invoicesApi]: 'invoices:read' },
  accessTokens: jwt,
}

/** Its tokens live just long enough to be seen accepted, and then expired. */
export const briefJob: Registration = {
  ...nightlyJob,
  id: 'brief-job',
  name: 'The Brief Job',
  secret: 'demo-secret-of-the-brief-job',
  accessTokens: { format: 'jwt', lifetime: 2 },
}

/** An app on the customer's own device; whoever steals its tokens can't use them without its key. */
export const app: Registration = {
  id: 'shop-app',
  name: 'The Shop App',
  redirectUris: ['https://app.example.com/callback'],
  grants: ['authorization_code'],
  scopes: { [ordersApi]: 'orders:read orders:write' },
  accessTokens: jwt,
  boundTo: 'key',
}

/** A supplier's back end, whose opaque tokens are bound to its key. */
export const supplier: Registration = {
  id: 'supplier-back-end',
  name: 'The Supplier',
  secret: 'demo-secret-of-the-supplier-back-end',
  grants: ['client_credentials'],
  scopes: { [ordersApi]: 'orders:read' },
  accessTokens: opaque,
  boundTo: 'key',
}

/** A warehouse, which has a certificate and no secret; its tokens are bound to the certificate. */
export const warehouse: Registration = {
  id: 'warehouse',
  name: 'The Warehouse',
  certificate: certificates.warehouse,
  grants: ['client_credentials'],
  scopes: { [ordersApi]: 'orders:read' },
  accessTokens: jwt,
  boundTo: 'certificate',
}

export const clients = [shop, widget, partner, nightlyJob, briefJob, app, supplier, warehouse]

export interface Account {
  /** `sub`: never reassigned, and never equal to a `client_id`. (RFC 9700 §4.15) */
  readonly subject: string
  readonly username: string
  readonly password: string
  /** The second factor; a real one is good once only. */
  readonly oneTimeCode: string
}

export const ada: Account = {
  subject: 'resource-owner-1815',
  username: 'ada',
  password: 'demo-password-of-ada',
  oneTimeCode: '181512',
}

export const grace: Account = {
  subject: 'resource-owner-1906',
  username: 'grace',
  password: 'demo-password-of-grace',
  oneTimeCode: '190612',
}

export const accounts = [ada, grace]
