import { Session } from 'node:inspector/promises'
import type { Profiler } from 'node:inspector'
import { jwt, type ResourceServer, resourceServer } from 'koa-resource-server'
import { startedWith, tell } from '../child.ts'
import { makeKey } from '../keys.ts'
import type { Place } from '../servers/server.ts'
import { accessTokens } from '../tokens.ts'
import { contextOf } from './contexts.ts'

export interface ProfileQuestion {
  readonly place: Place
  /** Requests that are looked at, of each kind. */
  readonly count: number
}

/** Where the time of one request goes, in microseconds, the most first. */
export type ProfileAnswer = readonly (readonly [what: string, time: number])[]

const { place, count } = startedWith() as ProfileQuestion
const key = makeKey('RS256')
const tokens = jwt({ issuer: place.issuer, jwks: { keys: [key.publicJwk] } })
const protect = resourceServer({ audience: place.audience, tokens }) as ResourceServer<unknown>
const session = new Session()
session.connect()
await session.post('Profiler.enable')
await session.post('Profiler.setSamplingInterval', { interval: 50 })

const seen = await accessTokens(place, key, 1)
const warm = await accessTokens(place, key, count)
await present(warm)
await present(many(seen))
const fresh = await accessTokens(place, key, count)
tell({ fresh: await profiled(fresh), seen: await profiled(many(seen)) })

function many([token]: readonly string[]): readonly string[] {
  return Array.from({ length: count }, () => token!)
}

async function present(tokens: readonly string[]): Promise<void> {
  const contexts = tokens.map((token) => contextOf({ Authorization: `Bearer ${token}` }))
  for (const context of contexts) await protect(context, async () => undefined)
}

async function profiled(tokens: readonly string[]): Promise<ProfileAnswer> {
  const contexts = tokens.map((token) => contextOf({ Authorization: `Bearer ${token}` }))
  globalThis.gc!({ type: 'minor' })
  await session.post('Profiler.start')
  for (const context of contexts) await protect(context, async () => undefined)
  const { profile } = await session.post('Profiler.stop')
  return shares(profile)
}

/** Adds up the time that functions spend themselves, by what they are about. */
function shares({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): ProfileAnswer {
  const places = new Map(nodes.map((node) => [node.id, node]))
  const callers = new Map(nodes.flatMap(({ id, children = [] }) => children.map((of) => [of, id])))
  const times = new Map<string, number>()
  for (const [i, id] of samples.entries()) {
    const what = nameOf(places.get(id)!, places.get(callers.get(id)!))
    if (what !== undefined) times.set(what, (times.get(what) ?? 0) + timeDeltas[i]! / count)
  }
  return [...times].toSorted(([, a], [, b]) => b - a)
}

/** What a function is about; nothing of ours, if it is what measures. What is native has no URL, and is of whom it is called by. */
function nameOf(node: Profiler.ProfileNode, caller?: Profiler.ProfileNode): string | undefined {
  const native = node.callFrame.url === '' && !node.callFrame.functionName.startsWith('(')
  const { functionName, url } = native && caller ? caller.callFrame : node.callFrame
  const name = functionName.replace(/\d+$/, '')
  if (url.includes('koa-resource-server/dist')) return `\`${name || 'an inner function'}\``
  if (url.includes('/lru-cache/')) return 'lru-cache'
  if (url === 'node:internal/crypto/sig') return 'the signature, `crypto.verify`'
  if (url === 'node:internal/crypto/hash') return 'SHA-256 of the token, `crypto.hash`'
  if (url.startsWith('node:buffer') || url.startsWith('node:internal/buffer')) return 'buffers'
  if (url === 'node:inspector' || url === import.meta.url) return undefined
  if (name === '(garbage collector)') return 'garbage collection'
  return name.startsWith('(') ? 'V8, and the profiler itself' : 'the rest of Node.js'
}
