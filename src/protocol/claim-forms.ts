import type { Claims } from './dialect.ts'

const text = (value: unknown): boolean => typeof value === 'string'
const name = (value: unknown): boolean => typeof value === 'string' && value !== ''
const date = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value)
const object = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
/** Who acts, whose names are text where they are there. */
const actor = (value: unknown): boolean => {
  if (!object(value)) return false
  const { iss, sub, act } = value as Claims
  return (
    [iss, sub].every((each) => each === undefined || name(each)) &&
    (act === undefined || actor(act))
  )
}
const details = (value: unknown): boolean =>
  Array.isArray(value) && value.every((each) => object(each) && name((each as Claims)['type']))
const texts = (value: unknown): boolean => Array.isArray(value) && value.every(text)

/** The form of each registered claim; a claim that stands in a token must have it. */
const forms: ReadonlyMap<string, (value: unknown) => boolean> = new Map(
  Object.entries({
    iss: name, // RFC 7519 §4.1.1
    sub: name, // RFC 7519 §4.1.2
    aud: (value) => name(value) || texts(value), // RFC 7519 §4.1.3
    exp: date, // RFC 7519 §4.1.4
    nbf: date, // RFC 7519 §4.1.5
    iat: date, // RFC 7519 §4.1.6
    jti: name, // RFC 7519 §4.1.7
    client_id: name, // RFC 8693 §4.3
    scope: text, // RFC 8693 §4.2
    act: actor, // RFC 8693 §4.1
    cnf: object, // RFC 7800 §3.1
    username: text, // RFC 7662 §2.2
    token_type: text, // RFC 7662 §2.2
    auth_time: date, // RFC 9068 §2.2.1
    acr: text, // RFC 9068 §2.2.1
    amr: texts, // RFC 9068 §2.2.1
    authorization_details: details, // RFC 9396 §9.1
  }),
)

/** A form beside those of the standards, which a dialect may tolerate. */
export type Tolerance =
  | 'sub is a number'
  | 'sub is empty'
  | 'sub is null'
  | 'username is null'
  | 'scope is an array'
  | 'amr holds objects'

/** The claim that may have such a form, and what tells whether it has. */
export const tolerances: {
  readonly [name in Tolerance]: readonly [claim: string, fits: (value: unknown) => boolean]
} = {
  // Beyond that two numbers may be one.
  'sub is a number': ['sub', Number.isSafeInteger],
  'sub is empty': ['sub', (value) => value === ''],
  'sub is null': ['sub', (value) => value === null],
  'username is null': ['username', (value) => value === null],
  'scope is an array': ['scope', texts],
  'amr holds objects': ['amr', Array.isArray],
}

/** Whether a claim has a meaning here, so that it must not be left out. */
export function isRegistered(name: string): boolean {
  return name === 'active' || forms.has(name)
}

/**
 * Names a claim that is missing though required, or has the wrong form; `undefined` if none.
 *
 * @param scope Claims that may hold the scope, as a string or an array of strings.
 */
export function findMalformedClaim(
  claims: Claims,
  required: readonly string[] = [],
  scope: readonly string[] = [],
  tolerates: readonly Tolerance[] = [],
): string | undefined {
  for (const name of required) if (claims[name] === undefined) return name
  for (const name in claims) {
    const value = claims[name]
    if (!hasForm(name, value) && !isTolerated(name, value, tolerates)) return name
  }
  return scope.find(
    (name) => claims[name] !== undefined && !text(claims[name]) && !texts(claims[name]),
  )
}

function hasForm(name: string, value: unknown): boolean {
  return value === undefined || (forms.get(name)?.(value) ?? true)
}

function isTolerated(name: string, value: unknown, tolerates: readonly Tolerance[]): boolean {
  return tolerates.some((tolerance) => {
    const [claim, fits] = tolerances[tolerance]
    return claim === name && fits(value)
  })
}
