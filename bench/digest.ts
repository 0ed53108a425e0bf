import { grid } from './grid.ts'

/** The rows of the README's table: a label in the results, and what it stands beside. */
const rows: readonly (readonly [label: string, kind: string])[] = [
  ['bare Koa', 'nothing protected'],
  ['SHA-256 floor, by hand', 'the least that remembering costs'],
  ['**koa-resource-server**', ''],
  ['jose by hand', ''],
  ['koa-jwt + jwks-rsa', ''],
  ['koa-passport + passport-jwt', ''],
  ['express-oauth2-jwt-bearer', 'on Express'],
  ['fastify-jwt-jwks', 'on Fastify'],
]

/** Puts the results in one small table: CPU time of a whole request. */
export function digest(results: string): string {
  const seen = columnsOf(results, 'A JWT seen before: the same token')
  const fresh = columnsOf(results, 'JWTs not seen before')
  const lines = rows.map(([label, kind]) => {
    const of = (table: ReadonlyMap<string, readonly string[]>): string => {
      const [cpu = '', ratio = ''] = table.get(label) ?? []
      return `${cpu.split(' ')[0]} µs${ratio === '1' ? '' : `, ${ratio} bare`}`
    }
    return [kind === '' ? label : `${label} (${kind})`, of(seen), of(fresh)]
  })
  return grid([['', 'a token seen before', 'a token not seen before'], ...lines])
}

/** The cells after the label, by label, of the table under a heading. */
function columnsOf(results: string, heading: string): ReadonlyMap<string, readonly string[]> {
  const section = results.split(/^## /m).find((one) => one.startsWith(heading)) ?? ''
  const lines = section.split('\n').filter((line) => line.startsWith('|'))
  return new Map(
    lines.map((line) => {
      const [label = '', ...cells] = line
        .split('|')
        .slice(1)
        .map((cell) => cell.trim())
      return [label, cells]
    }),
  )
}
