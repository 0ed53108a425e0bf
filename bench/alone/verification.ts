import { verify } from 'node:crypto'
import type { Context } from 'koa'
import { jwt, type JwtOptions, type ResourceServer, resourceServer } from 'koa-resource-server'
import { dpop } from 'koa-resource-server/dpop'
import { startedWith, tell } from '../child.ts'
import { type Key, makeKey, type SigningAlgorithm } from '../keys.ts'
import { boundClients, proofOf } from '../proofs.ts'
import { forgetful } from '../remembering.ts'
import type { Place } from '../servers/server.ts'
import { accessTokens, many } from '../tokens.ts'
import { contextOf } from './contexts.ts'
import { type Batch, compare, type Pair } from './timing.ts'

export interface InProcessQuestion {
  readonly place: Place
  readonly rounds: number
  readonly batch: number
}

/** Our middleware beside something else. */
export type InProcessAnswer = readonly (Pair & {
  readonly name: string
  readonly base: string
  readonly figure: string
})[]

const { place, rounds, batch } = startedWith() as InProcessQuestion
const { issuer, audience } = place
const next = async (): Promise<void> => undefined

const answer: InProcessAnswer[number][] = []
for (const algorithm of ['RS256', 'PS256', 'ES256', 'Ed25519'] as const) {
  const base = 'crypto.verify of its signature'
  const figure = `${algorithm} ÷ verify`
  answer.push({ name: algorithm, base, figure, ...(await newTokens(algorithm)) })
}
answer.push(...(await remembering()))
const base = 'crypto.verify of the proof'
answer.push({ name: 'DPoP, token seen before', base, figure: 'DPoP ÷ verify', ...(await proofs()) })
tell(answer)

function optionsFor({ publicJwk }: Key): JwtOptions {
  return { issuer, jwks: { keys: [publicJwk] } }
}

function protect(options: JwtOptions, others = {}): ResourceServer<unknown> {
  const tokens = jwt(options)
  return resourceServer({ audience, tokens, ...others }) as ResourceServer<unknown>
}

async function newTokens(algorithm: SigningAlgorithm): Promise<Pair> {
  const key = makeKey(algorithm)
  const protecting = protect(optionsFor(key))
  return compare(rounds, batch, async () => {
    const tokens = await accessTokens(place, key, batch)
    return [
      admitting(protecting, tokens.map(bearer)),
      verifying(
        tokens,
        tokens.map(() => key),
      ),
    ]
  })
}

async function remembering(): Promise<InProcessAnswer> {
  const key = makeKey('RS256')
  const options = optionsFor(key)
  const [remembers, forgets] = [protect(options), protect(options, forgetful)]
  const pair = await compare(rounds, batch, async () => {
    const tokens = await accessTokens(place, key, batch)
    return [admitting(remembers, tokens.map(bearer)), admitting(forgets, tokens.map(bearer))]
  })
  const base = 'without remembering'
  return [{ name: 'RS256, never seen again', base, figure: 'remembering ÷ not', ...pair }]
}

async function proofs(): Promise<Pair> {
  const key = makeKey('RS256')
  const clients = await boundClients(place, key, 100)
  const options = { audience, tokens: jwt(optionsFor(key)), confirmation: dpop() }
  const protecting = resourceServer(options) as ResourceServer<unknown>
  return compare(rounds, batch, async () => {
    const senders = await many(batch, async (i) => clients[i % clients.length]!)
    const signed = await many(batch, async (i) => proofOf(place, senders[i]!))
    const contexts = signed.map((proof, i) =>
      contextOf({ Authorization: `DPoP ${senders[i]!.token}`, DPoP: proof }),
    )
    const keys = senders.map((sender) => sender.key)
    return [admitting(protecting, contexts), verifying(signed, keys)]
  })
}

function bearer(token: string): Context {
  return contextOf({ Authorization: `Bearer ${token}` })
}

function admitting(protecting: ResourceServer<unknown>, contexts: readonly Context[]): Batch {
  return async () => {
    for (const context of contexts) await protecting(context, next)
  }
}

/** The signatures alone, all read before. */
function verifying(tokens: readonly string[], keys: readonly Key[]): Batch {
  const signed = tokens.map((token, i) => {
    const end = token.lastIndexOf('.')
    const signature = Buffer.from(token.slice(end + 1), 'base64url')
    return { input: Buffer.from(token.slice(0, end)), signature, key: keys[i]! }
  })
  return () => {
    for (const { input, signature, key } of signed) {
      if (!verify(key.digest, input, key.publicInput, signature)) throw new Error('a bad signature')
    }
  }
}
