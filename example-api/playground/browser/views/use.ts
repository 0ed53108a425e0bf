import { html, type TemplateResult } from 'lit'
import { callsOf } from '../history.ts'
import type { Playground, RouteCall } from '../playground.ts'
import { tokens } from './tokens.ts'

interface Route extends RouteCall {
  readonly says: string
}

const routes: readonly Route[] = [
  { method: 'GET', path: '/whoami', says: 'any token will do' },
  { method: 'GET', path: '/orders', says: 'needs orders:read, and a person' },
  {
    method: 'POST',
    path: '/orders',
    body: { item: 'tea', quantity: 2 },
    says: 'needs orders:write, and a person: two packets of tea',
  },
  { method: 'GET', path: '/admin/orders', says: 'needs orders:admin, and no person' },
]

/** Step 2: the tokens that clients have, and what the API can be asked with one. */
export function use(playground: Playground): TemplateResult {
  const { token } = playground
  const id = lastOrder(playground)
  const cancel = { method: 'POST', path: `/orders/${id ?? ':id'}/cancel` } as const
  const last = {
    ...cancel,
    says: id === undefined ? 'once there is an order' : 'needs orders:write: the last order',
  }
  return html`<section aria-labelledby="use">
    <h2 id="use"><span class="step-number">2</span> Use the token</h2>
    ${tokens(playground)}
    <ul class="routes" aria-label="Requests to the API">
      ${[...routes, last].map((route) => {
        const disabled = token === undefined || (route === last && id === undefined)
        return html`<li>
          <button type="button" ?disabled=${disabled} @click=${() => playground.call(route)}>
            <code><b>${route.method}</b> ${shortPath(route.path)}</code>
            <small>${route.says}</small>
          </button>
        </li>`
      })}
    </ul>
  </section>`
}

/** The order that was placed last, which can be cancelled. */
function lastOrder({ history }: Playground): string | undefined {
  const placed = history.runs
    .flatMap(callsOf)
    .findLast(({ request, response }) => request.method === 'POST' && response?.status === 201)
  return placed?.response?.parameters.find(({ name }) => name === 'id')?.value
}

function shortPath(path: string): string {
  return path.replace(/[0-9a-f]{8}-[0-9a-f-]+/, (id) => `${id.slice(0, 4)}…`)
}
