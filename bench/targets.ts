import { type Direction, show, type Unit } from './units.ts'

/** What must hold of a figure that a table measures. */
export interface Target {
  readonly name: string
  /** Under which name a table gives the figure. */
  readonly figure: string
  readonly limit: number
  readonly direction: Direction
  readonly unit: Unit
  /** What a figure that should be 0 may be, since what it is measured by is never still. Default: 0. */
  readonly noise?: number
}

/** All figures are ratios within one run, counts, or bytes; none is a time. */
export const targets: readonly Target[] = [
  atMost(1.25, 'a JWT seen before, the same token: CPU ÷ bare Koa', 'jwt same ÷ bare'),
  atMost(1.1, '1,000 tokens in turn: CPU ÷ the SHA-256 floor', 'jwt 1000 ÷ floor'),
  {
    ...atMost(2.8, '1,000 tokens in turn: requests/s ÷ jose by hand', 'jwt 1000 rate ÷ jose'),
    direction: 'at least',
  },
  atMost(0.85, 'a JWT not seen before: CPU added ÷ jose by hand', 'jwt new added ÷ jose'),
  atMost(1.35, 'the same in process ÷ crypto.verify, RS256', 'RS256 ÷ verify'),
  atMost(1.35, 'the same in process ÷ crypto.verify, PS256', 'PS256 ÷ verify'),
  atMost(1.15, 'the same in process ÷ crypto.verify, ES256', 'ES256 ÷ verify'),
  atMost(1.1, 'the same in process ÷ crypto.verify, Ed25519', 'Ed25519 ÷ verify'),
  atMost(1.1, 'a token never seen again: with remembering ÷ without', 'remembering ÷ not'),
  atMost(1.3, 'DPoP in process, seen token ÷ one ES256 verification', 'DPoP ÷ verify'),
  atMost(1.15, 'DPoP, whole server: CPU ÷ the floor', 'DPoP ÷ floor'),
  atMost(1.15, 'a seen opaque token: CPU ÷ bare Koa', 'opaque seen ÷ bare'),
  atMost(
    0.5,
    'an unseen opaque token: CPU added ÷ one fetch a request',
    'opaque new added ÷ fetch',
  ),
  count(1, '500 first requests at once for one opaque token: upstream calls', 'herd calls'),
  count(1, 'the same where the first call fails: upstream calls', 'failing herd calls'),
  count(2, '5,000 forged kids: key set fetches', 'forged kid fetches'),
  count(0, 'a new key 2 s after the last fetch: refused of 100', 'new key refused'),
  atMost(1.2, 'an expired token: CPU ÷ an accepted cold one', 'expired ÷ cold'),
  atMost(1.2, 'a bad signature: CPU ÷ an accepted cold one', 'bad signature ÷ cold'),
  atMost(1.2, 'a forged kid: CPU ÷ an accepted cold one', 'forged kid ÷ cold'),
  atMost(1.2, 'no token: CPU ÷ an accepted cold one', 'no token ÷ cold'),
  atMost(1.03, 'the trace while nobody listens, a seen token ÷ none', 'trace silent'),
  atMost(1.03, 'the same of a token not seen before', 'trace silentNew'),
  bytes(800, 'heap per remembered JWT', 'heap per JWT'),
  { ...bytes(0, 'heap growth per JWT past the bound', 'heap past bound'), noise: 8 },
  { ...bytes(0, 'heap kept per refused token', 'heap per refused'), noise: 8 },
  atMost(1.1, 'import time ÷ that of jose and lru-cache', 'import ÷ dependencies'),
  count(3, 'packages that an install brings, without Koa', 'packages'),
  {
    ...bytes(30 * 1024, 'bundle that is loaded at the start, minified and gzipped', 'bundle'),
    unit: 'KB',
  },
]

function atMost(limit: number, name: string, figure: string): Target {
  return { name, figure, limit, direction: 'at most', unit: '×' }
}

function count(limit: number, name: string, figure: string): Target {
  return { name, figure, limit, direction: 'at most', unit: '' }
}

function bytes(limit: number, name: string, figure: string): Target {
  return { name, figure, limit, direction: 'at most', unit: 'B' }
}

/** Whether a figure is within its target, or within a multiple of it. */
export function isMet(target: Target, value: number, tolerance = 1): boolean {
  const { limit, noise = 0, direction } = target
  return direction === 'at most' ? value <= (limit + noise) * tolerance : value >= limit / tolerance
}

/** A target as it stands in a table. */
export function describe({ limit, direction, unit, noise = 0 }: Target): string {
  const least = direction === 'at most' ? '≤' : '≥'
  return `${least} ${show(limit, unit)}${noise === 0 ? '' : ` (± ${noise})`}`
}
