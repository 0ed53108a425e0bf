import { spawnSync } from 'node:child_process'
import { cpus } from 'node:os'

/** Cores that a process may run on: the first, all others, or all. */
export type Cores = 'first' | 'others' | 'all'

/** Whether processes can be kept apart: by `taskset`, which Linux has. */
export const apart: boolean = cpus().length > 1 && spawnSync('taskset', ['--version']).status === 0

/** Keeps a process, all its threads, on some cores, so that the load takes nothing from what is measured. */
export function keepOn(cores: Cores, pid: number): void {
  const last = cpus().length - 1
  const list = { first: '0', others: `1-${last}`, all: `0-${last}` }[cores]
  if (apart) spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', list, String(pid)])
}
