/** A page that the user-agent shows; none where it has been sent to another site. */
export interface Page {
  readonly url: URL
  readonly html: string | undefined
}

interface Cookie {
  readonly name: string
  readonly value: string
  readonly path: string
}

/** As much of a browser as one site's forms need: cookies, redirects and forms. (RFC 6749 §1.2, RFC 6265) */
export class UserAgent {
  #cookies: readonly Cookie[] = []

  /** Follows redirects to a page, or to the first address at another site, which it does not open. */
  async open(url: URL, form?: URLSearchParams): Promise<Page> {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { Cookie: this.#cookiesFor(url) },
      ...(form && { method: 'POST', body: form }),
    })
    for (const field of response.headers.getSetCookie()) this.#keep(field)
    const html = await response.text()
    const location = response.headers.get('Location')
    if (location !== null) {
      const next = new URL(location, url)
      return next.origin === url.origin ? this.open(next) : { url: next, html: undefined }
    }
    if (!response.ok) throw new Error(`${url.pathname} answered ${response.status}: ${html}`)
    return { url, html }
  }

  /** Fills in the form of a page, and submits it. */
  async submit({ url, html = '' }: Page, fields: Readonly<Record<string, string>>): Promise<Page> {
    const [form] = /<form method="post">.*?<\/form>/s.exec(html) ?? []
    for (const name of Object.keys(fields)) {
      if (!form?.includes(`name="${name}"`)) {
        throw new Error(`The page at ${url.href} has no form with ${name}`)
      }
    }
    return this.open(url, new URLSearchParams(fields))
  }

  #cookiesFor({ pathname }: URL): string {
    return this.#cookies
      .filter(({ path }) => pathname === path || pathname.startsWith(path.replace(/\/?$/, '/')))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')
  }

  #keep(field: string): void {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(field) ?? []
    if (name === undefined || value === undefined) return
    const path = /; *path=([^;]*)/i.exec(field)?.[1] ?? '/'
    const others = this.#cookies.filter((cookie) => cookie.name !== name || cookie.path !== path)
    this.#cookies = value === '' ? others : [...others, { name, value, path }]
  }
}
