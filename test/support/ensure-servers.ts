import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Makes sure that the real servers of the tests are there before the first test runs. A test that needs a server never
 * skips: without the server this setup installs it, or fails with what to install.
 */

const servers = ['redis-server', 'nats-server'] as const;

/** Debian keeps daemons where the path of an ordinary user does not lead. */
const daemonFolders = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin'];

export function setup(): void {
  process.env.PATH = [process.env.PATH ?? '', ...daemonFolders].join(delimiter);
  const missing = servers.filter((server) => !isInstalled(server));
  if (missing.length === 0) return;
  if (!isDebianRoot()) throw new Error(advice(missing));
  installFromDebian(missing);
  const stillMissing = servers.filter((server) => !isInstalled(server));
  if (stillMissing.length > 0) throw new Error(advice(stillMissing));
}

function isInstalled(command: string): boolean {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .some((folder) => folder !== '' && existsSync(join(folder, command)));
}

function isDebianRoot(): boolean {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && isInstalled('apt-get');
}

function advice(missing: readonly string[]): string {
  return [
    `The tests run against real servers, and these are not on the PATH: ${missing.join(', ')}.`,
    'On Debian or Ubuntu: sudo apt-get install redis-server nats-server',
    'On macOS: brew install redis nats-server',
    'Needed are redis-server 6.2 or newer and nats-server 2.9 or newer. They need not run: each test starts its own.',
  ].join('\n');
}

function installFromDebian(packages: readonly string[]): void {
  withoutServices(() => {
    run('apt-get', ['update']);
    run('apt-get', ['install', '-y', '--no-install-recommends', ...packages]);
  });
}

/** Debian starts a daemon that it installs, unless this policy file says no; a started one would keep its port. */
function withoutServices(install: () => void): void {
  const policy = '/usr/sbin/policy-rc.d';
  const isOurs = !existsSync(policy);
  if (isOurs) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    install();
  } finally {
    if (isOurs) rmSync(policy, { force: true });
  }
}

function run(command: string, args: readonly string[]): void {
  const result = spawnSync(command, [...args], {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (result.status === 0) return;
  const output = `${result.stdout ?? ''}${result.stderr ?? ''}`.trim();
  throw new Error(`${command} ${args.join(' ')} failed:\n${output}\n\n${advice(servers)}`);
}
