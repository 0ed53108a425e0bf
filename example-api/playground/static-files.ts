import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const browser = new URL('browser/', import.meta.url)
const mermaid = new URL('.', import.meta.resolve('mermaid'))

export interface StaticFile {
  /** `text/css` */
  readonly type: string
  readonly content: string | Uint8Array
}

/** What the page is made of. */
export interface PageFiles {
  readonly page: StaticFile
  /** Where those clients are returned to that run in the page. */
  readonly callback: StaticFile
  /** Scripts and styles, by name. */
  readonly assets: ReadonlyMap<string, StaticFile>
}

/** Reads the page's files, and puts each of its scripts with all that it imports into one. */
export async function readPageFiles(): Promise<PageFiles> {
  const names = await readdir(browser)
  const asTheyAre = names.filter((name) => ['.css', '.svg'].includes(extname(name)))
  const [page, callback, scripts, ...others] = await Promise.all([
    read('index.html'),
    read('callback.html'),
    bundle(['main.ts', 'callback.ts'].filter((name) => names.includes(name))),
    ...asTheyAre.map(async (name) => [name, await read(name)] as const),
  ])
  return { page, callback, assets: new Map([...scripts, ...others]) }
}

async function read(name: string): Promise<StaticFile> {
  return { type: types[extname(name)]!, content: await readFile(new URL(name, browser)) }
}

async function bundle(names: readonly string[]): Promise<[name: string, file: StaticFile][]> {
  const { outputFiles } = await build({
    entryPoints: names.map((name) => fileURLToPath(new URL(name, browser))),
    outdir: 'assets',
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    external: ['/libraries/*'],
    minifyWhitespace: true,
    legalComments: 'none',
  })
  return outputFiles.map(({ path, text }) => [
    basename(path),
    { type: types[extname(path)]!, content: text },
  ])
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
}

/** Reads a script of mermaid's; `undefined` if there is none of that name. */
export async function readMermaid(path: string): Promise<StaticFile | undefined> {
  // Each part begins with a letter, so that none leads out of the folder.
  if (!/^([a-z][\w.-]*\/)*[\w][\w.-]*\.mjs$/i.test(path)) return undefined
  const file = new URL(path, mermaid)
  return existsSync(file) ? { type: types['.mjs']!, content: await readFile(file) } : undefined
}
