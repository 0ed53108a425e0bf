import test from 'ava'
import {
  type CertificateFormat,
  certificateFormats,
} from '../../src/confirmation/certificate-formats.ts'
import { client, forwarded } from '../forwarded-certificates.ts'

for (const [format, { field, genuine, others }] of Object.entries(forwarded)) {
  const { read, field: usual } = certificateFormats[format as CertificateFormat]

  test(`${format} is read from ${field}`, (t) => {
    t.is(usual, field)
    for (const [title, value] of genuine) t.is(read(value), client.thumbprint, title)
  })

  test(`${format} in another form is not read`, (t) => {
    for (const [title, value] of others) t.not(read(value), client.thumbprint, title)
    const unread = others.filter(
      ([title]) => !/another certificate|of another|comes last/.test(title),
    )
    for (const [title, value] of unread) t.is(read(value), undefined, title)
  })

  test(`${format} of any size is read, or refused, at once`, (t) => {
    // A reader whose steps grow faster than the size would outlast the test.
    for (const unit of units) {
      const many = unit.repeat(200_000 / unit.length)
      for (const before of ['', genuine.at(-1)![1], ...beginnings]) {
        for (const after of ['', '\u0001', ',']) {
          t.notThrows(() => read(before + many + after))
        }
      }
    }
  })
}

/** What the expressions repeat, and what could be read in more than one way. */
const units: readonly string[] = [
  ' ',
  ':',
  '=',
  'A',
  '%0A',
  '-',
  '%',
  ',',
  ';',
  '"',
  '\\',
  '\\"',
  'a=;',
  ';a=""',
  'Hash=',
  '-----BEGIN%20CERTIFICATE-----%0AAAAA%0A-----END%20CERTIFICATE-----%0A',
]

/** Where they may have got to by then. */
const beginnings: readonly string[] = [
  ':',
  'a=',
  'a="',
  'a=b;c="',
  '-----BEGIN%20CERTIFICATE-----%0A',
  '-----BEGIN%20CERTIFICATE-----%0AAAAA%0A-----END%20CERTIFICATE-----',
]
