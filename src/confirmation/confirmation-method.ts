import type { Credentials, Scheme } from '../protocol/credentials.ts'
import type { ResourceRequest } from '../protocol/resource-request.ts'

/** A way to prove possession of the key that a token is bound to. (RFC 7800 §3.1) */
export interface ConfirmationMethod {
  /** Member of `cnf` that this method confirms: `jkt`, `x5t#S256`. */
  readonly member: string
  /** Scheme under which such a token must be presented. Default: `Bearer`. */
  readonly scheme?: Scheme
  /** @throws {OAuthError} The request does not prove possession. */
  confirm(request: ResourceRequest, credentials: Credentials, thumbprint: string): Promise<void>
}
