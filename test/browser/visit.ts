import test, { type ExecutionContext } from 'ava'
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { startPlayground } from '../../example-api/playground/start.ts'
import { type Account, ada } from '../../example-api/registration.ts'
import { startChromium } from './chromium.ts'
import { Result } from './result.ts'

let browser: Browser
test.before(async () => {
  browser = await startChromium()
})
test.after.always(() => browser.close())

/** Tests the page; besides what is said, nothing must go wrong in it. */
export function visiting(
  title: string,
  run: (t: ExecutionContext, visit: Visit) => Promise<void>,
  options: BrowserContextOptions = {},
): void {
  test.serial(title, async (t) => {
    const visit = await Visit.begin(t, options)
    await run(t, visit)
    t.deepEqual(visit.wrong, [])
  })
}

/** Somebody who looks at the playground's page, and presses its buttons, while its servers run. */
export class Visit {
  readonly page: Page
  /** What it shows of the last call to the API. */
  readonly result: Result
  /** Errors and warnings on the console, and requests to other hosts. */
  readonly wrong: readonly string[]

  private constructor(page: Page, wrong: readonly string[]) {
    this.page = page
    this.result = new Result(page)
    this.wrong = wrong
  }

  /** Starts the servers, and opens the page. */
  static async begin(t: ExecutionContext, options: BrowserContextOptions): Promise<Visit> {
    const servers = await startPlayground({ api: 0, issuer: 0, playground: 0 })
    const hosts = new Set([servers.playground, servers.api, servers.issuer])
    const wrong: string[] = []
    const context = await browser.newContext({
      viewport: { width: 1440, height: 1000 },
      ...options,
    })
    context.setDefaultTimeout(30_000)
    context.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) wrong.push(message.text())
    })
    context.on('weberror', (error) => wrong.push(String(error.error())))
    context.on('request', (request) => {
      if (!hosts.has(new URL(request.url()).origin)) wrong.push(`asks ${request.url()}`)
    })
    t.teardown(async () => {
      await context.close()
      await servers.close()
    })
    const page = await context.newPage()
    await page.goto(servers.playground)
    const visit = new Visit(page, wrong)
    await visit.news('Nothing yet')
    return visit
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true })
  }

  /** Presses a card's button or link. */
  async press(name: string): Promise<void> {
    await this.card(name).click()
  }

  /** Presses what opens the authorization server's pages, which is given. */
  async open(name: string): Promise<Page> {
    const opened = this.page.waitForEvent('popup')
    await this.press(name)
    return opened
  }

  /** Presses what leads to a log-in, logs in and consents, until the client has its token. */
  async grant(name: string, client: string, account: Account = ada): Promise<void> {
    const window = await this.open(name)
    await this.logIn(window, account)
    const closed = window.waitForEvent('close')
    await window.getByRole('button', { name: 'Allow' }).click()
    await closed
    await this.news(`${client} has got a token`)
  }

  /** Logs in at the authorization server's page. */
  async logIn(window: Page, { username, password }: Account = ada): Promise<void> {
    await window.getByLabel('Username').fill(username)
    await window.getByLabel('Password').fill(password)
    await window.getByRole('button', { name: 'Log in' }).click()
  }

  /** Waits until the page says this of what happens. */
  async news(text: string | RegExp): Promise<void> {
    await this.page.getByRole('status').filter({ hasText: text }).waitFor()
  }

  /** Asks the API with the token that is chosen, and waits for what the page says of it. */
  async call(route: string, news: string | RegExp): Promise<void> {
    await this.page
      .getByRole('list', { name: 'Requests to the API' })
      .getByRole('button', { name: new RegExp(`${route}( |$)`) })
      .click()
    await this.news(news)
  }

  /** The arrows and notes of the diagram, from the top: `client > resource server: GET /orders, Bearer token`. */
  async drawn(last: string): Promise<string[]> {
    const diagram = this.page.getByRole('group', { name: 'Sequence diagram' })
    await this.page.locator('#drawing[aria-busy=false]').filter({ hasText: last }).waitFor()
    const steps = await diagram.locator('.step, .remark').evaluateAll((all) =>
      all
        .map((step) => {
          const { from, to } = step.querySelector<SVGElement>('[data-et=message]')?.dataset ?? {}
          const texts = [...step.querySelectorAll('.messageText, .noteText')]
          const text = texts.map(({ textContent }) => textContent).join(', ')
          const arrow = from === undefined ? '' : `${from} > ${to}: `
          return { top: step.getBoundingClientRect().bottom, line: arrow + text }
        })
        .toSorted((one, other) => one.top - other.top),
    )
    return steps.map(({ line }) => line.replaceAll(/\/[\w-]{6}…[\w-]{4}/g, '/…'))
  }

  /** Has the scheme dark, and waits until the diagram has been drawn anew. */
  async darken(): Promise<void> {
    const before = await this.page.locator('#drawing svg').getAttribute('id')
    await this.page.emulateMedia({ colorScheme: 'dark' })
    await this.page.locator(`#drawing[aria-busy=false] svg:not(#${before})`).waitFor()
  }

  /** The token that is chosen. */
  async token(): Promise<string> {
    const chosen = this.page.locator('.token:has(:checked)')
    return (await chosen.innerText()).replaceAll(/\s+/g, ' ')
  }

  /** A button or link; those that open a window say so in their names. */
  card(name: string): Locator {
    const named = { name: new RegExp(`^${name}( in a new window)?$`) }
    const cards = this.page.locator('.deed')
    return cards.getByRole('button', named).or(cards.getByRole('link', named))
  }
}
