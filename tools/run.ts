import { spawnSync } from 'node:child_process'

/** Runs a program to its end; `output` is what it printed and what kept it from running. */
export function run(
  folder: string,
  program: string,
  ...args: readonly string[]
): { readonly good: boolean; readonly output: string } {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: folder,
    encoding: 'utf8',
    timeout: 300_000,
  })
  return { good: status === 0, output: [stdout, stderr, error?.message].filter(Boolean).join('\n') }
}
