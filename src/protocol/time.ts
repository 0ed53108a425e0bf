/** A duration, or a point in time since 1970-01-01T00:00:00Z (NumericDate, RFC 7519 §2). */
export type Seconds = number

/** Gives the current time as a NumericDate. (RFC 7519 §2) */
export function now(): Seconds {
  return Date.now() / 1000
}
