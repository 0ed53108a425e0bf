import type { InvalidDpopProof } from '../confirmation/dpop-errors.ts'
import type { InvalidToken } from '../protocol/errors.ts'
import type { Refusal } from './messages.ts'
import { sectionOfRefusal } from './sections.ts'

/** What a trace tells of an error. */
export interface ReadRefusal extends Refusal {
  readonly outcome: 'refused' | 'unavailable'
  readonly status: number
}

/** @param section What the stage rests on that has thrown it. */
export function readRefusal(error: unknown, section: string): ReadRefusal {
  const {
    name = 'Error',
    status = 500,
    code,
    reason,
  } = (error ?? {}) as Partial<InvalidToken | InvalidDpopProof>
  const unavailable = { outcome: 'unavailable', error: name, section, status } as const
  if (status >= 500) return unavailable
  const precisely = sectionOfRefusal(name, reason) ?? section
  return { ...unavailable, outcome: 'refused', code, reason, section: precisely }
}
