import { execFile } from 'node:child_process'
import { readdir, readFile, stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import test from 'ava'
import { digest } from '../bench/digest.ts'

const run = promisify(execFile)
const root = new URL('..', import.meta.url)
const read = async (path: string): Promise<string> => readFile(new URL(path, root), 'utf8')

/** The cells of all tables in a text, whatever their columns' width. */
function cellsOf(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^[|: -]+$/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()))
}

test('docs/scale.md shows what the simulation prints', async (t) => {
  const { stdout } = await run('npx', ['tsx', 'tools/scale.ts'], { cwd: root })
  const shown = /<!-- scale -->(.*)<!-- \/scale -->/s.exec(await read('docs/scale.md'))?.[1] ?? ''
  t.true(cellsOf(shown).length > 8)
  t.deepEqual(cellsOf(shown), cellsOf(stdout))
})

test('the README has the figures of the last full benchmark', async (t) => {
  const shown = /<!-- speed -->(.*)<!-- \/speed -->/s.exec(await read('README.md'))?.[1] ?? ''
  const figures = cellsOf(digest(await read('bench/RESULTS.md')))
  t.true(figures.flat().filter((cell) => /^\d+\.\d µs/.test(cell)).length >= 16)
  t.deepEqual(cellsOf(shown), figures)
})

test('links within the documents lead somewhere', async (t) => {
  const files = await readdir(new URL('docs', root))
  const pages = [
    'README.md',
    ...files.filter((file) => file.endsWith('.md')).map((page) => `docs/${page}`),
  ]
  for (const page of pages) {
    for (const [, target = ''] of (await read(page)).matchAll(/\]\((?!https?:)([^)]+)\)/g)) {
      const [path, anchor] = target.split('#')
      const url = path ? new URL(path, new URL(page, root)) : new URL(page, root)
      if (anchor === undefined) {
        await t.notThrowsAsync(stat(url), `${page}: ${target}`)
        continue
      }
      const headings = [...(await readFile(url, 'utf8')).matchAll(/^#+ (.*)$/gm)].map(
        ([, heading]) =>
          heading!
            .toLowerCase()
            .replace(/[^\w\- ]/g, '')
            .replaceAll(' ', '-'),
      )
      t.true(headings.includes(anchor), `${page}: ${target}`)
    }
  }
})
