/** What the protocol sees of a request to a protected resource; knows no framework. */
export interface ResourceRequest {
  readonly method: string
  /** Whether nobody on the network could read the request: TLS, or a hop within this machine. */
  readonly confidential: boolean
  /** All values of a header field, each line by itself, never joined. (RFC 9110 §5.3) */
  fields(name: string): readonly string[]
  /** The values that a form body gives a parameter, where the application accepts tokens there. */
  formParameters(name: string): readonly unknown[]
}
