import type { Field } from '../../events.ts'
import type { Entry, Message } from '../history.ts'
import { pathOf, statusOf, stopOf } from '../words/headline.ts'
import { roleOrder, roles } from '../words/roles.ts'
import { telling } from './telling.ts'

/**
 * What stands at an arrow: one line, or two.
 *
 * @param room How many characters there are for a line.
 */
export function labelOf(entry: Entry, room = Infinity): readonly string[] {
  if (entry.type === 'request') {
    const { query, headers, body } = entry
    return lines(
      room,
      titleOf(entry, room),
      telling([...query, ...headers, ...body], room + slighter),
    )
  }
  if (entry.type === 'response') {
    const { headers, parameters, body = '' } = entry
    const told =
      telling([...parameters, ...headers], room + slighter) || body || destination(headers)
    return lines(room, statusOf(entry), told)
  }
  if (entry.type === 'no-answer') return lines(room, titleOf(entry, room))
  if (entry.type === 'token') return [`has a token (${entry.form}${entry.bound ? ', bound' : ''})`]
  if (entry.type === 'note') return wrapped(entry.text, room)
  const stop = stopOf(entry)
  return stop === undefined
    ? ['let in']
    : [
        `not ${stop.outcome === 'refused' ? 'let in' : 'decided'}:`,
        stop.reason ?? stop.code ?? stop.outcome,
      ]
}

/** How many characters there is room for, at an arrow between these lanes, or in a note. */
export function roomFor(entry: Entry): number {
  if (!('from' in entry)) return 90
  return 25 * Math.abs(roleOrder.indexOf(entry.from) - roleOrder.indexOf(entry.to))
}

/** The same for those who can't see the arrow. */
export function spokenLabel(message: Message): string {
  const { from, to } = message
  const end = message.type === 'no-answer' ? ', no answer' : ''
  return `${roles[from].name} to ${roles[to].name}: ${labelOf(message, 100).join(', ')}${end}`
}

/** Where a redirect leads. */
function destination(headers: readonly Field[]): string {
  const location = headers.find(({ name }) => name.toLowerCase() === 'location')
  return location === undefined ? '' : `to ${pathOf(location.value)}`
}

/** How many more characters the second line has room for, which is in a lighter type. */
const slighter = 4

function lines(room: number, first: string, more = ''): readonly string[] {
  return [inMiddle(first, room), inMiddle(more, room + slighter)].filter((line) => line !== '')
}

function titleOf({ method, url }: { method: string; url: string }, room: number): string {
  return `${method} ${fitting(pathOf(url), room - method.length - 1)}`
}

/** A path, without its first segments where there is no room for them. */
function fitting(path: string, length: number): string {
  if (path.length > length && path.startsWith(wellKnown)) return `${wellKnown}…`
  let end = path
  while (`…${end}`.length > length && end.includes('/', 1)) end = end.slice(end.indexOf('/', 1))
  return path.length <= length ? path : `…${end}`
}

const wellKnown = '/.well-known/'

function inMiddle(text: string, length: number): string {
  if (text.length <= length) return text
  const end = Math.floor((length - 1) / 2)
  return `${text.slice(0, length - 1 - end)}…${text.slice(-end)}`
}

function wrapped(text: string, length: number): readonly string[] {
  const lines = ['']
  for (const word of text.split(/\s+/)) {
    const longer = `${lines.at(-1)!} ${word}`.trim()
    if (longer.length > length && lines.at(-1) !== '') lines.push(word)
    else lines[lines.length - 1] = longer
  }
  return lines
}
