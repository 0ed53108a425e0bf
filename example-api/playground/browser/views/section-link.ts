import { html, type TemplateResult } from 'lit'

/** A section of a standard, linked to where it is published: `RFC 9068 §4`. */
export function sectionLink(section: string): TemplateResult {
  const [, number, part] = /^RFC (\d+)(?: §([\w.]+))?/.exec(section) ?? []
  if (number === undefined) return html`<span class="section">${section}</span>`
  const anchor = part === undefined ? '' : `#section-${part}`
  const address = `https://www.rfc-editor.org/rfc/rfc${number}.html${anchor}`
  return html`<a class="section" href=${address} target="_blank" rel="noreferrer">${section}</a>`
}
