import type { Role } from '../events.ts'

/** A kind of request, and what it is for. */
export interface Purpose {
  readonly from?: Role
  /** Method and path. */
  readonly request: RegExp
  /** What else it has: a parameter of that name, with that value or any. */
  readonly having?: readonly [name: string, value?: string]
  /** Scheme of its credentials, in small letters; `''` for none. */
  readonly scheme?: string
  /** With a proof of possession. (RFC 9449 §4) */
  readonly proof?: true
  readonly purpose: string
  readonly section?: string
}
