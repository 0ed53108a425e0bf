import { spawnSync } from 'node:child_process'
import { suiteNeeding } from '../../tools/suite-needing.ts'

/** Runs the tests against redis-servers of their own. */
const isThere = spawnSync('sh', ['-c', 'command -v redis-server']).status === 0
const missing = isThere ? undefined : 'There is no redis-server on the PATH.'
await suiteNeeding(import.meta.url, '.redis.ts', missing)
