import type { Purpose } from './purpose.ts'

/** What the API is asked. */
export const atResourceServer: readonly Purpose[] = [
  {
    request: /./,
    scheme: '',
    purpose: 'The client calls the API, and shows no token.',
    section: 'RFC 6750 §3',
  },
  {
    request: /./,
    scheme: 'bearer',
    purpose: 'The client calls the API with its token: whoever bears it may use it.',
    section: 'RFC 6750 §2.1',
  },
  {
    request: /./,
    scheme: 'dpop',
    purpose:
      'The client calls the API with a token that is bound to a key, which a proof has to show.',
    section: 'RFC 9449 §7.1',
  },
  { request: /./, purpose: 'The client calls the API.' },
]
