import type { Purpose } from './purpose.ts'

/** What a client with a back end is asked, by way of the browser. */
export const atClient: readonly Purpose[] = [
  {
    request: /^GET \/callback$/,
    having: ['code'],
    purpose: 'The browser comes back to the client, and brings the code.',
    section: 'RFC 6749 §4.1.2',
  },
  {
    request: /^GET \/callback$/,
    having: ['error'],
    purpose: 'The browser comes back to the client with an error instead of a code.',
    section: 'RFC 6749 §4.1.2.1',
  },
  { request: /./, purpose: 'The resource owner uses the client, which needs access for that.' },
]
