export default {
  extensions: { ts: 'module' },
  files: ['test/redis/*.redis.ts'],
  nodeArguments: ['--import=tsx'],
  workerThreads: false,
  concurrency: 2,
  timeout: '2m',
}
