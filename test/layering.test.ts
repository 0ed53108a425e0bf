import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test from 'ava'

const oxlint = fileURLToPath(new URL('../node_modules/oxlint/bin/oxlint', import.meta.url))

/** What may be imported in each folder of `src/`, and examples of what may not. */
const layers: readonly [file: string, allowed: readonly string[], refused: readonly string[]][] = [
  [
    'protocol/a.ts',
    ['./claims.ts'],
    ['node:crypto', 'jose', 'koa', '../tokens/jwt.ts', '../stores/store.ts', '../index.ts'],
  ],
  [
    'resilience/a.ts',
    ['./deadline.ts', '../protocol/time.ts'],
    ['node:timers', 'lru-cache', '../stores/store.ts', '../tokens/jwt.ts'],
  ],
  [
    'signatures/a.ts',
    ['./jws.ts', '../protocol/algorithms.ts', 'node:crypto'],
    ['node:http', 'jose', 'lru-cache', '../tokens/jwt.ts', '../confirmation/dpop.ts'],
  ],
  [
    'stores/a.ts',
    ['./store.ts', '../protocol/time.ts', '../resilience/deadline.ts', 'node:crypto'],
    ['lru-cache', 'node:fs', '../tokens/jwt.ts', '../confirmation/confirm.ts'],
  ],
  ['stores/memory.ts', ['./store.ts', 'lru-cache'], ['jose', 'koa', '../tokens/jwt.ts']],
  [
    'tokens/a.ts',
    [
      './jwt.ts',
      '../protocol/claims.ts',
      '../resilience/deadline.ts',
      '../signatures/jws.ts',
      '../stores/store.ts',
      '../trace/channels.ts',
      'node:timers/promises',
    ],
    ['../confirmation/confirm.ts', '../authenticate.ts', '../middleware/auth-state.ts', 'jose'],
  ],
  [
    'confirmation/a.ts',
    [
      './confirm.ts',
      '../protocol/claims.ts',
      '../signatures/jws.ts',
      '../stores/store.ts',
      'lru-cache',
      'node:crypto',
    ],
    ['../tokens/token-verifier.ts', '../authenticate.ts', '../testing/index.ts', 'koa'],
  ],
  [
    'authenticate.ts',
    ['./protocol/claims.ts', './tokens/token-verifier.ts', './confirmation/confirm.ts'],
    ['./tokens/jwt.ts', './stores/store.ts', './middleware/auth-state.ts', 'koa', 'node:http'],
  ],
  [
    'middleware/a.ts',
    [
      './auth-state.ts',
      'koa',
      '../authenticate.ts',
      '../protocol/errors.ts',
      '../resilience/deadline.ts',
      '../tokens/token-verifier.ts',
      '../confirmation/confirmation-method.ts',
      '../trace/start.ts',
    ],
    ['../tokens/jwt.ts', '../confirmation/confirm.ts', '../stores/store.ts', 'jose', 'node:http'],
  ],
  [
    'trace/a.ts',
    ['./channels.ts', 'node:diagnostics_channel', '../authenticate.ts', '../protocol/errors.ts'],
    ['../middleware/auth-state.ts', '../tokens/jwt.ts', 'koa', 'node:http'],
  ],
  [
    'metadata/a.ts',
    [
      './derived-members.ts',
      'koa',
      '../middleware/resource-description.ts',
      '../protocol/options.ts',
      '../signatures/signing-key.ts',
      '../tokens/secure-url.ts',
    ],
    ['../middleware/resource-server.ts', '../tokens/jwt.ts', '../confirmation/dpop.ts', 'jose'],
  ],
  [
    'opentelemetry/a.ts',
    [
      './few.ts',
      '../protocol/options.ts',
      '../trace/messages.ts',
      '@opentelemetry/api',
      'node:diagnostics_channel',
    ],
    [
      '@opentelemetry/sdk-metrics',
      'koa',
      'node:http',
      '../protocol/errors.ts',
      '../authenticate.ts',
      '../tokens/jwt.ts',
    ],
  ],
  [
    'vendors/a.ts',
    ['./keycloak.ts', '../protocol/dialect.ts', '../protocol/trusted-issuer.ts'],
    ['node:url', 'jose', 'koa', '../protocol/errors.ts', '../tokens/jwt.ts', '../index.ts'],
  ],
  ['testing/a.ts', ['../protocol/errors.ts', '../tokens/jwt.ts', 'jose', 'node:http'], []],
  ['index.ts', ['./tokens/jwt.ts', './middleware/resource-server.ts'], []],
  ['a-folder-without-a-line/a.ts', [], ['./b.ts', '../protocol/errors.ts', 'node:http']],
]

test('each folder of src/ imports what .oxlintrc.json allows it, and nothing else', async (t) => {
  const lines = (specifiers: readonly string[]): string =>
    specifiers.map((specifier) => `import '${specifier}'\n`).join('')
  const findings = await lint(
    t.teardown,
    layers.map(([file, allowed, refused]) => [file, lines([...allowed, ...refused])]),
  )
  for (const [file, , refused] of layers) {
    const found = findings.filter(({ filename }) => filename === join('src', file))
    const specifiers = found.map(({ message }) =>
      message.replace(/^'(.*)' import is restricted.*/, '$1'),
    )
    t.deepEqual(specifiers.toSorted(), refused.toSorted(), file)
  }
})

test('a dynamic import, a re-export and a type import count as imports', async (t) => {
  const findings = await lint(t.teardown, [
    ['protocol/dynamic.ts', `await import('jose')\n`],
    ['protocol/export.ts', `export { jwt } from '../tokens/jwt.ts'\n`],
    ['protocol/type.ts', `import type { Context } from 'koa'\nexport type Alias = Context\n`],
  ])
  t.is(findings.length, 3)
})

test('files that import each other in a circle are refused', async (t) => {
  const findings = await lint(t.teardown, [
    ['protocol/one.ts', `import { two } from './two.ts'\nexport const one = () => two\n`],
    ['protocol/two.ts', `import { one } from './one.ts'\nexport const two = () => one\n`],
  ])
  t.deepEqual(
    findings.map(({ code }) => code),
    ['import(no-cycle)', 'import(no-cycle)'],
  )
})

interface Finding {
  readonly filename: string
  readonly code: string
  readonly message: string
}

/** What the project's layering rules find in files planted in a `src/` of their own. */
async function lint(
  teardown: (remove: () => Promise<void>) => void,
  files: readonly (readonly [name: string, content: string])[],
): Promise<readonly Finding[]> {
  const folder = await mkdtemp(join(tmpdir(), 'layering-'))
  teardown(() => rm(folder, { recursive: true }))
  const { plugins, overrides, rules } = JSON.parse(await readFile('.oxlintrc.json', 'utf8'))
  const config = {
    plugins,
    overrides,
    rules: { 'import/no-cycle': rules['import/no-cycle'] },
    categories: { correctness: 'off' },
  }
  await writeFile(join(folder, '.oxlintrc.json'), JSON.stringify(config))
  for (const [name, content] of files) {
    const path = join(folder, 'src', name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, content)
  }
  const { stdout } = spawnSync(process.execPath, [oxlint, '--format=json'], {
    cwd: folder,
    encoding: 'utf8',
  })
  return (JSON.parse(stdout) as { diagnostics: Finding[] }).diagnostics
}
