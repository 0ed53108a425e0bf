/** Fingerprints that are kept side by side where marks fall into one place. */
const ways = 4

/** Notes which marks have been seen lately, in a fixed room: it may forget one, or hold one for another. */
export class Sightings {
  readonly #buckets: number
  #fingerprints: Uint32Array | undefined

  /** @param expected How many marks it is to hold at least, nearly always. */
  constructor(expected: number) {
    this.#buckets = 2 ** Math.ceil(Math.log2(Math.max(expected, ways)))
  }

  /** Whether a mark has been noted before; notes it. */
  isAgain(mark: string): boolean {
    const all = (this.#fingerprints ??= new Uint32Array(this.#buckets * ways))
    const bucket = (mix(mark, 0x9e_37_79_b1) & (this.#buckets - 1)) * ways
    const fingerprint = mix(mark, 0x85_eb_ca_6b)
    for (let i = bucket; i < bucket + ways; i += 1) if (all[i] === fingerprint) return true
    all.copyWithin(bucket + 1, bucket, bucket + ways - 1)
    all[bucket] = fingerprint
    return false
  }
}

/** Makes 32 bits of a mark, evenly; for nothing that must stand up to an attacker. */
function mix(mark: string, multiplier: number): number {
  let bits = multiplier
  for (let i = 0; i < mark.length; i += 1) {
    bits = Math.imul(bits ^ mark.charCodeAt(i), multiplier)
    bits ^= bits >>> 15
  }
  return bits >>> 0
}
