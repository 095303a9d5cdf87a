import type { BigIntStats, Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { type Diagnostic, limits } from '../../engine/index.ts';

/** A rule file as the folder lists it; nothing of it has been read yet. */
export interface ListedFile {
  /** Relative to the rules folder, with forward slashes. */
  readonly path: string;
  /** Where it really lies, links resolved; inside the rules folder. */
  readonly realPath: string;
  /** Changes whenever the file may have changed. */
  readonly signature: string;
}

export interface Listing {
  /** In code-unit order of their paths, so that every machine reads the same book. */
  readonly files: readonly ListedFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Folders inside folders; a book needs three or four. */
const folderDepthMax = 16;

/** Lists all rule files of a folder and its sub-folders. Rejects only for what is a bug: faults are diagnostics. */
export async function listRuleFiles(folder: string): Promise<Listing> {
  try {
    const walk = new FolderWalk(await realpath(folder));
    await walk.enter('', 0);
    return walk.result();
  } catch (error) {
    return {
      files: [],
      diagnostics: [unreadable('.', `the rules folder cannot be read: ${reasonOf(error)}`)],
    };
  }
}

/** True for what belongs to the rulebook, going by its name alone. */
export function isRuleFileName(name: string): boolean {
  const lower = name.toLowerCase();
  return /\.(?:yaml|yml|json|csv)$/.test(lower) && !lower.endsWith('.schema.json') && !name.startsWith('.');
}

export function unreadable(file: string, message: string, hint?: string): Diagnostic {
  const place = {
    code: 'NBR_UNREADABLE',
    severity: 'error',
    file,
    line: 1,
    column: 1,
    message: `${message}.`,
  } as const;
  return hint === undefined ? place : { ...place, hint };
}

/** What the system said, without the paths of the machine. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT') return 'it does not exist';
  if (code === 'EACCES' || code === 'EPERM') return 'access is denied';
  if (code === 'ENOTDIR') return 'it is not a folder';
  if (code === 'ELOOP') return 'it is a link that leads in circles';
  return code === '' ? String(error) : `the system answers ${code}`;
}

class FolderWalk {
  readonly #root: string;
  readonly #files: ListedFile[] = [];
  readonly #diagnostics: Diagnostic[] = [];
  #found = 0;

  constructor(root: string) {
    this.#root = root;
  }

  async enter(path: string, depth: number): Promise<void> {
    const entries = await readdir(join(this.#root, path), { withFileTypes: true });
    const below = (entry: Dirent) => (path === '' ? entry.name : `${path}/${entry.name}`);
    const visible = entries.filter(({ name }) => !name.startsWith('.'));
    const files = visible.filter((entry) => !entry.isDirectory() && isRuleFileName(entry.name));
    // Many small questions to the file system: asked one after the other, a slow mount would take seconds.
    await Promise.all(
      files.filter(() => this.#hasRoom()).map((entry) => this.#take(below(entry), entry.isSymbolicLink())),
    );
    for (const entry of visible) {
      if (entry.isDirectory()) await this.#enterFolder(below(entry), depth + 1);
    }
  }

  result(): Listing {
    const files = this.#files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
    const diagnostics = this.#diagnostics.toSorted((a, b) => (a.file < b.file ? -1 : 1));
    return { files, diagnostics };
  }

  async #enterFolder(path: string, depth: number): Promise<void> {
    if (depth > folderDepthMax) {
      this.#report(unreadable(path, `found more than ${folderDepthMax} folders inside each other`));
      return;
    }
    try {
      await this.enter(path, depth);
    } catch (error) {
      this.#report(unreadable(path, `the folder cannot be read: ${reasonOf(error)}`));
    }
  }

  async #take(path: string, isLink: boolean): Promise<void> {
    try {
      // No folder on the way here is a link, so only the file itself can lead elsewhere.
      const listed = join(this.#root, path);
      const realPath = isLink ? await realpath(listed) : listed;
      const stats = await stat(realPath, { bigint: true });
      if (!realPath.startsWith(this.#root + sep)) {
        this.#report(
          unreadable(path, 'it is a link that leads out of the rules folder', 'Copy the file instead.'),
        );
      } else if (!stats.isFile()) {
        this.#report(unreadable(path, 'it is not a plain file'));
      } else {
        this.#files.push({ path, realPath, signature: signatureOf(realPath, stats) });
      }
    } catch (error) {
      this.#report(unreadable(path, `the file cannot be read: ${reasonOf(error)}`));
    }
  }

  /** The files beyond the limit are not looked at; one finding speaks for all of them. */
  #hasRoom(): boolean {
    this.#found += 1;
    if (this.#found === limits.ruleFilesMax + 1) {
      const message = `found more than ${limits.ruleFilesMax} rule files, which is the limit`;
      this.#report({ ...unreadable('.', message), code: 'NBR_TOO_LARGE' });
    }
    return this.#found <= limits.ruleFilesMax;
  }

  #report(diagnostic: Diagnostic): void {
    if (this.#diagnostics.length < limits.diagnosticsMax) this.#diagnostics.push(diagnostic);
  }
}

/** An editor that saves by renaming changes the inode; one that writes in place, the times; network mounts, either. */
function signatureOf(realPath: string, stats: BigIntStats): string {
  return [realPath, stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join('|');
}
