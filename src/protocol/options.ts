/** What an option must be, in words and as a test. */
export interface Rule {
  readonly expected: string
  readonly fits: (value: unknown) => boolean
  readonly required?: boolean
  /** Whether a value must not be seen in an error. */
  readonly secret?: boolean
}

/**
 * Checks the options of a factory against a rule for each.
 *
 * @throws {TypeError} One is unknown, missing or wrong; the message names it and what it must be.
 */
export function checkOptions<Options extends object>(
  factory: string,
  options: Options,
  rules: { readonly [name in keyof Options]-?: Rule },
): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`${factory}() takes an object of options, as in { name: value }`)
  }
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(rules, name)) {
      const known = Object.keys(rules).join(', ')
      throw new TypeError(`${factory}(): there is no option ${name}; there are ${known}`)
    }
  }
  for (const [name, { expected, fits, required, secret }] of Object.entries<Rule>(rules)) {
    const value = options[name as keyof Options]
    if (value === undefined ? required : !fits(value)) {
      const found =
        value === undefined
          ? '; it is missing'
          : `, not ${secret && typeof value === 'string' ? `that of ${value.length} characters` : show(value)}`
      throw new TypeError(`${factory}(): ${name} must be ${expected}${found}`)
    }
  }
}

/** A value as a programmer may read it in an error. */
function show(value: unknown): string {
  if (typeof value === 'object' && value !== null) {
    return Array.isArray(value) ? 'that array' : 'that object'
  }
  if (typeof value === 'function') return 'a function (a call forgotten?)'
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 100)) : String(value)
}

export function required(rule: Rule): Rule {
  return { ...rule, required: true }
}

export const text: Rule = {
  expected: 'a string that is not empty',
  fits: (value) => typeof value === 'string' && value !== '',
}

export const truth: Rule = {
  expected: 'true or false',
  fits: (value) => typeof value === 'boolean',
}

export const whole: Rule = {
  expected: 'a whole number above 0',
  fits: (value) => Number.isSafeInteger(value) && (value as number) > 0,
}

export const wholeOrNone: Rule = {
  expected: 'a whole number, 0 or more',
  fits: (value) => value === 0 || whole.fits(value),
}

export const callable: Rule = {
  expected: 'a function',
  fits: (value) => typeof value === 'function',
}

export const record: Rule = {
  expected: 'an object',
  fits: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
}

/** A number of seconds between two bounds, both included. */
export function seconds(least: number, most: number): Rule {
  return {
    expected: `a number of seconds from ${least} to ${most}`,
    fits: (value) => typeof value === 'number' && value >= least && value <= most,
  }
}

/** An object that has these methods. */
export function having(what: string, ...methods: readonly string[]): Rule {
  return {
    expected: `${what}, an object with the methods ${methods.join(', ')}`,
    fits: (value) =>
      record.fits(value) &&
      methods.every((method) => typeof (value as Record<string, unknown>)[method] === 'function'),
  }
}

/** What remembers strings. */
export const store: Rule = having('a store', 'get', 'set', 'add')

/** One of these, or an array of one or more. */
export function oneOrMore({ expected, fits, ...rest }: Rule): Rule {
  return {
    ...rest,
    expected: `${expected}, or an array of such`,
    fits: (value) => (Array.isArray(value) ? value.length > 0 && value.every(fits) : fits(value)),
  }
}

export function listOf({ expected, fits }: Rule): Rule {
  return {
    expected: `an array with ${expected} in each place`,
    fits: (value) => Array.isArray(value) && value.every(fits),
  }
}

/** One of these words. */
export function oneOf(words: readonly string[]): Rule {
  return {
    expected: `one of ${words.join(', ')}`,
    fits: (value) => typeof value === 'string' && words.includes(value),
  }
}
