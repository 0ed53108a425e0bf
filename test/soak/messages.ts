import type { LoopReport } from './loop-watch.ts'

/** What the flood tells the server. */
export type ToServer = 'watch' | 'measure' | 'stop'

/** What the server answers. */
export type FromServer = { readonly port: number } | Measurement

export interface Measurement {
  /** Bytes, after everything that nobody holds has been collected. */
  readonly memory: { readonly heap: number; readonly rss: number }
  readonly loop: LoopReport
}
