import type { Field } from '../../events.ts'
import type { Entry, Message } from '../history.ts'
import { pathOf, stopOf } from '../words/headline.ts'

/** What stands at an arrow: one line, or two. */
export function labelOf(entry: Entry): readonly string[] {
  if (entry.type === 'request') {
    const first = `${entry.method} ${inMiddle(pathOf(entry.url), 24 - entry.method.length)}`
    return withMore(first, telling([...entry.query, ...entry.headers, ...entry.body]))
  }
  if (entry.type === 'response') {
    const first = cut(`${entry.status} ${entry.statusText}`.trim(), 26)
    return withMore(first, telling([...entry.parameters, ...entry.headers]) || (entry.body ?? ''))
  }
  if (entry.type === 'no-answer') return [`${entry.method} ${inMiddle(pathOf(entry.url), 18)}`]
  if (entry.type === 'token') return [`has a token (${entry.form}${entry.bound ? ', bound' : ''})`]
  if (entry.type === 'note') return wrapped(entry.text, 54)
  const stop = stopOf(entry)
  return stop === undefined
    ? ['let in']
    : ['not let in:', cut(stop.reason ?? stop.code ?? stop.error ?? stop.outcome, 20)]
}

/** The same for those who can't see the arrow. */
export function spokenLabel({ from, to, ...entry }: Message, names: Names): string {
  const [first = '', ...more] = labelOf({ from, to, ...entry } as Message)
  const arrow = `${names[from].name} to ${names[to].name}`
  const end = entry.type === 'no-answer' ? ', no answer' : ''
  return `${arrow}: ${[first, ...more].join(', ')}${end}`
}

type Names = Readonly<Record<Message['from'], { readonly name: string }>>

/** The parameters and headers that tell most, the most telling ones first. */
const tellers: Readonly<Record<string, string>> = {
  'www-authenticate': 'challenge',
  error: 'error',
  access_token: 'access_token',
  refresh_token: 'refresh_token',
  active: 'active',
  grant_type: 'grant_type',
  code: 'code',
  code_verifier: 'code_verifier',
  response_type: 'response_type',
  code_challenge: 'code_challenge',
  password: 'password',
  decision: 'decision',
  dpop: 'DPoP proof',
  authorization: 'Authorization',
}

/** Those whose value says more than the name. */
const spoken = new Set(['active', 'decision', 'error', 'grant_type', 'response_type'])

function telling(fields: readonly Field[]): string {
  const all = Object.entries(tellers).flatMap(([key, word]) => {
    const field = fields.find(({ name }) => name.toLowerCase() === key)
    if (field === undefined) return []
    if (key === 'authorization') return [`${field.value.split(' ')[0]!} …`]
    return [spoken.has(key) ? field.value : word]
  })
  return all.slice(0, 2).join(', ')
}

function withMore(first: string, more: string): readonly string[] {
  return more === '' ? [first] : [first, cut(more, 32)]
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text
}

function inMiddle(text: string, length: number): string {
  if (text.length <= length) return text
  const half = Math.floor((length - 1) / 2)
  return `${text.slice(0, length - 1 - half)}…${text.slice(-half)}`
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
