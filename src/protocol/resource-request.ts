/** What the protocol sees of a request to a protected resource; knows no framework. */
export interface ResourceRequest {
  /** The message itself: one object, however often the request is looked at. */
  readonly message: object
  readonly method: string
  /**
   * The URLs, without a query, by which clients may know what is requested; from configuration or a
   * trusted proxy, never from an unchecked `Host`.
   */
  readonly urls: readonly string[]
  /** Whether nobody on the network could read the request: TLS, or a hop within this machine. */
  readonly confidential: boolean
  readonly connection: Connection
  /** All values of a header field, each line by itself, never joined. (RFC 9110 §5.3) */
  fields(name: string): readonly string[]
  /** The values that a form body gives a parameter, where the application accepts tokens there. */
  formParameters(name: string): readonly unknown[]
}

/** The connection that a request came by, from a client or from a proxy. */
export interface Connection {
  /** IP address of the other end, or `unix` for a Unix domain socket; `undefined` when it has gone already. */
  readonly remoteAddress: string | undefined
  /** The certificate (DER) whose key the other end has proven to hold in the TLS handshake. (RFC 8705 §3) */
  readonly certificate: Uint8Array | undefined
}
