import { html, nothing, type TemplateResult } from 'lit'
import type { ApiCall } from '../history.ts'
import { pathOf, readable, statusOf, verdict } from '../words/headline.ts'
import { authentication } from './authentication.ts'
import { fields } from './fields.ts'
import { stages } from './stages.ts'

/** A request to the API: what was sent, what was answered, and why. */
export function call({ request, response, decision }: ApiCall, open: boolean): TemplateResult {
  return html`<details class="call ${lookOf(response)}" ?open=${open}>
    <summary>
      <code>${request.method} ${pathOf(request.url)}</code>
      <span class="status">${response === undefined ? '…' : statusOf(response)}</span>
      <span class="verdict">${verdict(decision)}</span>
    </summary>
    <div class="call-body">
      ${decision === undefined ? nothing : html`${stages(decision)}`}
      ${decision === undefined ? nothing : authentication(decision.auth)}
      <div class="wire">
        <div>
          <h4>Request</h4>
          <p class="address"><b>${request.method}</b> <code>${readable(request.url)}</code></p>
          ${fields('Query', request.query)} ${fields('Headers', request.headers)}
          ${fields('Body', request.body)}
        </div>
        ${
          response === undefined
            ? nothing
            : html`<div>
                <h4>Answer</h4>
                <p class="address"><b>${statusOf(response)}</b></p>
                ${fields('Headers', response.headers)} ${fields('Body', response.parameters)}
                ${response.body === undefined ? nothing : html`<pre class="body">${response.body}</pre>`}
              </div>`
        }
      </div>
    </div>
  </details>`
}

function lookOf(response: ApiCall['response']): string {
  if (response === undefined) return ''
  return response.status < 400 ? 'good' : 'bad'
}
