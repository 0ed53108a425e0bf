import type { Field } from './events.ts'
import { formFields, memberFields, withoutTokens } from './fields.ts'

/** What a body says: its members, if it is a form or a JSON object, or some words. */
export interface Said {
  readonly parameters: readonly Field[]
  readonly body?: string
}

const readers: readonly (readonly [type: string, read: (body: string) => Said])[] = [
  [
    'application/x-www-form-urlencoded',
    (body) => ({ parameters: formFields(new URLSearchParams(body)) }),
  ],
  ['application/json', readJson],
  ['text/html', readPage],
  ['text/plain', (body) => ({ parameters: [], body: withoutTokens(body) })],
]

export function readBody(body: string, type = ''): Said {
  if (body === '') return { parameters: [] }
  const [, read] = readers.find(([prefix]) => type.startsWith(prefix)) ?? []
  return read?.(body) ?? { parameters: [], body: `${body.length} characters` }
}

function readJson(body: string): Said {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    return { parameters: [], body: 'JSON that is not whole' }
  }
  const isObject = typeof json === 'object' && json !== null && !Array.isArray(json)
  return isObject
    ? { parameters: memberFields(json as object) }
    : { parameters: [], body: withoutTokens(JSON.stringify(json)) }
}

function readPage(body: string): Said {
  const [, title] = /<title>([^<]*)<\/title>/.exec(body) ?? []
  return { parameters: [], body: title === undefined ? 'a page' : `the page “${title}”` }
}
