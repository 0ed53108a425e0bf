import type { Dialect } from '../protocol/dialect.ts'
import { said } from './on-behalf-of.ts'

/**
 * Django OAuth Toolkit: introspection, which names neither issuer, subject nor audience
 * (`audienceOptional: true`).
 *
 * Source: jazzband/django-oauth-toolkit oauth2_provider/views/introspect.py.
 */
export function djangoOauthToolkit(): { readonly dialect: Partial<Dialect> } {
  return {
    dialect: {
      types: [],
      owner: ['username'],
      onBehalfOf({ username, client_id: id }) {
        if (said(username) !== undefined) return 'resource-owner'
        return said(id) === undefined ? 'unknown' : 'client'
      },
    },
  }
}
