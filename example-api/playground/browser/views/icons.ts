import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit'
import type { Role } from '../../events.ts'
import { roles } from '../words/roles.ts'

const shapes: Readonly<Record<Role, SVGTemplateResult>> = {
  'resource-owner': svg`<circle cx="12" cy="8" r="4" /><path d="M4.5 20.5c.6-4 3.6-6.2 7.5-6.2s6.9 2.2 7.5 6.2" />`,
  client: svg`<rect x="3" y="4.5" width="18" height="15" rx="2.5" /><path d="M3 9.5h18M6.3 7h.01M9 7h.01" />`,
  'authorization-server': svg`<circle cx="8" cy="15.5" r="4.5" /><path d="m11.3 12.3 8.7-8.7M15.5 8.1l3.2 3.2" />`,
  'resource-server': svg`<rect x="3.5" y="4" width="17" height="7" rx="2" /><rect x="3.5" y="13" width="17" height="7" rx="2" /><path d="M7.3 7.5h.01M7.3 16.5h.01M11 7.5h6M11 16.5h6" />`,
}

/** A role's sign, which says nothing to those who can't see it. */
export function icon(role: Role): TemplateResult {
  return html`<svg class="icon role-${role}" viewBox="0 0 24 24" aria-hidden="true">
    ${shapes[role]}
  </svg>`
}

/** From whom to whom. */
export function between(from: Role, to: Role): TemplateResult {
  return html`${named(from)}
    <span class="arrow"><span class="unseen">to</span><span aria-hidden="true">→</span></span>
    ${named(to)}`
}

/** A role's sign and name. */
export function named(role: Role): TemplateResult {
  return html`<span class="named role-${role}">${icon(role)} ${roles[role].name}</span>`
}
