import type { Middleware } from 'koa'
import { bundled } from './demand.ts'

/** What the state is behind a middleware. */
type StateBehind<Guard> = Guard extends Middleware<infer State> ? (state: State) => void : never

/** Behind all of several. */
type StateBehindAll<Guards extends readonly unknown[]> =
  StateBehind<Guards[number]> extends (state: infer State) => void ? State : never

/**
 * Makes one guard of several, which judge in this order; the handler finds the state as all of them leave
 * it, which a router can't tell of guards that stand side by side.
 *
 * @throws {TypeError} There is none, or one is not a function.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- whatever their states
export function requireAll<const Guards extends readonly Middleware<any>[]>(
  ...guards: Guards
): Middleware<StateBehindAll<Guards>> {
  if (guards.length === 0 || guards.some((each) => typeof each !== 'function')) {
    throw new TypeError('requireAll takes guards')
  }
  const all: readonly Middleware<StateBehindAll<Guards>>[] = [...guards]
  return bundled((ctx, next) => {
    const pass = async (at: number): Promise<unknown> =>
      at < all.length ? all[at]!(ctx, () => pass(at + 1)) : next()
    return pass(0)
  }, all)
}
