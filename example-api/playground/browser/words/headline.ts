import type { Decision, HttpResponse } from '../../events.ts'
import { callsOf, type Run } from '../history.ts'
import { stages } from './stages.ts'

/** What has become of a run, in a sentence or two. */
export function headline(run: Run): string {
  const call = callsOf(run).at(-1)
  if (call?.response !== undefined) {
    const { request, response, decision } = call
    return `${request.method} ${pathOf(request.url)}: ${statusOf(response)}. ${verdict(decision)}`
  }
  const token = run.entries.findLast(({ type }) => type === 'token')
  if (token?.type === 'token') return `${token.client} has got a token (${token.form}).`
  const notes = run.entries.filter((entry) => entry.type === 'note')
  const note = notes.findLast(({ failure }) => failure) ?? notes.at(-1)
  return note === undefined ? 'Under way…' : note.text.replace(/[.:;] .*/s, '.')
}

/** Whether nothing has come of a run yet. */
export function isUnderWay({ entries }: Run): boolean {
  return entries.every(({ type }) => type !== 'token' && type !== 'note' && type !== 'decision')
}

export function statusOf({ status, statusText }: HttpResponse): string {
  return `${status} ${statusText}`.trim()
}

/** Whether the API has let the request in, and else at which stage not. */
export function verdict(decision: Decision | undefined): string {
  const stop = stopOf(decision)
  if (stop === undefined) return decision === undefined ? '' : 'Let in.'
  const { stage, code, error } = stop
  return `${outcomes[stop.outcome]} at “${stages[stage].name}”: ${code ?? error ?? stop.outcome}.`
}

/** The stage that has not let the request pass. */
export function stopOf(decision: Decision | undefined): Decision['stages'][number] | undefined {
  return decision?.stages.find(({ outcome }) => outcome !== 'passed')
}

const outcomes = { passed: 'Passed', refused: 'Refused', unavailable: 'Could not be decided' }

export function pathOf(url: string): string {
  return readable(URL.canParse(url) ? new URL(url).pathname : url)
}

/** An address without percent signs, where it has any: what the server has left out is an ellipsis. */
export function readable(url: string): string {
  return url.replaceAll('%E2%80%A6', '…')
}
