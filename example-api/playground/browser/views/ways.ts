import { html, type TemplateResult } from 'lit'
import type { Playground } from '../playground.ts'
import { accounts } from './accounts.ts'
import { deed } from './deed.ts'
import { sectionLink } from './section-link.ts'

/** Step 1: the ways to a token. */
export function ways(playground: Playground): TemplateResult {
  const refreshable = playground.history.tokens.findLast((token) => token.refreshable)
  const chosen = playground.token?.refreshable === true ? playground.token : refreshable
  const clients = playground.setup
  return html`<section aria-labelledby="ways">
    <h2 id="ways"><span class="step-number">1</span> Get a token</h2>
    ${accounts(playground)}
    <ul class="deeds-list">
      ${deed({
        title: 'Authorization code with PKCE',
        says: 'For an app with a back end: the browser carries a one-time code, the back end trades it for the token.',
        tag: 'recommended',
        href: '/start/authorization-code',
        act: () => playground.start('/start/authorization-code'),
      })}
      ${deed({
        title: 'Authorization code, browser only',
        says: `The same for an app without a back end: ${clients.browserClient.name} runs in this very page.`,
        act: () => playground.authorizationCode(),
        window: true,
      })}
      ${deed({
        title: 'Client credentials',
        says: 'No person is present: a nightly job gets a token for itself.',
        act: () => playground.post('/grants/client-credentials'),
      })}
      ${deed({
        title: 'Refresh',
        says:
          chosen === undefined
            ? 'Gets the next token without the person. First get one by the authorization code.'
            : `Gets the next token for ${chosen.client}, without asking the person again.`,
        disabled: chosen === undefined,
        act: () => playground.post('/grants/refresh', { token: chosen?.token }),
      })}
      ${deed({
        title: 'DPoP-bound token',
        says: 'Bound to a key that the app keeps: who steals the token can’t use it.',
        tag: 'safest',
        href: '/start/dpop',
        act: () => playground.start('/start/dpop'),
      })}
      ${deed({
        title: 'Opaque token',
        says: 'It says nothing by itself: the API asks the authorization server about it.',
        href: '/start/opaque',
        act: () => playground.start('/start/opaque'),
      })}
      ${deed({
        title: 'Implicit',
        says: html`The token comes back in the browser’s address, where history, logs and scripts
        can read it. Don’t: ${sectionLink('RFC 9700 §2.1.2')}.`,
        tag: 'the old way',
        warning: true,
        act: () => playground.implicit(),
        window: true,
      })}
    </ul>
  </section>`
}
