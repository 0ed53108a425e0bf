import { html, type TemplateResult } from 'lit'

/** Sections of standards, each linked to where it is published: `RFC 6749 §4.1.3, RFC 7636 §4.5`. */
export function sectionLink(sections: string): TemplateResult {
  let rfc: string | undefined
  return html`${sections.split(', ').map((section, index) => {
    rfc = /RFC (\d+)/.exec(section)?.[1] ?? rfc
    const [, part] = /§([\w.]+)/.exec(section) ?? []
    return html`${index === 0 ? '' : ', '}${one(section, rfc, part)}`
  })}`
}

function one(section: string, rfc: string | undefined, part: string | undefined): TemplateResult {
  if (rfc === undefined) return html`<span class="section">${section}</span>`
  const anchor = part === undefined ? '' : `#section-${part}`
  const address = `https://www.rfc-editor.org/rfc/rfc${rfc}.html${anchor}`
  return html`<a class="section" href=${address} target="_blank" rel="noreferrer">${section}</a>`
}
