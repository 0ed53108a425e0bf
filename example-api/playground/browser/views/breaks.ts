import { html, type TemplateResult } from 'lit'
import type { Playground } from '../playground.ts'
import { deed } from './deed.ts'

/** What goes wrong on purpose, by the name that the server has for it. */
const scenarios: readonly (readonly [name: string, title: string, says: string])[] = [
  ['no-token', 'No token', 'The API says what it needs, and names no error.'],
  ['expired', 'Expired token', 'A token that is good for two seconds, shown after three.'],
  ['other-audience', 'Another audience', 'Genuine, but meant for the invoices API.'],
  ['tampered', 'Tampered token', 'A claim was changed: the signature does not fit any more.'],
  [
    'too-little-scope',
    'Too little scope',
    'Good for reading one’s own orders; the request is for everybody’s.',
  ],
  [
    'stolen-dpop',
    'Stolen DPoP token',
    'The thief has the token, and not the key that it is bound to.',
  ],
]

/** Step 3: what goes wrong, and how the API stands it. */
export function breaks(playground: Playground): TemplateResult {
  const { on, keys } = playground.history.server
  const turn = (): Promise<void> => playground.post('/authorization-server', { on: !on })
  const rotate = (): Promise<void> => playground.post('/authorization-server/rotate')
  return html`<section aria-labelledby="breaks">
    <h2 id="breaks"><span class="step-number">3</span> Break things</h2>
    <ul class="deeds-list small">
      ${scenarios.map(([name, title, says]) =>
        deed({ title, says, act: () => playground.post(`/breaks/${name}`) }),
      )}
    </ul>
    <div class="server-state">
      <button type="button" role="switch" class="switch" aria-checked=${on} @click=${turn}>
        <span class="knob" aria-hidden="true"></span>
        Authorization server <b aria-hidden="true">${on ? 'on' : 'off'}</b>
      </button>
      <p>
        Without it, the API goes on with JWTs, whose keys it knows. About opaque tokens it must ask:
        503, when it has forgotten.
      </p>
      <button type="button" class="plain-button" ?disabled=${!on} @click=${rotate}>
        Rotate its keys
      </button>
      <p>
        It publishes <strong>${keys} signing ${keys === 1 ? 'key' : 'keys'}</strong>. It signs with
        the newest; the API fetches a key when it meets one that it does not know.
      </p>
    </div>
  </section>`
}
