import type { Role } from '../../events.ts'
import type { Entry, Run } from '../history.ts'
import { roleOrder, roles } from '../words/roles.ts'
import { labelOf } from './label.ts'

/** A run as a sequence diagram in mermaid's language. */
export function sourceOf(entries: Run['entries']): string {
  return [
    'sequenceDiagram',
    'autonumber',
    ...roleOrder.map((role) => `participant ${idOf(role)} as ${roles[role].name}`),
    ...entries.map(line),
  ].join('\n')
}

function line(entry: Entry): string {
  const label = labelOf(entry).map(escaped).join('<br/>')
  if (entry.type === 'decision') return `Note over ${idOf('resource-server')}: ${label}`
  if (entry.type === 'token') return `Note over ${idOf('client')}: ${label}`
  if (entry.type === 'note') return `Note over ${lanes.at(0)},${lanes.at(-1)}: ${label}`
  return `${idOf(entry.from)}${arrows[entry.type]}${idOf(entry.to)}: ${label}`
}

const arrows = { request: '->>', response: '-->>', 'no-answer': '-x' } as const

/** What a lane is called there. */
export function idOf(role: Role): string {
  return role.replaceAll('-', '')
}

const lanes = roleOrder.map(idOf)

/** Text that mermaid shows as it is: all but plain characters are written by their numbers. */
export function escaped(text: string): string {
  return text.replace(/[^A-Za-z0-9 _.,/-]/gu, (character) => `#${character.codePointAt(0)};`)
}
