import type { Locator, Page } from 'playwright-core'

/** What the page shows of the last call to the API. */
export class Result {
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
  }

  /** The stages of the decision on the last call, as they are shown: `Verify passed`. */
  async stages(): Promise<string[]> {
    const lines = this.#lastCall().getByRole('list', { name: 'Stages' }).locator('.line')
    const texts = await lines.evaluateAll((all) =>
      all.map((line) =>
        [...line.querySelectorAll('strong, .outcome, code')]
          .map((each) => each.textContent)
          .join(' '),
      ),
    )
    return texts
  }

  /** What stands under `ctx.state.auth` for the last call. */
  async auth(): Promise<string> {
    return (await this.#lastCall().locator('.auth').innerText()).replaceAll(/\s+/g, ' ')
  }

  /** What the API has answered the last call. */
  async answer(): Promise<string> {
    return (await this.#lastCall().locator('.wire > div').last().innerText()).replaceAll(
      /\s+/g,
      ' ',
    )
  }

  /** Whether what the API knows of the token was remembered. */
  async cache(): Promise<string> {
    return this.#lastCall().locator('.line', { hasText: 'Verify' }).locator('.tag').innerText()
  }

  #lastCall(): Locator {
    return this.#page.locator('details.call').last()
  }
}
