import { jwt } from 'koa-resource-server'
import { protect } from './api.ts'
import { issuer, jwks } from './issuer.ts'
import { expectStatus } from './property.ts'
import { joseAdmits } from './reference.ts'

/** A token that the issuer has really signed, and what is to be said of it. */
export interface Signed {
  readonly token: string
  /** `undefined`: whatever jose agrees to. */
  readonly good: boolean | undefined
}

const api = protect({ tokens: jwt({ issuer, jwks }) })

/** Judges it by ourselves and by jose: who is admitted here is admitted there, and both admit the good. */
export async function judgeSigned({ token, good }: Signed): Promise<number> {
  const { status } = await api.present(token)
  if (good !== undefined) expectStatus(status, good ? [200] : [400, 401], show(token))
  expectStatus(status, [200, 400, 401], show(token))
  if (status === 200 && !(await joseAdmits(token))) {
    throw new Error(`admitted, though jose refuses it: ${show(token)}`)
  }
  return status
}

function show(token: string): string {
  const [header, claims] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString())
  return `${header}.${claims}`
}
