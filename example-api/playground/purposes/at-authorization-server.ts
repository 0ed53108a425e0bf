import type { Purpose } from './purpose.ts'

const metadata = /^GET \/\.well-known\/oauth-authorization-server$/

/** What the authorization server is asked. */
export const atAuthorizationServer: readonly Purpose[] = [
  {
    from: 'resource-server',
    request: metadata,
    purpose:
      'The API asks the authorization server where its keys are, and where to ask about tokens.',
    section: 'RFC 8414 §3',
  },
  {
    request: /^GET \/\.well-known\/openid-configuration$/,
    purpose: 'The client asks the authorization server where its endpoints are.',
    section: 'OpenID Connect Discovery 1.0 §4',
  },
  {
    request: metadata,
    purpose: 'The client asks the authorization server where its endpoints are.',
    section: 'RFC 8414 §3',
  },
  {
    from: 'resource-server',
    request: /^GET \/jwks$/,
    purpose: 'The API fetches the public keys by which it verifies tokens, and keeps them.',
    section: 'RFC 7517 §5',
  },
  {
    request: /^GET \/jwks$/,
    purpose: 'The client fetches the public keys by which it verifies the ID token.',
    section: 'OpenID Connect Core 1.0 §3.2.2.11',
  },
  {
    request: /^GET \/auth$/,
    having: ['response_type', 'code'],
    purpose: 'The client has sent the browser here, to ask the resource owner for access.',
    section: 'RFC 6749 §4.1.1, RFC 7636 §4.3',
  },
  {
    request: /^GET \/auth$/,
    purpose: 'The client has sent the browser here, to ask for a token in the address itself.',
    section: 'RFC 6749 §4.2.1',
  },
  {
    request: /^GET \/auth\//,
    purpose: 'The browser goes on where it was interrupted to ask the resource owner.',
    section: 'RFC 6749 §3.1',
  },
  {
    request: /^GET \/interaction\//,
    purpose: 'The browser shows a page of the authorization server: to log in, or to consent.',
    section: 'RFC 6749 §3.1',
  },
  {
    request: /^POST \/interaction\//,
    having: ['password'],
    purpose: 'The resource owner logs in: no client ever sees the password.',
    section: 'RFC 6749 §3.1',
  },
  {
    request: /^POST \/interaction\//,
    having: ['decision', 'deny'],
    purpose: 'The resource owner says no.',
    section: 'RFC 6749 §4.1',
  },
  {
    request: /^POST \/interaction\//,
    purpose: 'The resource owner consents to what the client asks for.',
    section: 'RFC 6749 §4.1',
  },
  {
    request: /^POST \/token$/,
    having: ['grant_type', 'authorization_code'],
    proof: true,
    purpose:
      'The client trades the code for a token, and proves that it has a key, which the token is bound to.',
    section: 'RFC 6749 §4.1.3, RFC 9449 §5',
  },
  {
    request: /^POST \/token$/,
    having: ['grant_type', 'authorization_code'],
    purpose:
      'The client trades the code for a token, and shows by the verifier that the code is its own.',
    section: 'RFC 6749 §4.1.3, RFC 7636 §4.5',
  },
  {
    request: /^POST \/token$/,
    having: ['grant_type', 'client_credentials'],
    proof: true,
    purpose:
      'The client asks for a token of its own, and proves that it has a key, which the token is bound to.',
    section: 'RFC 6749 §4.4.2, RFC 9449 §5',
  },
  {
    request: /^POST \/token$/,
    having: ['grant_type', 'client_credentials'],
    purpose: 'The client asks for a token of its own: no resource owner takes part.',
    section: 'RFC 6749 §4.4.2',
  },
  {
    request: /^POST \/token$/,
    having: ['grant_type', 'refresh_token'],
    purpose:
      'The client trades its refresh token for a new access token, while nobody is there to ask.',
    section: 'RFC 6749 §6',
  },
  {
    request: /^POST \/token\/introspection$/,
    purpose: 'The API cannot read the token, so it asks what the token is good for.',
    section: 'RFC 7662 §2.1',
  },
  {
    request: /^POST \/token\/revocation$/,
    purpose: 'The client gives a token back.',
    section: 'RFC 7009 §2.1',
  },
]
