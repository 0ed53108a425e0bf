import type { Middleware } from 'koa'
import type { ConfirmationMethod } from '../confirmation/confirmation-method.ts'
import type { TokenVerifier } from '../tokens/token-verifier.ts'

/** What of a resource server clients may want to know. */
export interface DescribedServer {
  /** Identifiers by which tokens may name it. */
  readonly audience: readonly string[]
  readonly verifiers: readonly TokenVerifier[]
  readonly methods: readonly ConfirmationMethod[]
  readonly senderConstrained: boolean
  readonly formBody: boolean
  /** What the URLs of clients begin with, without a slash at the end; none where nobody knows. */
  readonly baseUrls: readonly string[]
}

/** Tells clients about resources; middleware that answers who asks. */
export type ResourceDescription = Middleware & {
  /**
   * Hears what is configured, before any request comes.
   *
   * @throws {TypeError} Clients would be told something else.
   */
  describe(server: DescribedServer): void
  /**
   * Finds where clients are told about what a request is for; `undefined` if nowhere. (RFC 9728 §5.1)
   *
   * @param targets URLs or paths by which clients may know it.
   */
  urlFor(targets: readonly string[]): string | undefined
}
