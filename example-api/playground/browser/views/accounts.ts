import { html, type TemplateResult } from 'lit'
import type { Playground } from '../playground.ts'
import { icon } from './icons.ts'

/** Who can log in, with what there is to type. */
export function accounts({ setup }: Playground): TemplateResult {
  return html`<div class="accounts">
    <p>${icon('resource-owner')} Log in as one of these, when you are asked:</p>
    <ul>
      ${setup.accounts.map(
        ({ username, password }) =>
          html`<li>
            ${copyable(username, 'the username')}
            ${copyable(password, `the password of ${username}`)}
          </li>`,
      )}
    </ul>
  </div>`
}

/** A text that goes to the clipboard when it is pressed. */
function copyable(text: string, what: string): TemplateResult {
  const copy = async ({ currentTarget }: Event): Promise<void> => {
    const button = currentTarget as HTMLElement
    await navigator.clipboard.writeText(text)
    button.dataset['copied'] = 'true'
    button.addEventListener('blur', () => delete button.dataset['copied'], { once: true })
  }
  return html`<button type="button" class="copy" title="Copy ${what}" @click=${copy}>
    <code>${text}</code>
    <svg viewBox="0 0 16 16" role="img" aria-label=", copy ${what}">
      <path class="sheets" d="M5.5 5.5h7v7h-7zM10.5 5.5v-2h-7v7h2" />
      <path class="done" d="m3.5 8.5 3 3 6-7" />
    </svg>
  </button>`
}
