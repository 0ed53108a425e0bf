import test from 'ava'
import { metadataUrls } from '../../src/tokens/discovery.ts'

const urls: readonly (readonly [issuer: string, oauth: string, openid: string])[] = [
  [
    'https://as.example.com',
    'https://as.example.com/.well-known/oauth-authorization-server',
    'https://as.example.com/.well-known/openid-configuration',
  ],
  [
    'https://as.example.com/',
    'https://as.example.com/.well-known/oauth-authorization-server',
    'https://as.example.com/.well-known/openid-configuration',
  ],
  [
    'https://as.example.com/tenant',
    'https://as.example.com/.well-known/oauth-authorization-server/tenant',
    'https://as.example.com/tenant/.well-known/openid-configuration',
  ],
  [
    'https://as.example.com/tenant/',
    'https://as.example.com/.well-known/oauth-authorization-server/tenant',
    'https://as.example.com/tenant/.well-known/openid-configuration',
  ],
  [
    'https://as.example.com/realms/a%20b/v2.0',
    'https://as.example.com/.well-known/oauth-authorization-server/realms/a%20b/v2.0',
    'https://as.example.com/realms/a%20b/v2.0/.well-known/openid-configuration',
  ],
  [
    'https://as.example.com:8443/a',
    'https://as.example.com:8443/.well-known/oauth-authorization-server/a',
    'https://as.example.com:8443/a/.well-known/openid-configuration',
  ],
  [
    'http://127.0.0.1:3000',
    'http://127.0.0.1:3000/.well-known/oauth-authorization-server',
    'http://127.0.0.1:3000/.well-known/openid-configuration',
  ],
]

for (const [issuer, oauth, openid] of urls) {
  test(`the metadata of ${issuer}`, (t) => {
    t.deepEqual(
      metadataUrls(issuer).map(({ href }) => href),
      [oauth, openid],
    )
  })
}
