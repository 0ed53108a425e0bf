import { across, addedCpu, cpuRatio, type Samples } from './rounds.ts'
import type { Figure } from './statistics.ts'
import { ratio } from './units.ts'

/** A figure with the spread of its middle half. */
export function spread({ median, low, high }: Figure, digits = 2): string {
  return `${median.toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`
}

/**
 * The rounds of some lanes, each beside those of another.
 *
 * @param what That other one is.
 */
export function loadRows(
  samples: Samples,
  lanes: readonly (readonly [name: string, label: string, base: string])[],
  what = 'bare',
): string[][] {
  const rows = lanes.map(([name, label, base]) => [
    label,
    spread(
      across(samples, [name], ({ cpu }) => cpu),
      1,
    ),
    name === base ? '1' : ratio(cpuRatio(samples, name, base).median),
    name === base ? '' : addedCpu(samples, name, base).median.toFixed(1),
    across(samples, [name], ({ rate }) => rate).median.toFixed(0),
    across(samples, [name], ({ p99 }) => p99).median.toFixed(1),
  ])
  return [['', 'CPU µs/request', `÷ ${what}`, 'added µs', 'req/s', 'p99 ms'], ...rows]
}
