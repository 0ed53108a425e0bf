import { html, nothing, type TemplateResult } from 'lit'
import type { Playground } from '../playground.ts'
import { roleOrder, roles } from '../words/roles.ts'
import { breaks } from './breaks.ts'
import { details } from './details.ts'
import { happenings, newsOf } from './happenings.ts'
import { icon } from './icons.ts'
import { use } from './use.ts'
import { ways } from './ways.ts'

/** The whole page. */
export function page(playground: Playground): TemplateResult {
  return html`
    <a class="skip" href="#happenings">Skip to what happens</a>
    <header>
      <h1>See OAuth work</h1>
      <p class="lead">
        Four parties, and a token that lets one of them act for another. Get a token on this page,
        use it, break it. Every message that you will see is a real one.
      </p>
      <ul class="roles" aria-label="The four roles">
        ${roleOrder.map(
          (role) =>
            html`<li class="role-${role}">
              ${icon(role)}
              <div>
                <strong>${roles[role].name}</strong>
                <span>${roles[role].does}</span>
              </div>
            </li>`,
        )}
      </ul>
    </header>
    <main>
      <div class="deeds">
        ${ways(playground)} ${use(playground)} ${breaks(playground)}
        ${playground.run === undefined ? nothing : jump(playground)}
      </div>
      ${happenings(playground)}
    </main>
    <footer>
      <p>
        Served by
        <a href=${playground.setup.api}>an orders API</a>,
        <a href="${playground.setup.issuer}/.well-known/openid-configuration">
          an authorization server</a
        >
        and this page’s own server, all on your machine. The secrets are for this demonstration, and
        public.
      </p>
    </footer>
    ${details(playground)}
  `
}

/** The way to what happens, where that is out of sight. */
function jump(playground: Playground): TemplateResult {
  return html`<a class="jump" href="#happenings">
    <span aria-hidden="true">↓</span> ${newsOf(playground)}
  </a>`
}
