/** Names that are demanded: one, all of several, or any of several, nested as deep as need be. */
export type Expression = string | AllOf | AnyOf

export interface AllOf {
  readonly allOf: readonly Expression[]
}

export interface AnyOf {
  readonly anyOf: readonly Expression[]
}

/** Demands all of these. */
export function allOf(...all: readonly Expression[]): AllOf {
  return Object.freeze({ allOf: Object.freeze(all) })
}

/** Demands at least one of these, the one to ask for first. */
export function anyOf(...any: readonly Expression[]): AnyOf {
  return Object.freeze({ anyOf: Object.freeze(any) })
}

/** Whether who has these names has this one: among them, or included in one. */
export type Includes = (names: ReadonlySet<string>, name: string) => boolean

/** Whether these names suffice. */
export function holds(
  expression: Expression,
  names: ReadonlySet<string>,
  includes: Includes,
): boolean {
  if (typeof expression === 'string') return includes(names, expression)
  const suffices = (each: Expression): boolean => holds(each, names, includes)
  return 'allOf' in expression ? expression.allOf.every(suffices) : expression.anyOf.some(suffices)
}

/**
 * The names to ask for, all that are needed, those too that are there already: of alternatives the one of
 * which least is lacking, the first of several such, and nothing that could be left out.
 */
export function leastNames(
  expression: Expression,
  there: ReadonlySet<string>,
  includes: Includes,
): readonly string[] {
  const chosen = choose(
    expression,
    [],
    (all) => all.filter((name) => !includes(there, name)).length,
  )
  return chosen.reduce<readonly string[]>((needed, name) => {
    const others = needed.filter((other) => other !== name)
    return holds(expression, new Set(others), includes) ? others : needed
  }, chosen)
}

/** Adds names to those chosen so that they suffice; what leaves no choice is chosen first. */
function choose(
  expression: Expression,
  chosen: readonly string[],
  lacking: (names: readonly string[]) => number,
): readonly string[] {
  if (typeof expression === 'string') return [...new Set([...chosen, expression])]
  if ('allOf' in expression) {
    return expression.allOf
      .toSorted((one, other) => Number(isChoice(one)) - Number(isChoice(other)))
      .reduce((sofar, each) => choose(each, sofar, lacking), chosen)
  }
  return expression.anyOf
    .map((each) => choose(each, chosen, lacking))
    .reduce((best, other) => (lacking(other) < lacking(best) ? other : best))
}

function isChoice(expression: Expression): boolean {
  return typeof expression !== 'string' && 'anyOf' in expression
}

/**
 * Reads what a guard is given: several mean all of them.
 *
 * @param checkName Throws for a name that there can't be.
 * @throws {TypeError} There is none, or something that is no expression.
 */
export function readExpression(
  given: readonly Expression[],
  asker: string,
  checkName: (name: unknown) => void,
): Expression {
  const [first, ...more] = readAll(given, asker, checkName)
  return more.length === 0 ? first! : allOf(first!, ...more)
}

function readAll(
  given: readonly Expression[],
  asker: string,
  checkName: (name: unknown) => void,
): readonly Expression[] {
  if (!Array.isArray(given) || given.length === 0) {
    throw new TypeError(`${asker} needs at least one name, and so do allOf() and anyOf()`)
  }
  return given.map((each: unknown) => {
    if (typeof each !== 'object' || each === null) {
      checkName(each)
      return each as string
    }
    const [name, ...others] = Object.keys(each)
    if (others.length > 0 || (name !== 'anyOf' && name !== 'allOf')) {
      throw new TypeError(
        `${asker} takes names one by one, anyOf(…) and allOf(…), and nothing else`,
      )
    }
    return 'anyOf' in each
      ? anyOf(...readAll(each.anyOf as readonly Expression[], asker, checkName))
      : allOf(...readAll((each as AllOf).allOf, asker, checkName))
  })
}
