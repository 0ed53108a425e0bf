import { html, nothing, type TemplateResult } from 'lit'
import { ref } from 'lit/directives/ref.js'
import { type Entry, messagesOf, requestOf, type Run } from '../history.ts'
import type { Playground } from '../playground.ts'
import { pathOf, readable, statusOf, verdict } from '../words/headline.ts'
import { authentication } from './authentication.ts'
import { fields } from './fields.ts'
import { between } from './icons.ts'
import { sectionLink } from './section-link.ts'
import { stages } from './stages.ts'

/** What there is to know of one message, in a window of its own in the page. */
export function details(playground: Playground): TemplateResult {
  const { run, opened } = playground
  const entry = run?.entries[opened ?? -1]
  const close = (): void => playground.change(() => (playground.opened = undefined))
  const show = (element?: Element): void => {
    const dialog = element as HTMLDialogElement | undefined
    if (dialog === undefined || dialog.open === (entry !== undefined)) return
    if (entry === undefined) dialog.close()
    else dialog.showModal()
  }
  const outside = ({ target, currentTarget }: Event): void => {
    if (target === currentTarget) close()
  }
  return html`<dialog aria-labelledby="details" @close=${close} @click=${outside} ${ref(show)}>
    ${run === undefined || entry === undefined ? nothing : sheet(playground, run, entry, close)}
  </dialog>`
}

function sheet(playground: Playground, run: Run, entry: Entry, close: () => void): TemplateResult {
  const { entries } = run
  const at = entries.indexOf(entry)
  const previous = entries.findLastIndex((one, index) => index < at && one.type !== 'note')
  const next = entries.findIndex((one, index) => index > at && one.type !== 'note')
  const go = (to: number) => (): void => playground.change(() => (playground.opened = to))
  return html`<div class="details">
    <div class="head">
      <h2 id="details">${titleOf(run, entry)}</h2>
      <button type="button" class="close" aria-label="Close" autofocus @click=${close}>✕</button>
    </div>
    <div class="content" tabindex="0" role="group" aria-labelledby="details">
      ${contents[entry.type](entry as never, run)}
    </div>
    <div class="foot">
      <button type="button" class="plain-button" ?disabled=${previous < 0} @click=${go(previous)}>
        ← Before
      </button>
      <button type="button" class="plain-button" ?disabled=${next < 0} @click=${go(next)}>
        Next →
      </button>
    </div>
  </div>`
}

function titleOf(run: Run, entry: Entry): string {
  if (entry.type === 'decision') return 'The API decides'
  if (entry.type === 'token') return `${entry.client} has got a token`
  if (entry.type === 'note') return 'Note'
  const number = messagesOf(run).indexOf(entry) + 1
  if (entry.type === 'response') return `${number}. ${statusOf(entry)}`
  return `${number}. ${entry.method} ${pathOf(entry.url)}`
}

type Contents = {
  readonly [Type in Entry['type']]: (
    entry: Extract<Entry, { readonly type: Type }>,
    run: Run,
  ) => TemplateResult
}

const contents: Contents = {
  request: (entry) =>
    html`${route(entry)}
      <p class="purpose">${entry.purpose} ${cited(entry.section)}</p>
      ${address(entry)} ${fields('Query', entry.query)} ${fields('Headers', entry.headers)}
      ${fields('Body', entry.body)}`,

  response(entry, run) {
    const { exchange, headers, parameters, body, status } = entry
    const request = requestOf(run, exchange)
    const redirects = status >= 300 && status < 400
    return html`${route(entry)}
      <p class="purpose">
        ${request && `Answers ${request.method} ${pathOf(request.url)}:`} ${request?.purpose}
        ${cited(request?.section)}
      </p>
      ${fields('Headers', headers)} ${fields(redirects ? 'In the address' : 'Body', parameters)}
      ${body === undefined ? nothing : html`<pre class="body">${body}</pre>`}`
  },

  'no-answer': (entry) =>
    html`${route(entry)}
      <p class="purpose">Nobody answers: the server is off.</p>
      ${address(entry)}`,

  decision: (entry) =>
    html`<p class="purpose">${verdict(entry)}</p>
      ${stages(entry)} ${authentication(entry.auth)}`,

  token: ({ grant, scope, value }) =>
    html`<p class="purpose">By this way: ${grant}. Its scope: ${scope || 'none'}.</p>
      ${fields('Token', [value])}`,

  note: ({ text }) => html`<p class="purpose">${text}</p>`,
}

function address({ method, url }: { method: string; url: string }): TemplateResult {
  return html`<p class="address"><b>${method}</b> <code>${readable(url)}</code></p>`
}

function route({ from, to }: Extract<Entry, { from: string }>): TemplateResult {
  return html`<p class="between">${between(from, to)}</p>`
}

function cited(section: string | undefined): TemplateResult | typeof nothing {
  return section === undefined ? nothing : sectionLink(section)
}
