import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { ExecutionContext } from 'ava'
import axe from 'axe-core'
import { type Visit, visiting } from './visit.ts'

const folder = fileURLToPath(new URL('screenshots/', import.meta.url))

/** Keeps a picture for people to look at. */
async function picture({ page }: Visit, name: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await page.mouse.move(0, 0)
  await page.screenshot({ path: `${folder}${name}.png`, animations: 'disabled' })
}

/** Nothing that keeps people from using the page. */
async function accessible(t: ExecutionContext, { page }: Visit, where: string): Promise<void> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(),
  )
  const found = violations.map(({ id, impact, nodes }) => {
    const first = nodes[0]
    return `${id} (${impact}), ${nodes.length}: ${String(first?.target)} ${first?.failureSummary}`
  })
  t.deepEqual(found, [], where)
}

/** The page is no wider than the window. */
async function fits(t: ExecutionContext, { page }: Visit, where: string): Promise<void> {
  const wide = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    if (scrollWidth <= clientWidth) return []
    const texts = `${scrollWidth} wide`
    const elements = [...document.querySelectorAll('body *')]
      .filter((element) => element.getBoundingClientRect().right > clientWidth)
      .map(({ tagName, className }) => `${tagName}.${className}`)
    return [texts, ...elements]
  })
  t.deepEqual(wide, [], where)
}

/** Goes where there is something to see. */
async function fill(visit: Visit): Promise<void> {
  await visit.grant('Authorization code with PKCE', 'The Shop')
  await visit.call('POST /orders', 'POST /orders: 201')
  await visit.call('GET /orders', 'GET /orders: 200')
}

async function lookBack({ page }: Visit, run: string): Promise<void> {
  await page.getByLabel('Look back at').selectOption(run)
}

for (const colorScheme of ['light', 'dark'] as const) {
  visiting(
    `The page in ${colorScheme}`,
    async (t, visit) => {
      const { page } = visit
      await page.locator('#drawing svg').waitFor()
      await picture(visit, `${colorScheme}-empty`)
      await accessible(t, visit, 'empty')
      await fill(visit)
      await visit.drawn('let in')
      await page.evaluate(() => scrollTo(0, 0))
      await picture(visit, `${colorScheme}-call`)
      await accessible(t, visit, 'a call')

      await lookBack(visit, '1. Authorization code with PKCE')
      await visit.drawn('the page “Done”')
      await picture(visit, `${colorScheme}-grant`)
      await accessible(t, visit, 'a grant')
      await page
        .getByRole('button', { name: /Authorization server to Client: 200 OK, acc/ })
        .click()
      await page.getByRole('dialog').locator('summary').first().click()
      await picture(visit, `${colorScheme}-details`)
      await accessible(t, visit, 'details')
      await page.keyboard.press('Escape')

      await visit.press('Stolen DPoP token')
      await visit.news('401 Unauthorized. Refused at “Confirm”')
      await visit.drawn('thief’s own')
      await picture(visit, `${colorScheme}-refusal`)
      await page.locator('.stages').last().scrollIntoViewIfNeeded()
      await picture(visit, `${colorScheme}-decision`)
      await page.getByRole('radio', { name: 'List' }).check()
      await accessible(t, visit, 'a refusal, as a list')
    },
    { colorScheme },
  )

  visiting(
    `The page on a phone, in ${colorScheme}`,
    async (t, visit) => {
      const { page } = visit
      t.true(await page.getByRole('radio', { name: 'List' }).isChecked())
      await fits(t, visit, 'empty')
      await picture(visit, `phone-${colorScheme}-empty`)
      await fill(visit)
      await fits(t, visit, 'a call')
      await accessible(t, visit, 'a call')
      await picture(visit, `phone-${colorScheme}-deeds`)
      await page.getByRole('link', { name: /^GET \/orders: 200 OK/ }).click()
      await picture(visit, `phone-${colorScheme}-list`)
      await page.getByRole('heading', { name: 'What the API decides' }).evaluate((heading) => {
        heading.scrollIntoView()
      })
      await picture(visit, `phone-${colorScheme}-decision`)

      await page.getByRole('button', { name: /Client to Resource server GET \/orders/ }).click()
      await page.getByRole('dialog').locator('summary').first().click()
      await fits(t, visit, 'details')
      await picture(visit, `phone-${colorScheme}-details`)
      await accessible(t, visit, 'details')
      await page.keyboard.press('Escape')

      await page.getByRole('radio', { name: 'Diagram' }).check()
      await visit.drawn('let in')
      await fits(t, visit, 'a diagram')
      await accessible(t, visit, 'a diagram')
      await page.getByRole('region', { name: 'Messages as a diagram' }).scrollIntoViewIfNeeded()
      await picture(visit, `phone-${colorScheme}-diagram`)
    },
    { colorScheme, viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 },
  )
}
