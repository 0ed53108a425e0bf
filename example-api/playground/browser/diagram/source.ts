import type { Role } from '../../events.ts'
import type { Entry, Run } from '../history.ts'
import { roleOrder, roles } from '../words/roles.ts'
import { labelOf, roomFor } from './label.ts'

/**
 * A run as a sequence diagram in mermaid's language, with an `x` for each line of text: the text itself is put
 * into the drawing, so that none of it can be taken for mermaid's language or for HTML, and none pushes lanes apart.
 */
export function sourceOf(entries: Run['entries']): string {
  return [
    'sequenceDiagram',
    'autonumber',
    ...roleOrder.map((role) => `participant ${idOf(role)} as ${roles[role].name}`),
    ...entries.map(line),
  ].join('\n')
}

function line(entry: Entry): string {
  const label = labelOf(entry, roomFor(entry))
    .map(() => 'x')
    .join('<br/>')
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
