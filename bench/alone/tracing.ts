import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'
import type * as Package from 'koa-resource-server'
import { startedWith, tell } from '../child.ts'
import { makeKey } from '../keys.ts'
import type { Place } from '../servers/server.ts'
import { accessTokens } from '../tokens.ts'
import { contextOf } from './contexts.ts'
import { type Batch, compare, type Pair } from './timing.ts'

export interface TracingQuestion {
  readonly place: Place
  readonly rounds: number
  readonly batch: number
}

/** The package's middleware as it is, beside one that is otherwise traced. */
export interface TracingAnswer {
  /** Nobody listens, beside a build in which no trace starts. */
  readonly silent: Pair
  /** The same for tokens not seen before. */
  readonly silentNew: Pair
  /** Somebody listens, beside nobody. */
  readonly heard: Pair
}

const { place, rounds, batch } = startedWith() as TracingQuestion
const root = fileURLToPath(new URL('../../..', import.meta.url))
const key = makeKey('RS256')
const next = async (): Promise<void> => undefined

const silenced: Plugin = {
  name: 'no trace',
  setup(build) {
    build.onLoad({ filter: /[/\\]trace[/\\]start\.ts$/ }, () => ({
      contents: 'export const isHeard = () => false; export const startTrace = undefined',
    }))
  },
}
const own = await protecting('as-it-is', [])
const other = await protecting('untraced', [silenced])

const [token] = await accessTokens(place, key, 1)
const seen = async (): Promise<readonly string[]> => Array.from({ length: batch }, () => token!)
const fresh = async (): Promise<readonly string[]> => accessTokens(place, key, batch)

tell({
  silent: await compare(rounds, batch, async () => {
    const tokens = await seen()
    return [admitting(own, tokens), admitting(other, tokens)]
  }),
  silentNew: await compare(rounds, batch, async () => {
    const tokens = await fresh()
    return [admitting(own, tokens), admitting(other, tokens)]
  }),
  heard: await compare(rounds, batch, async () => {
    const tokens = await seen()
    return [heard(admitting(own, tokens)), admitting(own, tokens)]
  }),
} satisfies TracingAnswer)

/** Builds the package from its source; both ways alike, but for the plugins. */
async function protecting(
  name: string,
  plugins: Plugin[],
): Promise<Package.ResourceServer<unknown>> {
  const outfile = join(root, 'bench/dist/alone', `${name}.js`)
  await build({
    entryPoints: [join(root, 'src/index.ts')],
    outfile,
    plugins,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
  })
  const { jwt, resourceServer } = (await import(pathToFileURL(outfile).href)) as typeof Package
  const { issuer, audience } = place
  const tokens = jwt({ issuer, jwks: { keys: [key.publicJwk] } })
  return resourceServer({ audience, tokens }) as Package.ResourceServer<unknown>
}

function admitting(by: Package.ResourceServer<unknown>, tokens: readonly string[]): Batch {
  const contexts = tokens.map((each) => contextOf({ Authorization: `Bearer ${each}` }))
  return async () => {
    for (const context of contexts) await by(context, next)
  }
}

/** The same while somebody listens to every decision. */
function heard(run: Batch): Batch {
  const listen = (): void => undefined
  const names = ['koa-resource-server:stage', 'koa-resource-server:request']
  return async () => {
    for (const name of names) subscribe(name, listen)
    await run()
    for (const name of names) unsubscribe(name, listen)
  }
}
