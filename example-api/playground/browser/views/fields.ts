import { html, nothing, type TemplateResult } from 'lit'
import type { Field } from '../../events.ts'
import { meaningOf } from '../words/glossary.ts'
import { jwt } from './jwt.ts'

/** Names and values, with what they are for. */
export function fields(title: string, all: readonly Field[]): TemplateResult | typeof nothing {
  if (all.length === 0) return nothing
  return html`<section class="fields">
    <h3>${title}</h3>
    <dl>
      ${all.map(
        (field) =>
          html`<div>
            <dt><code>${field.name}</code></dt>
            <dd>
              <code class=${field.shortened ? 'shortened' : ''}>${field.value}</code>
              ${field.shortened ? html`<span class="tag">shortened</span>` : nothing}
              ${meaning(field)}
              ${field.jwt === undefined ? nothing : jwt(field.jwt, 'What this JWT says')}
            </dd>
          </div>`,
      )}
    </dl>
  </section>`
}

function meaning({ name }: Field): TemplateResult | typeof nothing {
  const text = meaningOf(name)
  return text === undefined ? nothing : html`<small>${text}</small>`
}
