import type { Page } from 'playwright-core'
import { ada } from '../../example-api/registration.ts'
import { visiting } from './visit.ts'

/** The name of what has the focus. */
async function focused(page: Page): Promise<string> {
  const text = await page.evaluate(() => {
    const { activeElement: element } = document
    const [label] = (element as HTMLInputElement | null)?.labels ?? []
    const named = element?.querySelector(':scope > title') ?? label ?? element
    return element?.getAttribute('aria-label') ?? named?.textContent ?? ''
  })
  return text.trim().replaceAll(/\s+/g, ' ')
}

/** Presses Tab until what has this name has the focus. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  const reached: string[] = []
  for (let time = 0; time < 80; time++) {
    await page.keyboard.press('Tab')
    reached.push(await focused(page))
    if (name.test(reached.at(-1)!)) return
  }
  throw new Error(`Tab never comes to ${name}, but to ${reached.join(' | ')}`)
}

visiting('A whole flow by keyboard alone', async (t, visit) => {
  const { page } = visit
  await tabTo(page, /^Skip to what happens$/)
  t.true(await page.getByRole('link', { name: 'Skip to what happens' }).isVisible())
  await tabTo(page, /^Authorization code with PKCE/)
  const opened = page.waitForEvent('popup')
  await page.keyboard.press('Enter')
  const window = await opened
  await window.getByLabel('Username').waitFor()
  await window.keyboard.type(ada.username)
  await tabTo(window, /^Password$/)
  await window.keyboard.type(ada.password)
  await window.keyboard.press('Enter')
  await window.getByRole('button', { name: 'Allow' }).waitFor()
  await tabTo(window, /^Allow$/)
  const closed = window.waitForEvent('close')
  await window.keyboard.press('Enter')
  await closed
  await visit.news('The Shop has got a token')

  await tabTo(page, /^GET \/orders/)
  await page.keyboard.press('Enter')
  await visit.news('GET /orders: 200 OK. Let in.')
  await visit.drawn('let in')

  const first = '1. Client to Resource server: GET /orders, Bearer token'
  await tabTo(page, new RegExp(`^${first}$`))
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('heading', { name: '1. GET /orders' }).waitFor()
  await tabTo(page, /^Next/)
  await page.keyboard.press('Enter')
  await dialog.getByRole('heading', { name: /^2\. GET/ }).waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  t.is(await focused(page), first)
  await page.keyboard.press(' ')
  await dialog.getByRole('heading', { name: '1. GET /orders' }).waitFor()
  await tabTo(page, /^Close$/)
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'hidden' })

  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('ArrowRight')
  await page.getByRole('list', { name: 'Messages' }).waitFor()
  t.true(await page.getByRole('radio', { name: 'List' }).isChecked())
  await tabTo(page, /Client to→ Resource server GET \/orders/)
})

visiting('What has the focus keeps it while the diagram goes on', async (t, visit) => {
  await visit.press('Client credentials')
  await visit.drawn('has a token')
  const first = visit.page
    .getByRole('group', { name: 'Sequence diagram' })
    .getByRole('button')
    .first()
  await first.focus()
  await visit.darken()
  t.regex(await focused(visit.page), /^1\. Client to Authorization server: GET/)
})
