import { spawnSync } from 'node:child_process'
import { cpus } from 'node:os'

/** Cores that a process may run on: the first, or all others. */
export type Cores = 'first' | 'others'

/** Whether processes can be kept apart: by `taskset`, which Linux has. */
export const apart: boolean = cpus().length > 1 && spawnSync('taskset', ['--version']).status === 0

/** Keeps a process, all its threads, on some cores, so that the load takes nothing from what is measured. */
export function keepOn(cores: Cores, pid: number): void {
  const list = cores === 'first' ? '0' : `1-${cpus().length - 1}`
  if (apart) spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', list, String(pid)])
}
