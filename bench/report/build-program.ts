import { spawnSync } from 'node:child_process';

/** Benchmarks measure the built program. */
export function buildProgram(directory: string): void {
  const { status } = spawnSync('npm', ['run', '--silent', 'build'], {
    cwd: directory,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) throw new Error(`"npm run build" failed in ${directory}`);
}
