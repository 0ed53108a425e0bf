import type { OAuthError } from '../protocol/errors.ts'
import type { Expression } from '../protocol/expression.ts'
import type { Authentication } from '../protocol/authentication.ts'
import type { Admission } from './auth-state.ts'

/** What a guard demands, as data. */
export interface Demand {
  /** The guard's name: `requireScope`. */
  readonly guard: string
  readonly scope?: Expression
  readonly [member: string]: unknown
}

/** Makes the error that refuses a request, given the scope tokens to ask for, if any are lacking. */
export type Refusal = (scope: readonly string[]) => OAuthError

/** What a guard adds to `ctx.state`: members to the object of that name. */
export type Finding = { readonly [name: string]: object }

/** A guard refuses, or admits, maybe with a finding. */
export type Verdict = Refusal | Finding | undefined

/** Which refusal is told where several are due: the one that says most of what would help. */
export const rank = {
  /** Another token altogether is needed, from elsewhere or for something else. */
  token: 0,
  /** Nothing that the client could ask for by itself helps. */
  right: 1,
  /** The resource owner must be authenticated anew, at which scope can be granted, too. */
  authentication: 2,
  /** More must be granted, and scope with it. */
  details: 3,
  scope: 4,
} as const

/** How a guard judges, and what it demands. */
export interface Guard {
  readonly demand: Demand
  readonly rank: number
  /** Whether it asks code of the application's own to judge this. */
  readonly consults?: (auth: Authentication) => boolean
  readonly judge: (auth: Authentication, admission: Admission) => Verdict | Promise<Verdict>
}

const mark: unique symbol = Symbol('guard')
const parts: unique symbol = Symbol('guards')

interface Marked {
  readonly [mark]?: Guard
  readonly [parts]?: readonly object[]
}

/** Has a middleware tell what guard it is. */
export function marked<Middleware extends object>(
  middleware: Middleware,
  guard: Guard,
): Middleware {
  return Object.assign(middleware, { [mark]: guard })
}

/** Has a middleware tell which ones it is made of. */
export function bundled<Middleware extends object>(
  middleware: Middleware,
  members: readonly object[],
): Middleware {
  return Object.assign(middleware, { [parts]: members })
}

/** Middlewares without bundles: what these are made of, in their order. */
export function unbundled(middlewares: readonly unknown[]): readonly unknown[] {
  return middlewares.flatMap((each) => {
    const members = (each as Marked | undefined)?.[parts]
    return members === undefined ? [each] : unbundled(members)
  })
}

/** The guards among middlewares, in their order. */
export function guardsAmong(middlewares: readonly unknown[]): readonly Guard[] {
  return unbundled(middlewares).flatMap((each) => (each as Marked | undefined)?.[mark] ?? [])
}
