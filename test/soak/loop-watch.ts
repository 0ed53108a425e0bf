import { readFileSync } from 'node:fs'
import {
  type EventLoopUtilization,
  monitorEventLoopDelay,
  performance,
  PerformanceObserver,
} from 'node:perf_hooks'

/** How the event loop has been, in milliseconds. */
export interface LoopReport {
  /** Longest turn of the loop, by the time that our thread itself computed in it. */
  readonly blocked: number
  /** Longest turn by the clock: also what the machine gave to others meanwhile. */
  readonly late: number
  /** Of `monitorEventLoopDelay`. */
  readonly p50: number
  readonly p99: number
  readonly p999: number
  readonly max: number
  readonly longestCollection: number
  /** Share of the time in which the loop was not idle. */
  readonly utilization: number
}

const interval = 5

/**
 * Watches the event loop of this process.
 *
 * On a machine that others use as well, a turn may take long because the thread was not run. So each
 * is judged by the thread's own computing time, which Linux tells; elsewhere by that of the process.
 */
export class LoopWatch {
  readonly #delay = monitorEventLoopDelay({ resolution: 10 })
  readonly #collections: PerformanceObserver
  #timer: NodeJS.Timeout | undefined
  #blocked = 0
  #late = 0
  #longestCollection = 0
  #since: EventLoopUtilization | undefined

  constructor() {
    this.#collections = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) {
        this.#longestCollection = Math.max(this.#longestCollection, duration)
      }
    })
  }

  /** Starts, or goes on after a pause. */
  resume(): void {
    this.#since ??= performance.eventLoopUtilization()
    this.#delay.enable()
    this.#collections.observe({ entryTypes: ['gc'] })
    let at = performance.now()
    let computed = computingTime()
    this.#timer = setInterval(() => {
      const nowAt = performance.now()
      const nowComputed = computingTime()
      this.#late = Math.max(this.#late, nowAt - at)
      this.#blocked = Math.max(this.#blocked, Math.min(nowAt - at, nowComputed - computed))
      at = nowAt
      computed = nowComputed
    }, interval)
  }

  pause(): void {
    clearInterval(this.#timer)
    this.#delay.disable()
    this.#collections.disconnect()
  }

  report(): LoopReport {
    const percentile = (rank: number): number => this.#delay.percentile(rank) / 1e6
    return {
      blocked: this.#blocked,
      late: this.#late,
      p50: percentile(50),
      p99: percentile(99),
      p999: percentile(99.9),
      max: this.#delay.max / 1e6,
      longestCollection: this.#longestCollection,
      utilization: performance.eventLoopUtilization(this.#since).utilization,
    }
  }
}

/** Milliseconds that the main thread has computed so far. */
function computingTime(): number {
  if (process.platform === 'linux') {
    const [nanoseconds] = readFileSync('/proc/self/schedstat', 'latin1').split(' ')
    return Number(nanoseconds) / 1e6
  }
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
