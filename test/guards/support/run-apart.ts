import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Runs a script in a Node of its own, with these flags of V8, and gives back the JSON that it prints. */
export async function runApart(script: URL, flags: readonly string[]): Promise<unknown> {
  const args = ['--import', 'tsx', ...flags, script.pathname];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd: new URL('../../..', import.meta.url).pathname,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  return JSON.parse(stdout);
}
