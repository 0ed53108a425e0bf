import { html, type TemplateResult } from 'lit'
import { meaningOf } from '../words/glossary.ts'

interface Jwt {
  readonly header: object
  readonly claims: object
}

/** A JWT's header and claims, to be unfolded. (RFC 7519 §3) */
export function jwt({ header, claims }: Jwt, summary: string): TemplateResult {
  return html`<details class="jwt">
    <summary>${summary}</summary>
    <h4>Header</h4>
    ${members(header)}
    <h4>Claims</h4>
    ${members(claims)}
  </details>`
}

function members(object: object): TemplateResult {
  return html`<dl class="json">
    ${Object.entries(object).map(
      ([name, value]) =>
        html`<div>
          <dt><code>${name}</code></dt>
          <dd>
            <code>${JSON.stringify(value, undefined, 2)}</code>
            <small>${timeOf(name, value)} ${meaningOf(name)}</small>
          </dd>
        </div>`,
    )}
  </dl>`
}

const times = new Set(['exp', 'iat', 'nbf', 'auth_time'])

function timeOf(name: string, value: unknown): string {
  return times.has(name) && typeof value === 'number'
    ? `${new Date(value * 1000).toLocaleTimeString()}.`
    : ''
}
