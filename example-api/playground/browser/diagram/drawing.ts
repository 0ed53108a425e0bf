import type { Mermaid } from 'mermaid'
import type { Entry } from '../history.ts'
import type { Playground } from '../playground.ts'
import { roleOrder } from '../words/roles.ts'
import { makeOperable } from './operable.ts'
import { idOf, sourceOf } from './source.ts'
import { theme } from './theme.ts'

/** Where the page has room for the diagram, and where it is measured out of sight. */
export const drawingId = 'drawing'

let drawn = ''
let drawing = false
let count = 0
let loaded: Promise<Mermaid> | undefined

/** Draws the run that is looked at, if what stands there is another; the old one stays until the new one is ready. */
export function drawDiagram(playground: Playground): void {
  const place = document.getElementById(drawingId)
  if (place === null || drawing) return
  const entries = playground.run?.entries ?? []
  const source = sourceOf(entries)
  const wanted = `${playground.run?.run} ${source}`
  if (wanted === drawn && place.firstChild !== null) return
  drawing = true
  place.ariaBusy = 'true'
  void replace(place, source, entries, playground)
    .catch((error: unknown) => {
      playground.change(() => (playground.problem = `The diagram can't be drawn: ${String(error)}`))
    })
    .finally(() => {
      drawn = wanted
      drawing = false
      place.ariaBusy = 'false'
      drawDiagram(playground)
    })
}

async function replace(
  place: HTMLElement,
  source: string,
  entries: readonly Entry[],
  playground: Playground,
): Promise<void> {
  const svg = await draw(source)
  const focused = place.querySelector<SVGElement>('[data-entry]:focus')?.dataset['entry']
  place.replaceChildren(svg)
  placeLanes(place, svg)
  makeOperable(svg, entries, playground)
  if (focused === undefined) return
  svg.querySelector<SVGElement>(`[data-entry="${focused}"]`)?.focus({ preventScroll: true })
}

/** Has the diagram drawn again in the colours of the scheme whenever that changes. */
export function redrawOnSchemeChange(draw: () => void): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    drawn = ''
    draw()
  })
}

async function draw(source: string): Promise<SVGSVGElement> {
  loaded ??= load()
  const mermaid = await loaded
  mermaid.initialize(theme())
  // mermaid takes away what stands there by the same name.
  count += 1
  const { svg } = await mermaid.render(`sequence-${count}`, source, outOfSight())
  const parsed = new DOMParser().parseFromString(svg, 'text/html').querySelector('svg')
  if (parsed === null) throw new Error('there is no drawing')
  return document.importNode(parsed, true)
}

/** Puts the heads of the lanes above the drawing's lines: they stay in sight when it is scrolled. */
function placeLanes(place: HTMLElement, svg: SVGSVGElement): void {
  const { x, width } = svg.viewBox.baseVal
  for (const [index, role] of roleOrder.entries()) {
    const line = svg.querySelector<SVGLineElement>(`.actor-line[name="${idOf(role)}"]`)
    const head = place.previousElementSibling?.children.item(index)
    if (line === null || !(head instanceof HTMLElement)) continue
    head.style.left = `${((line.x1.baseVal.value - x) / width) * 100}%`
  }
}

async function load(): Promise<Mermaid> {
  const address = '/libraries/mermaid/mermaid.esm.min.mjs'
  const { default: mermaid } = (await import(address)) as { default: Mermaid }
  return mermaid
}

function outOfSight(): HTMLElement {
  const id = 'out-of-sight'
  const existing = document.getElementById(id)
  if (existing !== null) return existing
  const place = document.createElement('div')
  place.id = id
  place.ariaHidden = 'true'
  document.body.append(place)
  return place
}
