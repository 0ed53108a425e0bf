import type { Middleware } from 'koa'
import { show } from '../protocol/claims.ts'
import { InsufficientScope } from '../protocol/errors.ts'
import { type Expression, holds, readExpression } from '../protocol/expression.ts'
import { text } from '../protocol/options.ts'
import type { AuthState } from './auth-state.ts'
import { rank } from './demand.ts'
import { guardian } from './guard.ts'

/** Rights besides scope that tokens may carry, and what one is called. */
const rights = { roles: 'role', permissions: 'permission' } as const

/** Makes a guard that admits requests whose token has these rights. @throws {TypeError} There is none, or one is no name. */
export function requireRight(
  guard: string,
  kind: keyof typeof rights,
  given: readonly Expression[],
): Middleware<AuthState> {
  const checkName = (name: unknown): void => {
    if (!text.fits(name)) throw new TypeError(`${guard} takes names: got ${show(name)}`)
  }
  const expression = readExpression(given, guard, checkName)
  const description = `The access token lacks a ${rights[kind]} that this request needs`
  return guardian({
    demand: { guard, [kind]: expression },
    rank: rank.right,
    judge({ [kind]: names }) {
      if (holds(expression, names, (all, name) => all.has(name))) return undefined
      const cause = `${kind} are ${show([...names])}, needed: ${show(expression)}`
      return () => new InsufficientScope([], { description, cause })
    },
  })
}
