import { html, nothing, type TemplateResult } from 'lit'

/** Something that can be done by one press. */
export interface Deed {
  readonly title: string
  readonly says: string | TemplateResult
  readonly act: () => Promise<void>
  /** A word or two that set it apart. */
  readonly tag?: string
  readonly warning?: boolean
  readonly disabled?: boolean
  /** Where it leads, if it is a link to another window. */
  readonly href?: string
  /** Whether it opens a window, though it is no link. */
  readonly window?: boolean
}

/** A card that can be pressed all over; its name is its title alone. */
export function deed(what: Deed): TemplateResult {
  const id = `says-${what.title.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`
  const tag = what.tag === undefined ? nothing : html`<span class="tag">${what.tag}</span>`
  return html`<li class="deed ${what.warning ? 'warning' : ''}">
    <h3>${what.href === undefined ? button(what, id) : link(what, what.href, id)} ${tag}</h3>
    <p id=${id}>${what.says}</p>
  </li>`
}

function button(
  { title, act, disabled = false, window = false }: Deed,
  id: string,
): TemplateResult {
  return html`<button type="button" ?disabled=${disabled} aria-describedby=${id} @click=${act}>
    ${title}${window ? elsewhere : nothing}
  </button>`
}

function link({ title, act }: Deed, href: string, id: string): TemplateResult {
  const press = (event: MouseEvent): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    void act()
  }
  return html`<a href=${href} target="playground-log-in" aria-describedby=${id} @click=${press}>
    ${title}${elsewhere}
  </a>`
}

const elsewhere = html`&nbsp;<svg
    class="elsewhere"
    viewBox="0 0 16 16"
    role="img"
    aria-label="in a new window"
  >
    <path d="M6 3.5H3.5v9h9V10M9 3h4v4M13 3 7.5 8.5" />
  </svg>`
