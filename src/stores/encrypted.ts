import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import * as rule from '../protocol/options.ts'
import type { Store } from './store.ts'

/** A key of 32 octets, or several, of which the first encrypts and all decrypt. */
export type EncryptionKey = Uint8Array | readonly Uint8Array[]

export const encryptionKeyRule: rule.Rule = rule.oneOrMore({
  expected: 'a key of 32 octets',
  secret: true,
  fits: (value) => value instanceof Uint8Array && value.length === 32,
})

const algorithm = 'aes-256-gcm'
const ivSize = 12
const tagSize = 16

/**
 * Makes a store that encrypts values and binds each to its key (AES-256-GCM); what has been changed,
 * moved or encrypted by another key is as if it were not there.
 */
export function encrypted(store: Store, encryptionKey: EncryptionKey): Store {
  const keys = [encryptionKey].flat()
  return {
    async get(name) {
      const text = await store.get(name)
      if (text === undefined) return undefined
      const sealed = Buffer.from(text, 'base64url')
      for (const key of keys) {
        const value = open(sealed, name, key)
        if (value !== undefined) return value
      }
      return undefined
    },
    set: (name, value, ttl) => store.set(name, seal(value, name, keys[0]!), ttl),
    add: (name, ttl) => store.add(name, ttl),
  }
}

function seal(value: string, name: string, key: Uint8Array): string {
  const iv = randomBytes(ivSize)
  const cipher = createCipheriv(algorithm, key, iv).setAAD(Buffer.from(name))
  const sealed = [iv, cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()]
  return Buffer.concat(sealed).toString('base64url')
}

function open(sealed: Buffer, name: string, key: Uint8Array): string | undefined {
  try {
    const cipher = createDecipheriv(algorithm, key, sealed.subarray(0, ivSize), {
      authTagLength: tagSize,
    })
    cipher.setAAD(Buffer.from(name)).setAuthTag(sealed.subarray(-tagSize))
    const text = cipher.update(sealed.subarray(ivSize, -tagSize))
    return Buffer.concat([text, cipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}
