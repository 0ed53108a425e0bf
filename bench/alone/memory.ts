import type { Context } from 'koa'
import { jwt, type ResourceServer, resourceServer } from 'koa-resource-server'
import { startedWith, tell } from '../child.ts'
import { makeKey } from '../keys.ts'
import { bound } from '../remembering.ts'
import type { Place } from '../servers/server.ts'
import { accessTokens, withWrongSignatures } from '../tokens.ts'
import { contextOf } from './contexts.ts'

export interface MemoryQuestion {
  readonly place: Place
}

/** Bytes of heap per JWT. */
export interface MemoryAnswer {
  readonly remembered: number
  readonly pastBound: number
  readonly refused: number
  readonly bound: number
}

/** Tokens that are there at a time. */
const lot = 500
const { place } = startedWith() as MemoryQuestion
const key = makeKey('RS256')
const tokens = jwt({ issuer: place.issuer, jwks: { keys: [key.publicJwk] } })
const protect = resourceServer({ audience: place.audience, tokens }) as ResourceServer<unknown>

// What is compiled and kept for good is there before the first look.
await present(lot)
await present(lot, withWrongSignatures)
const empty = heap()
await present(bound - lot)
const full = heap()
await present(bound)
const turned = heap()
await present(3 * bound)
const past = heap()
await present(3 * bound, withWrongSignatures)
const end = heap()
tell({
  remembered: (full - empty) / (bound - lot),
  pastBound: (past - turned) / (3 * bound),
  refused: (end - past) / (3 * bound),
  bound,
} satisfies MemoryAnswer)

/** Presents so many tokens, each twice, and keeps none of them. */
async function present(
  count: number,
  change = (tokens: readonly string[]): readonly string[] => tokens,
): Promise<void> {
  for (let done = 0; done < count; done += lot) {
    for (const token of change(await accessTokens(place, key, lot))) {
      for (const _ of [1, 2]) {
        const context = contextOf({ Authorization: `Bearer ${token}` })
        await answerTo(context)
      }
    }
  }
}

async function answerTo(context: Context): Promise<void> {
  try {
    await protect(context, async () => undefined)
  } catch {
    // Some are to be refused.
  }
}

function heap(): number {
  for (const _ of [1, 2, 3, 4]) globalThis.gc!()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
