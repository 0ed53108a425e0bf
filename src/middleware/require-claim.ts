import type { Middleware } from 'koa'
import { show } from '../protocol/claims.ts'
import type { ClaimPath } from '../protocol/dialect.ts'
import { InsufficientScope } from '../protocol/errors.ts'
import { valuesAt } from '../protocol/names.ts'
import * as rule from '../protocol/options.ts'
import type { AuthState } from './auth-state.ts'
import { approves, type Predicate } from './consult.ts'
import { rank } from './demand.ts'
import { guardian } from './guard.ts'

/** A claim's value that can be told by comparison. */
export type ClaimValue = string | number | boolean

export interface RequireClaimOptions {
  /** What the guard is called in the `cause` of its refusals, and where it is described. Default: the claim. */
  readonly name?: string
}

const value: rule.Rule = {
  expected: 'a string, a number or true or false',
  fits: (one) => ['string', 'number', 'boolean'].includes(typeof one),
}
const rules = {
  claim: rule.required(rule.oneOrMore(rule.text)),
  test: rule.required({
    expected: `${value.expected}, or an array of such, or a function`,
    fits: (one) => rule.callable.fits(one) || rule.oneOrMore(value).fits(one),
  }),
  name: rule.text,
}

/**
 * Admits requests whose token has a claim with one of these values, be it in an array, or with a value
 * that a predicate approves of. (RFC 7519 §4)
 *
 * @param claim Its name, or the path to it: literal keys, `'*'` for every element of an array, every key of an object.
 * @param test Values, or a predicate, which gets the claim's value and says `true`; a token without the claim is refused unasked.
 * @throws {TypeError} One of them is wrong.
 */
export function requireClaim(
  claim: string | ClaimPath,
  test: ClaimValue | readonly ClaimValue[] | Predicate<unknown>,
  options: RequireClaimOptions = {},
): Middleware<AuthState> {
  const guard = 'requireClaim'
  rule.checkOptions(guard, { ...options, claim, test }, rules)
  const path = [claim].flat()
  const { name = path.join('.') } = options
  const values = typeof test === 'function' ? undefined : [test].flat()
  const description = 'The access token lacks a claim that this request needs'
  return guardian({
    demand: { guard, claim: path, name, ...(values && { values }) },
    rank: rank.right,
    consults: ({ claims }) => values === undefined && valuesAt(claims, path).length > 0,
    async judge({ claims }) {
      const found = valuesAt(claims, path)
      const fits = (one: unknown): boolean | Promise<boolean> =>
        typeof test === 'function'
          ? approves(`${guard} ${name}`, test, one)
          : [one].flat().some((each) => values!.includes(each as ClaimValue))
      for (const one of found) if (await fits(one)) return undefined
      const cause = `${name}: ${show(path)} is ${show(found)}, needed: ${show(values ?? 'what the predicate approves of')}`
      return () => new InsufficientScope([], { description, cause })
    },
  })
}
