import { html, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { TokenIssued } from '../../events.ts'
import type { Playground } from '../playground.ts'
import { jwt } from './jwt.ts'

/** The tokens that clients have, the latest first, of which one is used. */
export function tokens(playground: Playground): TemplateResult {
  const { history, token: chosen } = playground
  if (chosen === undefined) {
    return html`<p class="empty">No client has a token yet. Get one in step 1.</p>`
  }
  const all = [...history.tokens].reverse()
  return html`<fieldset class="tokens">
    <legend>Which token?</legend>
    ${repeat(
      all,
      ({ token }) => token,
      (token) => one(token, token === chosen, () => playground.choose(token.token)),
    )}
  </fieldset>`
}

function one(token: TokenIssued, chosen: boolean, choose: () => void): TemplateResult {
  const { client, grant, form, bound, scope, value } = token
  const left = timeLeft(token)
  const { username: whose } = (value.jwt?.claims ?? {}) as { username?: string }
  return html`<div class="token ${left === 'expired' ? 'over' : ''}">
    <label>
      <input type="radio" name="token" .checked=${chosen} @change=${choose} />
      <span class="who"
        ><strong>${client}</strong> ${grant}${whose === undefined ? '' : `, for ${whose}`}</span
      >
      <span class="facts">
        <span class="tag">${form}</span>
        ${bound ? html`<span class="tag">bound to a key</span>` : nothing}
        <span class="left">${left}</span>
      </span>
      ${chosen ? html`<span class="scope">${scope === '' ? 'no scope' : scope}</span>` : nothing}
    </label>
    ${chosen && value.jwt !== undefined ? jwt(value.jwt, 'What the token says') : nothing}
  </div>`
}

function timeLeft({ expiresAt }: TokenIssued): string {
  if (expiresAt === undefined) return ''
  const seconds = Math.ceil(expiresAt - Date.now() / 1000)
  if (seconds <= 0) return 'expired'
  return seconds < 60
    ? `${seconds} s left`
    : `${Math.floor(seconds / 60)} min ${seconds % 60} s left`
}
