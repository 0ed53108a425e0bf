import type { Middleware } from 'koa'
import { show } from '../protocol/claims.ts'
import { InsufficientScope } from '../protocol/errors.ts'
import type { Actor, Authentication } from '../protocol/authentication.ts'
import { text } from '../protocol/options.ts'
import type { AuthState } from './auth-state.ts'
import { approves, type Predicate } from './consult.ts'
import { rank } from './demand.ts'
import { guardian } from './guard.ts'

/** An actor by its `sub`, and by its issuer, which is by default the token's. (RFC 8693 §4.1) */
export type ActorName = string | { readonly issuer: string; readonly subject: string }

/**
 * Admits requests whose token is delegated, to one of these actors or one that a predicate approves of;
 * given none, to any. (RFC 8693 §4.1)
 *
 * Only who acts now is judged, never who acted before; `may_act` lets nobody act here.
 *
 * @param test Actors, or one predicate, which says `true`.
 * @throws {TypeError} It is neither.
 */
export function requireActor(
  ...test: readonly ActorName[] | readonly [Predicate<Actor>]
): Middleware<AuthState<Authentication & { readonly actor: Actor }>> {
  const guard = 'requireActor'
  const [first] = test
  const predicate = typeof first === 'function' ? first : undefined
  const names = (predicate ? [] : test) as readonly ActorName[]
  if (!names.every(isName) || (predicate && test.length > 1)) {
    throw new TypeError(
      `${guard} takes subjects, { issuer, subject }, or one function: got ${show(test)}`,
    )
  }
  return guardian({
    demand: { guard, ...(names.length > 0 && { actors: names }) },
    rank: rank.right,
    consults: ({ actor }) => predicate !== undefined && actor !== undefined,
    async judge({ actor, issuer }) {
      const approved =
        actor !== undefined &&
        (predicate
          ? await approves(guard, predicate, actor)
          : names.length === 0 || names.some((name) => isSame(name, actor, issuer)))
      return approved ? undefined : refuse(`the actor is ${show(actor?.claims)}`, guard)
    },
  })
}

/** Admits requests whose token is delegated to nobody. (RFC 8693 §4.1) */
export function requireNoActor(): Middleware<AuthState> {
  const guard = 'requireNoActor'
  return guardian({
    demand: { guard },
    rank: rank.right,
    judge: ({ actor }) =>
      actor === undefined ? undefined : refuse(`the actor is ${show(actor.claims)}`, guard),
  })
}

const descriptions = {
  requireActor: 'This request needs an access token that another actor uses',
  requireNoActor: 'This request needs an access token that is delegated to nobody',
} as const

function refuse(cause: string, guard: keyof typeof descriptions): () => InsufficientScope {
  return () => new InsufficientScope([], { description: descriptions[guard], cause })
}

function isName(value: unknown): boolean {
  const { issuer, subject } = (value ?? {}) as { issuer?: unknown; subject?: unknown }
  return text.fits(value) || (text.fits(issuer) && text.fits(subject))
}

/** A subject is unique at its issuer only. */
function isSame(name: ActorName, { issuer, subject }: Actor, tokenIssuer: string): boolean {
  const wanted = typeof name === 'string' ? { issuer: tokenIssuer, subject: name } : name
  return subject === wanted.subject && (issuer ?? tokenIssuer) === wanted.issuer
}
