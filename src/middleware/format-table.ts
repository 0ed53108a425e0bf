import type { Expression } from '../protocol/expression.ts'
import type { Demand } from './demand.ts'
import type { RouteDescription } from './describe.ts'

const heading = ['METHOD', 'PATH', 'DEMANDS'] as const

/** Methods above which a route is for all of them. */
const many = 10

/** Writes a description as a table for people to read: a line for each route, columns of even width. */
export function formatTable(routes: readonly RouteDescription[]): string {
  const lines = routes.map(({ methods, path, demands }) => [
    methods.length > many ? '*' : methods.join(', '),
    path,
    demands.map(write).join(', ') || '-',
  ])
  const table = [heading, ...lines]
  const widths = heading.map((_, i) => Math.max(...table.map((line) => line[i]!.length)))
  return table
    .map((line) =>
      line
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** As `requireScope orders:read & orders:write`. */
function write({ guard, ...members }: Demand): string {
  const values = Object.entries(members).map(([name, value]) =>
    name === 'scope' || name === 'roles' || name === 'permissions'
      ? writeExpression(value as Expression)
      : `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  return [guard, ...values].join(' ')
}

function writeExpression(expression: Expression, inner = false): string {
  if (typeof expression === 'string') return expression
  const [members, sign] =
    'allOf' in expression ? [expression.allOf, ' & '] : [expression.anyOf, ' | ']
  const written = members.map((each) => writeExpression(each, true)).join(sign)
  return inner && members.length > 1 ? `(${written})` : written
}
