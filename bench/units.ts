export type Direction = 'at most' | 'at least'
export type Unit = '×' | 'B' | 'KB' | ''

/** A number as it stands in a table. */
export function show(value: number, unit: Unit): string {
  if (unit === '×') return ratio(value)
  if (unit === 'KB') return `${(value / 1024).toFixed(1)} KB`
  // Not “-0”.
  const whole = (Math.round(value) || 0).toLocaleString('en-US')
  return unit === 'B' ? `${whole} bytes` : whole
}

export function ratio(value: number): string {
  return `${value.toFixed(2)} ×`
}
