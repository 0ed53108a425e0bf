import { parseArgs } from 'node:util'
import type { CustomFetch } from 'openid-client'
import { fetchOverTls, plainFetch } from '../client/fetches.ts'
import { inRedis, type RedisStores } from '../resource-server/redis-stores.ts'
import { type Servers, startServers } from '../servers.ts'

/** What there is to walk through. */
export interface Given extends Omit<Servers, 'mtlsApi' | 'authorizationServer'> {
  /** `undefined` where a running API is given without it. */
  readonly mtlsApi: string | undefined
  /** `undefined` where the API keeps everything in memory. */
  readonly redis: RedisStores | undefined
}

/**
 * The servers given by `--api`, `--mtls-api` and `--issuer`, which are left running; else new ones on
 * free ports, with `--redis` one behind the API.
 *
 * @throws {Error} An argument is wrong, or what it names does not answer.
 */
export async function given(args: readonly string[]): Promise<Given> {
  const { values } = parseArgs({
    args: args.map((arg) => (arg === '--redis' ? `--redis=${usualRedis}` : arg)),
    options: {
      api: { type: 'string' },
      'mtls-api': { type: 'string' },
      issuer: { type: 'string' },
      redis: { type: 'string' },
    },
  })
  for (const [name, value] of Object.entries(values)) {
    if (!URL.canParse(value)) throw new Error(`--${name} must be a URL: got ${value}`)
  }
  const { api, 'mtls-api': mtlsApi, issuer, redis } = values
  if (api !== undefined && issuer !== undefined) {
    if (redis !== undefined) throw new Error('--redis is for an API of its own: leave out --api')
    await answer('api', api)
    await answer('issuer', issuer)
    if (mtlsApi !== undefined) await answer('mtls-api', mtlsApi, fetchOverTls())
    const close = async (): Promise<void> => undefined
    return { api: trim(api), mtlsApi: mtlsApi && trim(mtlsApi), issuer, redis: undefined, close }
  }
  if ([api, mtlsApi, issuer].some((url) => url !== undefined)) {
    throw new Error('Give both --api and --issuer, or neither')
  }
  return redis === undefined
    ? { ...(await startServers({ api: 0, issuer: 0 })), redis: undefined }
    : withRedis(await inRedis(redis))
}

const usualRedis = 'redis://127.0.0.1:6379'

async function withRedis(redis: RedisStores): Promise<Given> {
  const servers = await startServers({ api: 0, issuer: 0 }, redis)
  return {
    ...servers,
    redis,
    async close() {
      await servers.close()
      await redis.close()
    },
  }
}

function trim(url: string): string {
  return url.replace(/\/$/, '')
}

/** Resolves when there is an answer, whichever. */
async function answer(name: string, url: string, send: CustomFetch = plainFetch): Promise<void> {
  const signal = AbortSignal.timeout(5000)
  try {
    await send(url, { method: 'GET', headers: {}, body: undefined, redirect: 'manual', signal })
  } catch (cause) {
    throw new Error(`Nothing answers at ${url}, which --${name} gives`, { cause })
  }
}
