import type { Middleware, Next } from 'koa'
import { InvalidToken, MissingCredentials } from '../protocol/errors.ts'
import { allOf, type Expression, holds, leastNames } from '../protocol/expression.ts'
import type { Authentication } from '../protocol/authentication.ts'
import { type Admission, admissionOf, type AuthState } from './auth-state.ts'
import { type Finding, type Guard, marked, type Verdict } from './demand.ts'
import { guardsAhead } from './route.ts'

/**
 * Makes the middleware that admits what a guard admits.
 *
 * Only when it refuses does it look at the other guards of the route: the refusal is then the one that
 * helps most, with all the scope that the route needs. What one guard refuses, nothing else admits.
 */
export function guardian<State>(guard: Guard): Middleware<State> {
  const middleware: Middleware<AuthState<Authentication | undefined>> = (ctx, next) => {
    const admission = admissionOf(ctx, guard.demand.guard)
    const { auth } = ctx.state
    if (auth === undefined) {
      const scope = scopeToAsk([guard, ...guardsAhead(ctx, middleware)], admission)
      throw new MissingCredentials({ scope })
    }
    const judged = judge(guard, auth, admission)
    const settle = async (): Promise<unknown> => {
      const verdict = await judged
      if (typeof verdict === 'function') {
        return refuse(guard, verdict, guardsAhead(ctx, middleware), auth, admission)
      }
      if (verdict !== undefined) addOnce(verdict, ctx.state, guard)
      return pass(guard, admission, next)
    }
    return judged === undefined ? pass(guard, admission, next) : settle()
  }
  return marked(middleware as Middleware<State>, guard)
}

function judge(
  guard: Guard,
  auth: Authentication,
  admission: Admission,
): ReturnType<Guard['judge']> {
  return admission.watch(guard.demand.guard, () => guard.judge(auth, admission))
}

function pass(guard: Guard, admission: Admission, next: Next): Promise<unknown> {
  admission.passed = { guard, before: admission.passed }
  return next()
}

/**
 * Judges a request again by all guards that it has passed, after what is known of its token has changed.
 *
 * @throws {InvalidToken} One of them would refuse it now.
 */
export async function judgeAgain(
  state: object,
  auth: Authentication,
  admission: Admission,
): Promise<void> {
  for (const guard of passedOf(admission)) {
    const verdict = await guard.judge(auth, admission)
    if (typeof verdict === 'function') {
      throw new InvalidToken('changed', `see ${guard.demand.guard}`)
    }
    if (verdict !== undefined) add(verdict, state)
  }
}

/** @throws {OAuthError} That of the guard whose refusal helps most, this one's or one ahead. */
async function refuse(
  guard: Guard,
  refusal: Extract<Verdict, (...args: never) => unknown>,
  ahead: readonly Guard[],
  auth: Authentication,
  admission: Admission,
): Promise<never> {
  let told = { rank: guard.rank, refusal }
  for (const next of ahead) {
    const { rank, consults } = next
    // The application's own code, which may fail, is asked about requests that have come as far.
    if (rank >= told.rank || consults?.(auth)) continue
    const verdict = await judge(next, auth, admission)
    if (typeof verdict === 'function') told = { rank, refusal: verdict }
  }
  throw told.refusal(scopeToAsk([...passedOf(admission), guard, ...ahead], admission, auth.scopes))
}

/** All the scope tokens that guards demand, unless those that are there suffice. (RFC 6750 §3.1) */
export function scopeToAsk(
  guards: readonly Guard[],
  { includes }: Pick<Admission, 'includes'>,
  there: ReadonlySet<string> = new Set(),
): readonly string[] {
  const expressions = guards.flatMap(({ demand }): readonly Expression[] =>
    [demand.scope ?? []].flat(),
  )
  const all = allOf(...expressions)
  return holds(all, there, includes) ? [] : leastNames(all, there, includes)
}

function passedOf({ passed }: Admission): readonly Guard[] {
  const guards: Guard[] = []
  for (let each = passed; each !== undefined; each = each.before) guards.push(each.guard as Guard)
  return guards.toReversed()
}

/** @throws {Error} Another guard has found the same: what the one left out would be there by the other. */
function addOnce(finding: Finding, state: object, { demand: { guard } }: Guard): void {
  const known = state as Record<string, object | undefined>
  for (const [name, members] of Object.entries(finding)) {
    const twice = Object.keys(members).find((member) => Object.hasOwn(known[name] ?? {}, member))
    if (twice !== undefined) {
      throw new Error(`${guard}: one route has two for ${twice}, ask for all of it in one`)
    }
  }
  add(finding, state)
}

function add(finding: Finding, state: object): void {
  const known = state as Record<string, object | undefined>
  for (const [name, members] of Object.entries(finding)) {
    known[name] = Object.freeze({ ...known[name], ...members })
  }
}
