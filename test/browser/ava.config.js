export default {
  extensions: { ts: 'module' },
  files: ['test/browser/*.browser.ts'],
  nodeArguments: ['--import=tsx'],
  workerThreads: false,
  concurrency: 2,
  timeout: '2m',
}
