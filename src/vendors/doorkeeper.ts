import type { Dialect } from '../protocol/dialect.ts'
import { bySubject } from './on-behalf-of.ts'

/**
 * Doorkeeper: introspection, which names the resource owner only where
 * `custom_introspection_response` adds `sub`.
 *
 * Source: doorkeeper-gem/doorkeeper lib/doorkeeper/oauth/token_introspection.rb.
 */
export function doorkeeper(): { readonly dialect: Partial<Dialect> } {
  return {
    dialect: {
      types: [],
      tolerates: ['sub is a number', 'sub is null'],
      onBehalfOf: bySubject,
      advice: { aud: 'add aud in custom_introspection_response, or set audienceOptional' },
    },
  }
}
