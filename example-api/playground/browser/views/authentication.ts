import { html, type TemplateResult } from 'lit'
import type { ShownAuthentication } from '../../events.ts'
import { icon } from './icons.ts'

/** Who acts, and on whose behalf, as the API's handlers see it. */
export function authentication(auth: ShownAuthentication | undefined): TemplateResult {
  if (auth === undefined) {
    return html`<p class="auth none">
      <code>ctx.state.auth</code> is not there: no handler of the API has run.
    </p>`
  }
  const { onBehalfOf, resourceOwner, client, subject, issuer, scopes, expiresAt } = auth
  const owner = resourceOwner?.username ?? resourceOwner?.subject
  const behalf = { 'resource-owner': owner ?? 'a person', client: 'itself', unknown: 'unknown' }
  return html`<div class="auth">
    <h4><code>ctx.state.auth</code></h4>
    <p class="sentence">
      ${icon('client')} <strong>${client?.id ?? 'A client'}</strong> acts on behalf of
      ${onBehalfOf === 'resource-owner' ? icon('resource-owner') : ''}
      <strong>${behalf[onBehalfOf]}</strong>
    </p>
    <dl>
      ${Object.entries({
        onBehalfOf: `'${onBehalfOf}'`,
        resourceOwner: resourceOwner === undefined ? 'undefined' : listed(resourceOwner),
        client: client === undefined ? 'undefined' : listed(client),
        scopes: scopes.length === 0 ? 'none' : scopes.join(' '),
        subject: subject ?? 'undefined',
        issuer,
        expiresAt:
          expiresAt === undefined ? 'undefined' : new Date(expiresAt * 1000).toLocaleString(),
      }).map(
        ([name, value]) =>
          html`<div>
            <dt><code>${name}</code></dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
  </div>`
}

function listed(object: object): string {
  return Object.entries(object)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join(', ')
}
