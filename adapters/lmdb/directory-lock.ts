import { linkSync, mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError } from '../../engine/index.ts';

/** Which process holds the folder. A process id alone is not enough: after a crash another process may get it. */
interface Holder {
  readonly pid: number;
  /** Start of the process in ticks since boot, with the boot's id; empty where there is no `/proc`. */
  readonly started: string;
}

const fileName = 'nextbest.lock';
const attemptsMax = 10;

/**
 * Keeps a second process out of a data directory by a file that names its holder. The file outlives a holder that was
 * killed; it is stale once that very process is gone.
 */
export class DirectoryLock {
  readonly #path: string;
  readonly #content: string;

  private constructor(path: string, content: string) {
    this.#path = path;
    this.#content = content;
  }

  /** Rejects with NB_DATA_IN_USE when another process, or this one already, holds the directory. */
  static acquire(directory: string): DirectoryLock {
    mkdirSync(directory, { recursive: true });
    const path = join(directory, fileName);
    const content = JSON.stringify({
      pid: process.pid,
      started: startOf(process.pid) ?? '',
    } satisfies Holder);
    for (let attempt = 0; attempt < attemptsMax; attempt += 1) {
      if (createWhole(path, content)) return new DirectoryLock(path, content);
      const found = readIfThere(path);
      if (found === undefined) continue;
      const holder = parseHolder(found);
      if (holder !== undefined && isAlive(holder)) throw inUse(directory, path, holder);
      removeStale(path, found);
    }
    throw new CodedError(
      'NB_DATA_IN_USE',
      `Several processes are trying to open ${directory}; only one may.`,
    );
  }

  release(): void {
    if (readIfThere(this.#path) === this.#content) unlinkSync(this.#path);
  }
}

/** Creates the file with its content at once: a link to a finished file, so that no one ever reads half of it. */
function createWhole(path: string, content: string): boolean {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, content);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    unlinkSync(draft);
  }
}

/**
 * Takes a stale file away. Between reading and taking it, another process may have replaced it by its own: then what
 * was taken is not what was read, and it goes back.
 */
function removeStale(path: string, stale: string): void {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  if (readFileSync(aside, 'utf8') !== stale) linkSync(aside, path);
  unlinkSync(aside);
}

function isAlive(holder: Holder): boolean {
  const started = startOf(holder.pid);
  if (started !== undefined && holder.started !== '') return started === holder.started;
  if (started === undefined && startOf(process.pid) !== undefined) return false;
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (error) {
    // Not permitted means that it is there, and someone else's.
    return codeOf(error) === 'EPERM';
  }
}

/** When a living process began; undefined when it is gone, a zombie, or there is no `/proc`. */
function startOf(pid: number): string | undefined {
  const stat = readIfThere(`/proc/${pid}/stat`);
  const boot = readIfThere('/proc/sys/kernel/random/boot_id');
  if (stat === undefined) return undefined;
  // The second field is the command in parentheses and may hold anything; what follows it begins with the state.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : `${boot?.trim() ?? ''}/${fields[19] ?? ''}`;
}

function parseHolder(text: string): Holder | undefined {
  try {
    const value = JSON.parse(text) as Partial<Holder> | null;
    if (typeof value?.pid !== 'number') return undefined;
    return { pid: value.pid, started: typeof value.started === 'string' ? value.started : '' };
  } catch {
    // Not a file that a process of ours wrote; a power cut can leave it empty.
    return undefined;
  }
}

function inUse(directory: string, path: string, holder: Holder): CodedError {
  const who = holder.pid === process.pid ? 'This process' : `The process ${holder.pid}`;
  return new CodedError(
    'NB_DATA_IN_USE',
    `${who} already uses the data directory ${directory}; stop it or choose another directory (lock file: ${path}).`,
  );
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'ENOTDIR'].includes(codeOf(error))) return undefined;
    throw error;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
