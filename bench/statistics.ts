/** The middle of what several rounds gave, and between what half of them lie. */
export interface Figure {
  readonly median: number
  readonly low: number
  readonly high: number
}

/** @param values At least one. */
export function figureOf(values: readonly number[]): Figure {
  const sorted = values.toSorted((a, b) => a - b)
  return {
    median: quantile(sorted, 0.5),
    low: quantile(sorted, 0.25),
    high: quantile(sorted, 0.75),
  }
}

/** A figure that is counted, not measured. */
export function exactly(value: number): Figure {
  return { median: value, low: value, high: value }
}

/** @param sorted From the least to the greatest. */
export function quantile(sorted: readonly number[], part: number): number {
  const place = (sorted.length - 1) * part
  const [below, above] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!]
  return below + (above - below) * (place % 1)
}
