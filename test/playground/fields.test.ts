import test from 'ava'
import { formFields, memberFields } from '../../example-api/playground/fields.ts'

const value = 'abcdefghijklmnopqrstuvwxyz'

for (const name of ['password', 'Password', 'client_secret', 'Client_Secret ', 'client_secret[]']) {
  test(`of ${JSON.stringify(name)} nothing is shown`, (t) => {
    const form = new URLSearchParams([[name, value]])
    t.deepEqual(formFields(form), [{ name, value: '…', shortened: true }])
    t.is(memberFields({ within: { [name]: value } })[0]!.value, JSON.stringify({ [name]: '…' }))
  })
}

for (const name of ['access_token', 'ACCESS_TOKEN', 'code', 'code_verifier', 'actor_token']) {
  test(`of ${name} the ends are shown`, (t) => {
    const form = new URLSearchParams([[name, value]])
    t.deepEqual(formFields(form), [{ name, value: 'abcdef…wxyz', shortened: true }])
  })
}

test('anything else is shown as it is', (t) => {
  const form = new URLSearchParams({ scope: 'orders:read', state: value, code_challenge: value })
  t.deepEqual(
    formFields(form).map((field) => field.value),
    ['orders:read', value, value],
  )
})
