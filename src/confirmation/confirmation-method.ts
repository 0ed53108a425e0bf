import type { Credentials, Scheme } from '../protocol/credentials.ts'
import type { Profile } from '../protocol/profiles.ts'
import type { ResourceRequest } from '../protocol/resource-request.ts'

/** A way to prove possession of the key that a token is bound to. (RFC 7800 §3.1) */
export interface ConfirmationMethod {
  /** Member of `cnf` that this method confirms: `jkt`, `x5t#S256`. */
  readonly member: string
  /** Scheme under which such a token must be presented. Default: `Bearer`. */
  readonly scheme?: Scheme
  /** Parameters of that scheme's challenge. (RFC 9449 §7.1) */
  readonly challenge?: Readonly<Record<string, string>>
  /** Members of this resource's metadata, if it takes tokens that are so bound, and if it takes no others. (RFC 9728 §2) */
  readonly metadata?: Readonly<Record<'supported' | 'required', object>>
  /** Whether proofs name the URL of the request, so that it must be known. */
  readonly namesUrl?: boolean
  /**
   * The same method as a profile has it; one without this keeps to none.
   *
   * @throws {TypeError} Its options contradict the profile.
   */
  under?(profile: Profile): ConfirmationMethod
  /**
   * Resolves when the sender has proven it, to header fields for the answer if there are any.
   *
   * @param thumbprint Value of the member.
   * @throws {OAuthError} The request does not prove possession.
   * @throws {ServiceUnavailable} Nobody could tell whether it does.
   */
  confirm(
    request: ResourceRequest,
    credentials: Credentials,
    thumbprint: string,
  ): Promise<AnswerFields | undefined | void>
}

/** Header fields of an answer, by name. */
export type AnswerFields = Readonly<Record<string, string>>

export const noFields: AnswerFields = Object.freeze({})
