import type { RedisStores } from '../resource-server/redis-stores.ts'
import type { Steps } from './steps.ts'

/** What the API must not forget, or need not ask again, is where other processes of it would find it. */
export async function keptInRedis(
  steps: Steps,
  redis: RedisStores,
  proofsBefore: ReadonlySet<string>,
): Promise<void> {
  const expected = { 'used proofs': 'some', 'tokens that are not active': 'some' }
  await steps.step(
    'The keys of used proofs, and of answers',
    async () => {
      const proofs = [...(await redis.keys('proofs'))].filter((key) => !proofsBefore.has(key))
      return { proofs, inactive: [...(await redis.keys('inactive'))] }
    },
    {
      expected,
      see: ({ proofs, inactive }) => ({
        'used proofs': amount(proofs),
        'tokens that are not active': amount(inactive),
      }),
    },
  )
}

function amount(keys: readonly string[]): 'none' | 'some' {
  return keys.length === 0 ? 'none' : 'some'
}
