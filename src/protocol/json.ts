const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Depth of nesting above which a JSON text is refused. */
const maxDepth = 32

/** Objects and arrays above which it is refused, so that a dense text keeps nobody busy. */
const maxObjects = 2000

/**
 * Reads a JSON object in which no object inherits anything and nothing can be changed, so that
 * hostile names are plain data and requests may share it; `undefined` if it is not one. (RFC 8259)
 *
 * Of members with the same name the last counts. (RFC 7519 §4)
 */
export function readJsonObject(json: string | Uint8Array): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(typeof json === 'string' ? json : decode(json))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (freeze(value, maxDepth, { left: maxObjects }) as JsonObject)
      : undefined
  } catch {
    return undefined
  }
}

/** Decodes UTF-8. @throws {TypeError} It is malformed. (RFC 8259 §8.1) */
function decode(octets: Uint8Array): string {
  const text = bufferOf(octets).toString()
  // It stands where octets were malformed, and may stand for itself, which is rare.
  return text.includes('\uFFFD') ? utf8.decode(octets) : text
}

function bufferOf(octets: Uint8Array): Buffer {
  if (Buffer.isBuffer(octets)) return octets
  return Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength)
}

/** A JSON object that inherits nothing, frozen through and through. */
export type JsonObject = { readonly [name: string]: unknown }

/**
 * Makes objects whose one prototype is empty and has none: as safe as those without any, which V8
 * keeps in three times the room.
 */
const Members = function JsonObject() {} as unknown as new () => Record<string, unknown>
Members.prototype = Object.freeze<Record<string, unknown>>(Object.create(null) as {})

function freeze(value: unknown, depth: number, objects: { left: number }): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (depth === 0 || objects.left === 0) throw new RangeError('JSON too deep or too dense')
  objects.left -= 1
  if (Array.isArray(value)) {
    return Object.freeze(value.map((element) => freeze(element, depth - 1, objects)))
  }
  const object = new Members()
  const members = value as Record<string, unknown>
  for (const name in members) object[name] = freeze(members[name], depth - 1, objects)
  return Object.freeze(object)
}
