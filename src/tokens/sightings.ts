/** Fingerprints that are kept side by side where digests begin alike. */
const ways = 4

/** Notes which digests have been seen lately, in a fixed room: it may forget one, or hold one for another. */
export class Sightings {
  readonly #buckets: number
  #fingerprints: Uint32Array | undefined

  /** @param expected How many digests it is to hold at least, nearly always. */
  constructor(expected: number) {
    this.#buckets = 2 ** Math.ceil(Math.log2(Math.max(expected, ways)))
  }

  /** Whether a digest, octets as characters, has been noted before; notes it. */
  isAgain(digest: string): boolean {
    const all = (this.#fingerprints ??= new Uint32Array(this.#buckets * ways))
    const bucket = (numberAt(digest, 0) & (this.#buckets - 1)) * ways
    const fingerprint = numberAt(digest, 4)
    for (let i = bucket; i < bucket + ways; i += 1) if (all[i] === fingerprint) return true
    all.copyWithin(bucket + 1, bucket, bucket + ways - 1)
    all[bucket] = fingerprint
    return false
  }
}

function numberAt(digest: string, start: number): number {
  let number = 0
  for (let i = start; i < start + 4; i += 1) number = (number << 8) | digest.charCodeAt(i)
  return number >>> 0
}
