import test from 'ava'
import { hop, trustedHops } from '../../src/confirmation/trusted-hops.ts'

const tables: readonly (readonly [
  hops: string | readonly string[],
  trusted: readonly (string | undefined)[],
  others: readonly (string | undefined)[],
])[] = [
  ['127.0.0.1', ['127.0.0.1', '::ffff:127.0.0.1', '::FFFF:127.0.0.1'], ['127.0.0.2', '::1']],
  ['10.0.0.0/8', ['10.0.0.0', '10.255.255.255', '::ffff:10.1.2.3'], ['9.255.255.255', '11.0.0.0']],
  ['10.1.2.3/8', ['10.0.0.0', '10.1.2.3'], ['11.1.2.3']],
  ['192.0.2.128/25', ['192.0.2.128', '192.0.2.255'], ['192.0.2.127', '192.0.3.128']],
  ['192.0.2.4/31', ['192.0.2.4', '192.0.2.5'], ['192.0.2.3', '192.0.2.6']],
  ['192.0.2.4/32', ['192.0.2.4'], ['192.0.2.5', '192.0.2.40']],
  ['0.0.0.0/0', ['192.0.2.1', '::ffff:192.0.2.1'], ['::1', '2001:db8::1']],
  ['::1', ['::1', '0:0:0:0:0:0:0:1'], ['::', '::2', '127.0.0.1', '0.0.0.1']],
  ['2001:db8::/32', ['2001:db8::', '2001:DB8:ffff::1'], ['2001:db9::', '2001:db7:ffff::1']],
  ['2001:db8::8000/113', ['2001:db8::8000', '2001:db8::ffff'], ['2001:db8::7fff']],
  ['fe80::/10', ['fe80::1', 'fe80::1%eth0', 'febf::1%2'], ['fec0::1%eth0', '169.254.0.1']],
  ['::ffff:192.0.2.1', ['192.0.2.1', '::ffff:192.0.2.1'], ['192.0.2.2', '::ffff:192.0.2.2']],
  ['::ffff:192.0.2.0/120', ['192.0.2.1', '::ffff:192.0.2.1'], ['192.0.3.1', '::192.0.2.1']],
  ['unix', ['unix'], ['127.0.0.1', '::1', 'UNIX']],
  [
    ['10.0.0.0/8', '::1', 'unix'],
    ['10.0.0.1', '::1', 'unix'],
    ['127.0.0.1', '::2'],
  ],
]

for (const [hops, trusted, others] of tables) {
  test(`trusted: ${[hops].flat().join(', ')}`, (t) => {
    const isTrusted = trustedHops(hops)
    for (const address of trusted) t.true(isTrusted(address), address)
    for (const address of others) t.false(isTrusted(address), address)
    for (const nobody of [undefined, '', 'localhost', '10.0.0', '10.0.0.1, 127.0.0.1', '::1 ']) {
      t.false(isTrusted(nobody), `nobody: ${nobody}`)
    }
  })
}

test('what names no hop', (t) => {
  for (const value of [
    '',
    ' ',
    'localhost',
    'proxy.example.com',
    'loopback',
    '*',
    'UNIX',
    'unix:/run/api.sock',
    '10.0.0',
    '10.0.0.256',
    '010.0.0.1',
    '10.0.0.*',
    '10.0.0.1 ',
    '10.0.0.1:443',
    '10.0.0.1,10.0.0.2',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/8.0',
    '10.0.0.0/ 8',
    '10.0.0.0/1e1',
    '10.0.0.0/0x8',
    '10.0.0.0/0008',
    '10.0.0.0/8/8',
    '10.0.0.0/255.0.0.0',
    '/8',
    'unix/8',
    '[::1]',
    '::1/129',
    ':::1',
    '2001:db8::/32 ',
    'fe80::1%eth0',
    'fe80::%eth0/10',
    5,
    null,
    undefined,
    true,
    {},
    ['10.0.0.1'],
  ]) {
    t.false(hop.fits(value), JSON.stringify(value))
  }
})

test('what names a hop', (t) => {
  for (const value of ['unix', ...tables.flatMap(([hops]) => hops)]) t.true(hop.fits(value), value)
})
