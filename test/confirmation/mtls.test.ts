import test from 'ava'
import { mtls } from 'koa-resource-server/mtls'

const trusted = '10.0.0.1'
const hop = 'an IP address, a network such as 10.0.0.0/8, or unix, or an array of such'

const wrong: readonly (readonly [title: string, options: unknown, message: string])[] = [
  ['null', null, 'mtls() takes an object of options, as in { name: value }'],
  ['a function', mtls, 'mtls() takes an object of options, as in { name: value }'],
  ['another option', { trusted }, 'mtls(): there is no option trusted; there are proxy'],
  ['true for a proxy', { proxy: true }, 'mtls(): proxy must be an object, not true'],
  ['a format for a proxy', { proxy: 'nginx' }, 'mtls(): proxy must be an object, not "nginx"'],
  ['proxies', { proxy: [{ trusted }] }, 'mtls(): proxy must be an object, not that array'],
  ['null for a proxy', { proxy: null }, 'mtls(): proxy must be an object, not null'],
  [
    'nobody trusted',
    { proxy: { format: 'nginx' } },
    `mtls, proxy(): trusted must be ${hop}; it is missing`,
  ],
  [
    'an empty list',
    { proxy: { trusted: [] } },
    `mtls, proxy(): trusted must be ${hop}, not that array`,
  ],
  [
    'a host name',
    { proxy: { trusted: 'localhost' } },
    `mtls, proxy(): trusted must be ${hop}, not "localhost"`,
  ],
  [
    'one wrong among good ones',
    { proxy: { trusted: [trusted, '*'] } },
    `mtls, proxy(): trusted must be ${hop}, not that array`,
  ],
  ['true', { proxy: { trusted: true } }, `mtls, proxy(): trusted must be ${hop}, not true`],
  [
    'another format',
    { proxy: { trusted, format: 'apache' } },
    'mtls, proxy(): format must be one of rfc9440, nginx, envoy, aws-alb, not "apache"',
  ],
  [
    'a format that every object has',
    { proxy: { trusted, format: 'constructor' } },
    'mtls, proxy(): format must be one of rfc9440, nginx, envoy, aws-alb, not "constructor"',
  ],
  [
    'two fields',
    { proxy: { trusted, field: 'A, B' } },
    'mtls, proxy(): field must be the name of a header field, not "A, B"',
  ],
  [
    'no field',
    { proxy: { trusted, field: '' } },
    'mtls, proxy(): field must be the name of a header field, not ""',
  ],
  [
    'a colon',
    { proxy: { trusted, field: 'Client-Cert:' } },
    'mtls, proxy(): field must be the name of a header field, not "Client-Cert:"',
  ],
  [
    'a line break',
    { proxy: { trusted, field: 'Client-Cert\n' } },
    String.raw`mtls, proxy(): field must be the name of a header field, not "Client-Cert\n"`,
  ],
  [
    'another option of the proxy',
    { proxy: { trusted, header: 'A' } },
    'mtls, proxy(): there is no option header; there are trusted, format, field',
  ],
]

for (const [title, options, message] of wrong) {
  test(`wrong: ${title}`, (t) => {
    t.throws(() => mtls(options as object), { instanceOf: TypeError, message })
  })
}

test('right options', (t) => {
  for (const options of [
    undefined,
    {},
    { proxy: { trusted } },
    { proxy: { trusted: ['10.0.0.0/8', '2001:db8::/32', 'unix'] } },
    { proxy: { trusted, format: 'rfc9440', field: 'X-Client-Cert' } as const },
    { proxy: { trusted, format: 'nginx' } as const },
    { proxy: { trusted, format: 'envoy' } as const },
    { proxy: { trusted, format: 'aws-alb', field: 'X-Amzn-Mtls-Clientcert-Leaf' } as const },
  ]) {
    const { member, scheme } = mtls(options)
    t.is(member, 'x5t#S256')
    t.is(scheme, undefined, 'tokens bound to a certificate are Bearer tokens')
  }
})
