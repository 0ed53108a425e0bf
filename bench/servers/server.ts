/** Where the authorization server is, and what this API is called there. */
export interface Place {
  readonly issuer: string
  readonly jwksUri: string
  readonly introspectionEndpoint: string
  readonly audience: string
  readonly clientId: string
  readonly clientSecret: string
}

/** What each contender's file exports: it listens on a port of the loopback interface, and tells which. */
export type Listen = (place: Place) => Promise<number>

/** What the process of a server is started with. */
export interface ServerArgs {
  readonly id: string
  readonly place: Place
}

/** What a process has used so far. */
export interface Usage {
  /** Microseconds of all its threads. */
  readonly cpu: number
}

/** What every handler answers. */
export function orders(subject: unknown): object {
  return { ordersOf: subject, orders: [] }
}

/** Whom bare servers answer about; as long as a token's subject. */
export const nobody = 'user-00000000-0000-4000-8000-000000000000'
