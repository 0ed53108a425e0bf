import { spawnSync } from 'node:child_process'
import { type Browser, chromium } from 'playwright-core'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** Where a Chromium is: the one that CHROMIUM names, else one on the PATH. */
export function findChromium(): string | undefined {
  const { CHROMIUM: named } = process.env
  if (named !== undefined && named !== '') return named
  const script = names.map((name) => `command -v ${name}`).join(' || ')
  const { stdout } = spawnSync('sh', ['-c', script], { encoding: 'utf8' })
  return stdout.trim() === '' ? undefined : stdout.trim()
}

/** Starts it, with nothing of its own that asks other hosts. */
export function startChromium(): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === undefined) throw new Error('There is no Chromium')
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
