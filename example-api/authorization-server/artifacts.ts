import { LRUCache } from 'lru-cache'
import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider'

/**
 * Makes the place where the authorization server keeps its grants, codes, opaque tokens and sessions:
 * this process's memory, gone when it ends.
 */
export function artifactsInMemory(): AdapterFactory {
  const artifacts = new LRUCache<string, AdapterPayload>({ max: 10_000 })

  return (kind): Adapter => {
    const key = (id: string): string => `${kind} ${id}`
    const search = (fits: (artifact: AdapterPayload) => boolean): AdapterPayload | undefined =>
      artifacts.find((artifact, at) => at.startsWith(key('')) && fits(artifact))

    return {
      async upsert(id, artifact, expiresIn) {
        artifacts.set(key(id), artifact, expiresIn === undefined ? {} : { ttl: expiresIn * 1000 })
      },
      async find(id) {
        return artifacts.get(key(id))
      },
      async findByUid(uid) {
        return search((artifact) => artifact.uid === uid)
      },
      async findByUserCode(userCode) {
        return search((artifact) => artifact.userCode === userCode)
      },
      async consume(id) {
        const artifact = artifacts.get(key(id))
        if (artifact !== undefined) artifact.consumed = Math.floor(Date.now() / 1000)
      },
      async destroy(id) {
        artifacts.delete(key(id))
      },
      async revokeByGrantId(grantId) {
        const granted = [...artifacts.entries()].filter(([, one]) => one.grantId === grantId)
        for (const [at] of granted) artifacts.delete(at)
      },
    }
  }
}
