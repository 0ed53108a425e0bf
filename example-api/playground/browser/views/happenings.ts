import { html, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import { drawingId } from '../diagram/drawing.ts'
import { callsOf } from '../history.ts'
import type { Playground, View } from '../playground.ts'
import { headline } from '../words/headline.ts'
import { roleOrder } from '../words/roles.ts'
import { call } from './call.ts'
import { named } from './icons.ts'
import { list } from './list.ts'

/** What happens, as it happens: the messages, and what the API has decided. */
export function happenings(playground: Playground): TemplateResult {
  const { run, view } = playground
  const calls = run === undefined ? [] : callsOf(run)
  return html`<section id="happenings" aria-labelledby="happens" tabindex="-1">
    <div class="head">
      <h2 id="happens">What happens</h2>
      ${runs(playground)} ${views(playground)}
    </div>
    <p class="news" role="status">${newsOf(playground)}</p>
    ${view === 'list' ? list(playground) : diagram}
    ${
      run === undefined
        ? html`<p class="hint">
            Each message will appear here while it is sent, as an arrow from who sends it to who
            gets it. Press an arrow to see what is in it.
          </p>`
        : nothing
    }
    ${
      calls.length === 0
        ? nothing
        : html`<section class="calls" aria-labelledby="decides">
            <h3 id="decides">What the API decides</h3>
            ${repeat(
              calls,
              ({ request }) => request.exchange,
              (one) => call(one, one === calls.at(-1)),
            )}
          </section>`
    }
  </section>`
}

/** The state of affairs, in a sentence or two. */
export function newsOf({ connected, problem, run }: Playground): string {
  if (!connected) return 'The playground’s server does not answer. Is it running?'
  if (problem !== undefined) return problem
  return run === undefined ? 'Nothing yet. Get a token in step 1.' : headline(run)
}

const diagram = html`<div
  class="diagram"
  role="region"
  aria-label="Messages as a diagram"
  tabindex="0"
>
  <div class="sheet">
    <div class="lanes" aria-hidden="true">
      ${roleOrder.map((role) => html`<div>${named(role)}</div>`)}
    </div>
    <div id=${drawingId}></div>
  </div>
</div>`

function runs(playground: Playground): TemplateResult {
  const { history, run } = playground
  const choose = ({ target }: Event): void =>
    playground.change(() => playground.lookAt(Number((target as HTMLSelectElement).value)))
  return html`<label class="runs">
    <span>Look back at</span>
    <select ?disabled=${run === undefined} @change=${choose}>
      ${
        run === undefined
          ? html`<option>nothing yet</option>`
          : [...history.runs]
              .reverse()
              .map(
                (one) =>
                  html`<option value=${one.run} .selected=${one === run}>
                    ${one.run}. ${one.title}
                  </option>`,
              )
      }
    </select>
  </label>`
}

const viewNames: Readonly<Record<View, string>> = { diagram: 'Diagram', list: 'List' }

function views(playground: Playground): TemplateResult {
  return html`<fieldset class="views">
    <legend>Shown as</legend>
    ${Object.entries(viewNames).map(
      ([view, name]) =>
        html`<label>
          <input
            type="radio"
            name="view"
            .checked=${playground.view === view}
            @change=${() => playground.change(() => (playground.view = view as View))}
          />
          <span>${name}</span>
        </label>`,
    )}
  </fieldset>`
}
