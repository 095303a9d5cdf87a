import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';

/** The built server as a process of its own. */
export interface NextbestServer {
  readonly url: string;
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

const root = new URL('../..', import.meta.url).pathname;
const program = `${root}dist/adapters/cli/nextbest.js`;

/** `script`: another program than the built one, run from its source, by its path below the project. */
export async function startNextbest(
  env: Readonly<Record<string, string>>,
  { script }: { readonly script?: string } = {},
): Promise<NextbestServer> {
  if (!existsSync(program)) throw new Error('run "npm run build" first: this measures the built program');
  const args = script === undefined ? [program, 'serve'] : ['--import', 'tsx', `${root}${script}`];
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, NEXTBEST_PORT: '0', NEXTBEST_RULES: `${root}rules`, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await addressOf(child);
  return {
    url,
    pid: child.pid ?? 0,
    stop: async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'close');
    },
  };
}

async function addressOf(child: ChildProcess): Promise<string> {
  let printed = '';
  for await (const chunk of child.stdout ?? []) {
    printed += chunk;
    const url = /is up on (http:\/\/\S+),/.exec(printed)?.[1];
    if (url === undefined) continue;
    return url;
  }
  throw new Error(`the server ended: ${printed}`);
}
