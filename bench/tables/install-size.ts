import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { own, peers } from '../servers/catalogue.ts'
import { exactly } from '../statistics.ts'
import type { Table } from '../table.ts'
import { show } from '../units.ts'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../..', import.meta.url))
const bench = join(root, 'bench')

/** What an install in production brings, without the framework, and what ours comes to in a bundle. */
export const installSize: Table = {
  id: 'size',
  title: 'Install and bundle size',
  async measure(_world, { quick }) {
    const contenders = [...own, ...(quick ? [] : peers)].filter(
      ({ packages }) => packages.length > 0,
    )
    const rows: string[][] = []
    let ours = 0
    for (const { label, packages } of contenders) {
      const { count, size } = await installed(packages)
      if (packages.includes('koa-resource-server')) ours = count
      rows.push([label, String(count), show(size, 'KB')])
    }
    const { bundle, later } = await bundleSizes()
    rows.push(
      [
        '**koa-resource-server**, bundled, minified, gzipped: loaded at the start',
        '',
        show(bundle, 'KB'),
      ],
      ['its trace, loaded when somebody listens', '', show(later, 'KB')],
    )
    return {
      rows: [['', 'packages', 'size'], ...rows],
      figures: { packages: exactly(ours), bundle: exactly(bundle) },
      notes: ['Peer dependencies, that is the frameworks, are not counted.'],
    }
  },
}

async function installed(
  packages: readonly string[],
): Promise<{ readonly count: number; readonly size: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-install-'))
  try {
    await writeFile(join(folder, 'package.json'), '{"private":true}')
    const wanted = await Promise.all(packages.map(async (name) => source(name, folder)))
    const flags = ['--omit=dev', '--omit=peer', '--no-audit', '--no-fund', '--ignore-scripts']
    await run('npm', ['install', ...flags, ...wanted], { cwd: folder })
    const list = await readFile(join(folder, 'node_modules/.package-lock.json'), 'utf8')
    const { packages: found } = JSON.parse(list) as { packages: object }
    return { count: Object.keys(found).length, size: await sizeOf(join(folder, 'node_modules')) }
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** What npm is told to install: the version that is measured. */
async function source(name: string, folder: string): Promise<string> {
  const path = join(bench, 'node_modules', name)
  if (name === 'koa-resource-server') {
    const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', path], {
      cwd: folder,
    })
    const [packed] = JSON.parse(stdout) as readonly { readonly filename: string }[]
    return `./${basename(packed!.filename)}`
  }
  const { version } = JSON.parse(await readFile(join(path, 'package.json'), 'utf8')) as {
    version: string
  }
  return `${name}@${version}`
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const sizes = files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size)
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}

/** What is loaded at the start, and what only when it is needed. */
async function bundleSizes(): Promise<{ readonly bundle: number; readonly later: number }> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: "export * from 'koa-resource-server'", resolveDir: bench },
    outdir: bench,
    splitting: true,
    metafile: true,
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
  })
  const outputs = Object.entries(metafile.outputs)
  const start = outputs.find(([, { entryPoint }]) => entryPoint === '<stdin>')!
  const needed = new Set([start])
  for (const [, { imports }] of needed) {
    const statically = imports.filter(({ kind }) => kind === 'import-statement')
    for (const { path } of statically) {
      for (const output of outputs) if (output[0] === path) needed.add(output)
    }
  }
  const sizeOf = (chosen: typeof outputs): number => {
    const files = chosen.map(
      ([path]) => outputFiles.find((file) => basename(file.path) === basename(path))!.contents,
    )
    return gzipSync(Buffer.concat(files), { level: 9 }).length
  }
  return {
    bundle: sizeOf([...needed]),
    later: sizeOf(outputs.filter((output) => !needed.has(output))),
  }
}
