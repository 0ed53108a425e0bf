import type { Scheme } from './credentials.ts'
import type { OAuthError } from './errors.ts'
import { isScopeToken, offlineAccess } from './scope.ts'

/** Parameters that every challenge carries. (RFC 6750 §3, RFC 9728 §5.1) */
export interface ChallengeParameters {
  /** What is protected, for people to read. (RFC 9110 §11.5) Default: the audience. */
  readonly realm?: string
  /** Scope tokens, separated by spaces, that a client should ask for when the route names none. */
  readonly scope?: string
  /** A page that explains errors; sent with an error only. */
  readonly error_uri?: string
  /** `false`: no error is described to the client. Default: a fixed sentence for each error. */
  readonly error_description?: false
  /** URL of this resource's metadata document. (RFC 9728 §5.1) */
  readonly resource_metadata?: string
}

const text = /^[\x20\x21\x23-\x5B\x5D-\x7E]*$/
const uriReference = /^[\x21\x23-\x5B\x5D-\x7E]+$/

const forms: { readonly [name in keyof ChallengeParameters]-?: (value: unknown) => boolean } = {
  realm: (value) => typeof value === 'string' && text.test(value),
  scope: (value) => typeof value === 'string' && value.split(' ').every(isScopeToken),
  error_uri: (value) => typeof value === 'string' && uriReference.test(value),
  error_description: (value) => value === false,
  resource_metadata: (value) => typeof value === 'string' && uriReference.test(value),
}

/** Returns the parameters. @throws {TypeError} One can't stand in a challenge. (RFC 6750 §3) */
export function checkChallengeParameters(parameters: ChallengeParameters): ChallengeParameters {
  for (const [name, value] of Object.entries(parameters)) {
    const fits = Object.hasOwn(forms, name) && forms[name as keyof ChallengeParameters]
    if (!fits) {
      const known = Object.keys(forms).join(', ')
      throw new TypeError(`resourceServer(): there is no challenge.${name}; there are ${known}`)
    }
    if (!fits(value)) {
      throw new TypeError(
        `resourceServer(): challenge.${name} can't be ${JSON.stringify(value)}: printable ASCII without quotes and backslashes is allowed, and no ${offlineAccess}`,
      )
    }
  }
  return { ...parameters }
}

/** A scheme under which credentials may come, and parameters of its own challenge. (RFC 9449 §7.1) */
export interface OfferedScheme {
  readonly scheme: Scheme
  readonly parameters?: Readonly<Record<string, string>>
}

/**
 * Writes the value of `WWW-Authenticate` for an error. (RFC 6750 §3, RFC 9110 §11.6.1)
 *
 * @param offered `Bearer` first: some clients parse naively.
 * @param used The scheme that the request tried; the error stands in its challenge, or in all if it
 *   has none.
 */
export function challenge(
  error: OAuthError,
  { error_uri, error_description, ...parameters }: ChallengeParameters,
  offered: readonly OfferedScheme[],
  used: Scheme | undefined,
): string {
  const refusal = {
    // Where it is not scope that lacks, to ask for some would have the client try for ever.
    ...(error.code === 'insufficient_scope' && { scope: undefined }),
    ...error.parameters,
    error: error.code,
    error_uri: error.code && error_uri,
    error_description: error_description === false ? undefined : error.code && error.message,
  }
  const clear = offered.some(({ scheme }) => scheme === used)
  return offered
    .map(({ scheme, parameters: own }) => {
      const tried = !clear || scheme === used
      return `${scheme} ${write({ ...parameters, ...own, ...(tried ? refusal : {}) })}`
    })
    .join(', ')
}

function write(parameters: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(parameters)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}="${value!.replace(/[^\x20\x21\x23-\x5B\x5D-\x7E]/g, '?')}"`)
    .join(', ')
}
