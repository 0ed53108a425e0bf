import type { Role } from '../../events.ts'
import type { Entry } from '../history.ts'
import type { Playground } from '../playground.ts'
import { stopOf } from '../words/headline.ts'
import { labelOf, roomFor, spokenLabel } from './label.ts'

const namespace = 'http://www.w3.org/2000/svg'

/** Writes at the arrows of a drawing what they are, and makes them, and the notes that have details, buttons. */
export function makeOperable(
  svg: SVGSVGElement,
  entries: readonly Entry[],
  playground: Playground,
): void {
  svg.removeAttribute('aria-roledescription')
  svg.setAttribute('role', 'group')
  svg.setAttribute('aria-label', 'Sequence diagram')
  const arrows = [...svg.querySelectorAll<SVGGraphicsElement>('[data-et="message"]')]
  const notes = [...svg.querySelectorAll<SVGGElement>('[data-et="note"]')]
  const numbers = [...svg.querySelectorAll<SVGTextElement>('.sequenceNumber')]
  const buttons: SVGGElement[] = []
  for (const [index, entry] of entries.entries()) {
    if ('from' in entry) {
      const arrow = arrows.shift()!
      const lines = labelLines(arrow)
      write(lines, labelOf(entry, roomFor(entry)))
      const number = numbers.shift()!
      const circle = number.previousElementSibling as SVGGraphicsElement
      const label = `${number.textContent}. ${spokenLabel(entry)}`
      buttons.push(button(index, label, [...lines, arrow, circle, number], lookOf(entry)))
    } else {
      const note = notes.shift()!
      const lines = [...note.querySelectorAll<SVGTSpanElement>('tspan')]
      write(lines, labelOf(entry, roomFor(entry)))
      const label = labelOf(entry).join(' ')
      if (entry.type === 'note') note.classList.add('remark', entry.failure ? 'bad' : 'neutral')
      else buttons.push(button(index, label, [note], lookOf(entry)))
    }
  }
  for (const each of buttons) {
    const open = (): void =>
      playground.change(() => (playground.opened = Number(each.dataset['entry'])))
    each.addEventListener('click', open)
    each.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return
      event.preventDefault()
      open()
    })
    svg.append(each)
    each.firstElementChild?.after(ground(each.getBBox()))
  }
}

/** What can be hit besides the thin lines, and lights up. */
function ground({ x, y, width, height }: DOMRect): SVGRectElement {
  const rect = document.createElementNS(namespace, 'rect')
  const box = { x: x - 6, y: y - 3, width: width + 12, height: height + 6, rx: 6 }
  for (const [name, value] of Object.entries(box)) rect.setAttribute(name, String(value))
  rect.setAttribute('class', 'ground')
  return rect
}

/** Puts text where the drawing has left room for it. */
function write(places: readonly SVGElement[], lines: readonly string[]): void {
  for (const [index, place] of places.entries()) {
    place.textContent = lines[index] ?? ''
    place.classList.toggle('more', index > 0)
  }
}

/** The lines of text that mermaid has put right before an arrow. */
function labelLines(arrow: Element): SVGGraphicsElement[] {
  const lines: SVGGraphicsElement[] = []
  let before = arrow.previousElementSibling
  while (before?.classList.contains('messageText')) {
    lines.unshift(before as SVGGraphicsElement)
    before = before.previousElementSibling
  }
  return lines
}

function button(
  index: number,
  label: string,
  parts: readonly SVGGraphicsElement[],
  look: readonly string[],
): SVGGElement {
  const group = document.createElementNS(namespace, 'g')
  group.dataset['entry'] = String(index)
  group.setAttribute('role', 'button')
  group.setAttribute('tabindex', '0')
  group.setAttribute('class', ['step', ...look].join(' '))
  const title = document.createElementNS(namespace, 'title')
  title.textContent = label
  group.append(title, ...parts)
  return group
}

/** Whose colour it has, and whether it is bad news. */
function lookOf(entry: Exclude<Entry, { type: 'note' }>): readonly string[] {
  if (entry.type === 'decision') return ['decision', stopOf(entry) === undefined ? 'good' : 'bad']
  const role: Role = entry.type === 'token' ? 'client' : entry.from
  const bad = entry.type === 'no-answer' || (entry.type === 'response' && entry.status >= 400)
  return [`role-${role}`, bad ? 'bad' : 'neutral']
}
