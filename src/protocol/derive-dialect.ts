import { algorithms } from './algorithms.ts'
import { tolerances } from './claim-forms.ts'
import type { Dialect } from './dialect.ts'
import { callable, checkOptions, listOf, oneOf, record, type Rule, text } from './options.ts'
import { signs } from './token-kind.ts'

const texts = listOf(text)
const paths = listOf(texts)
const textOrAbsent: Rule = {
  expected: `${text.expected}, or undefined`,
  fits: (value) => value === undefined || text.fits(value),
}

/** An object that has a list under each name. */
function lists(each: Rule): Rule {
  const { expected, fits } = listOf(each)
  return {
    expected: `an object that has ${expected} under each name`,
    fits: (value) =>
      record.fits(value) && Object.values(value as object).every((list) => fits(list)),
  }
}

const rules: { readonly [name in keyof Dialect]-?: Rule } = {
  types: listOf(textOrAbsent),
  algorithms: listOf(oneOf(Object.keys(algorithms))),
  keyUse: text,
  issuerForm: oneOf(['url', 'text', 'trust-domain']),
  kind: lists(textOrAbsent),
  waives: listOf(oneOf(Object.keys(signs))),
  requiredClaims: texts,
  jwtClaims: paths,
  tolerates: listOf(oneOf(Object.keys(tolerances))),
  audienceFrom: lists(text),
  tokenTypes: texts,
  answer: callable,
  scope: texts,
  clientId: {
    expected: `${texts.expected}, or a function`,
    fits: (value) => texts.fits(value) || callable.fits(value),
  },
  owner: texts,
  username: texts,
  roles: paths,
  groups: paths,
  entitlements: paths,
  permissions: paths,
  onBehalfOf: callable,
  advice: record,
}

/**
 * Makes the dialect that differs from another one in what is given.
 *
 * @param always Claims that are required whatever is given.
 * @throws {TypeError} What is given is wrong.
 */
export function derive(
  base: Dialect,
  factory: string,
  own: Partial<Dialect> = {},
  always: readonly string[] = [],
): Dialect {
  checkOptions(`${factory}, dialect`, own, rules)
  const given = Object.entries(own).filter(([, value]) => value !== undefined)
  const dialect: Dialect = { ...base, ...Object.fromEntries(given) }
  return { ...dialect, requiredClaims: [...new Set([...always, ...dialect.requiredClaims])] }
}

/** What every JWT must have but where the dialect has another check in its place. (RFC 9068 §4) */
export function alwaysOfJwt({ issuerForm, audienceFrom }: Partial<Dialect> = {}): string[] {
  return [
    ...(issuerForm === 'trust-domain' ? ['sub'] : ['iss']),
    'exp',
    ...(Object.keys(audienceFrom ?? {}).length === 0 ? ['aud'] : []),
  ]
}
