import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findChromium } from './find-chromium.ts';

/**
 * Makes sure that the real servers of the tests, and the browser, are there before the first test runs. A test that needs
 * one never skips: without it this setup installs it, or fails with what to install.
 */

const programs = ['redis-server', 'nats-server', 'chromium'] as const;

/** Debian keeps daemons where the path of an ordinary user does not lead. */
const daemonFolders = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin'];

export function setup(): void {
  process.env.PATH = [process.env.PATH ?? '', ...daemonFolders].join(delimiter);
  const missing = programs.filter((program) => !isThere(program));
  if (missing.length === 0) return;
  if (!isDebianRoot()) throw new Error(advice(missing));
  installFromDebian(missing);
  const stillMissing = programs.filter((program) => !isThere(program));
  if (stillMissing.length > 0) throw new Error(advice(stillMissing));
}

/** A browser goes by several names. */
function isThere(program: (typeof programs)[number]): boolean {
  return program === 'chromium' ? findChromium() !== undefined : isInstalled(program);
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
    `The tests run against real servers and in a real browser, and these are not on the PATH: ${missing.join(', ')}.`,
    'On Debian: sudo apt-get install redis-server nats-server chromium',
    'On Ubuntu: sudo apt-get install redis-server nats-server chromium-browser',
    'On macOS: brew install redis nats-server && brew install --cask chromium',
    'Needed are redis-server 6.2 or newer and nats-server 2.9 or newer. They need not run: each test starts its own.',
    'Chrome will do for Chromium.',
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
  throw new Error(`${command} ${args.join(' ')} failed:\n${output}\n\n${advice(programs)}`);
}
