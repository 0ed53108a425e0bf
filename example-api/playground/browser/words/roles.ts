import type { Role } from '../../events.ts'

/** The four roles, as the page calls them. (RFC 6749 §1.1) */
export const roles: Readonly<Record<Role, { readonly name: string; readonly does: string }>> = {
  'resource-owner': {
    name: 'Resource owner',
    does: 'A person, with a browser. The orders are theirs, and so is the say who may touch them.',
  },
  client: {
    name: 'Client',
    does: 'An app that wants to do something for the person, without ever knowing the password.',
  },
  'authorization-server': {
    name: 'Authorization server',
    does: 'Knows the person, asks for consent, and gives the client a token for just that.',
  },
  'resource-server': {
    name: 'Resource server',
    does: 'The orders API. It lets a request in by the token alone. This package is its doorkeeper.',
  },
}

/** From left to right. */
export const roleOrder = Object.keys(roles) as Role[]
