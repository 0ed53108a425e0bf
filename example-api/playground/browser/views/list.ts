import { html, nothing, type TemplateResult } from 'lit'
import { labelOf } from '../diagram/label.ts'
import { type Entry, messagesOf } from '../history.ts'
import type { Playground } from '../playground.ts'
import { stopOf } from '../words/headline.ts'
import { between, named } from './icons.ts'

/** The same messages as in the diagram, one below the other. */
export function list(playground: Playground): TemplateResult {
  const { run } = playground
  if (run === undefined) return html``
  const messages = messagesOf(run)
  return html`<ol class="messages" aria-label="Messages">
    ${run.entries.map((entry, index) => {
      const open = (): void => playground.change(() => (playground.opened = index))
      const number = messages.indexOf(entry as (typeof messages)[number]) + 1
      return html`<li>${entry.type === 'note' ? note(entry) : item(entry, number, open)}</li>`
    })}
  </ol>`
}

function item(
  entry: Exclude<Entry, { type: 'note' }>,
  number: number,
  open: () => void,
): TemplateResult {
  const [first = '', ...more] = labelOf(entry, 100)
  return html`<button type="button" class=${`item ${lookOf(entry)}`} @click=${open}>
    <span class="number">${number === 0 ? nothing : number}</span>
    <span class="what">
      <span class="between">${who(entry)}</span>
      <code>${first}</code>
      ${more.length === 0 ? nothing : html`<small>${more.join(' ')}</small>`}
    </span>
  </button>`
}

function note({ text, failure }: Extract<Entry, { type: 'note' }>): TemplateResult {
  return html`<p class="remark ${failure ? 'bad' : ''}">${text}</p>`
}

function who(entry: Exclude<Entry, { type: 'note' }>): TemplateResult {
  if (entry.type === 'decision') return named('resource-server')
  if (entry.type === 'token') return named('client')
  return between(entry.from, entry.to)
}

function lookOf(entry: Entry): string {
  if (entry.type === 'decision') return stopOf(entry) === undefined ? 'aside good' : 'aside bad'
  if (entry.type === 'token') return 'aside'
  return entry.type === 'no-answer' || (entry.type === 'response' && entry.status >= 400)
    ? 'bad'
    : ''
}
