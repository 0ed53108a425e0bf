import type { Dialect } from './dialect.ts'
import { ask } from './ask.ts'
import { listOf, type Rule, text } from './options.ts'

/** Identifiers of clients that only ever act on their own behalf, or what tells whether one does. */
export type MachineClients = readonly string[] | ((clientId: string) => boolean)

export const machineClientsRule: Rule = {
  expected: 'an array of client identifiers, or a function that tells whether one is a machine',
  fits: (value) => typeof value === 'function' || listOf(text).fits(value),
}

/**
 * Settles on whose behalf such a client acts where its tokens do not tell.
 *
 * One that names a resource owner all the same contradicts the list: then nobody knows.
 */
export function settled(dialect: Dialect, machines: MachineClients | undefined): Dialect {
  if (machines === undefined) return dialect
  const isMachine = (clientId: string): boolean => {
    const told: unknown =
      typeof machines === 'function' ? ask(() => machines(clientId)) : machines.includes(clientId)
    return told === true
  }
  return {
    ...dialect,
    onBehalfOf(claims, clientId, header) {
      const told = dialect.onBehalfOf(claims, clientId, header)
      if (clientId === undefined || told === 'client' || !isMachine(clientId)) return told
      return told === 'unknown' ? 'client' : 'unknown'
    },
  }
}
