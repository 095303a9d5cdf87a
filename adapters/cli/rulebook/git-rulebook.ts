import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { CodedError, limits, type RuleText } from '../../../engine/index.ts';
import { decodeUtf8 } from '../../rule-files/decode-utf8.ts';
import { isRuleFileName } from '../../rule-files/list-rule-files.ts';

/** A rules folder as it was in a revision of the git repository it lies in. */
export interface RevisionedRules {
  /** The commit, shortened. */
  readonly version: string;
  readonly files: readonly RuleText[];
}

/** Reads the objects of the repository; the working tree is not looked at and nothing is checked out. */
export async function readRevision(revision: string, folder: string): Promise<RevisionedRules> {
  // What begins with a dash would be an option to git, whatever stands before it.
  if (revision === '' || revision.startsWith('-')) throw noRevision(revision);
  const { root, path } = await placeInRepository(revision, folder);
  const commit = await commitOf(root, revision);
  const entries = await listEntries({ root, commit, path });
  if (entries.length === 0) throw noFolder(revision, folder);
  return { version: commit.slice(0, 12), files: await readTexts(root, entries) };
}

/** Git itself says where a folder lies: links may lead to it. One that is gone is looked for in the one above. */
async function placeInRepository(revision: string, folder: string): Promise<{ root: string; path: string }> {
  const here = (await isFolder(folder)) ? folder : dirname(resolve(folder));
  if (!(await isFolder(here))) throw noFolder(revision, folder);
  const found = await git(here, ['rev-parse', '--show-toplevel', '--show-prefix']);
  const [root = '', prefix = ''] = found.toString().split('\n');
  const path = here === folder ? prefix.replace(/\/$/, '') : `${prefix}${basename(folder)}`;
  return { root, path };
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    // Whatever keeps it from being looked at, git would stumble over as well.
    () => false,
  );
}

interface Entry {
  /** Relative to the rules folder. */
  readonly path: string;
  readonly object: string;
}

async function commitOf(root: string, revision: string): Promise<string> {
  try {
    const found = await git(root, ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`]);
    return found.toString().trim();
  } catch (cause) {
    throw noRevision(revision, cause);
  }
}

async function listEntries({
  root,
  commit,
  path,
}: {
  readonly root: string;
  readonly commit: string;
  readonly path: string;
}): Promise<readonly Entry[]> {
  const prefix = path === '' ? '' : `${path}/`;
  const listed = await git(root, ['ls-tree', '-r', '-z', commit, '--', ...(path === '' ? [] : [path])]);
  return listed
    .toString()
    .split('\0')
    .flatMap((line) => {
      const [, mode, object = '', file = ''] = /^(\d+) blob ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
      const isPlain = mode === '100644' || mode === '100755';
      if (!isPlain || !file.startsWith(prefix)) return [];
      const inside = file.slice(prefix.length);
      return isRulePath(inside) ? [{ path: inside, object }] : [];
    });
}

function isRulePath(path: string): boolean {
  return isRuleFileName(basename(path)) && !path.split('/').some((part) => part.startsWith('.'));
}

/** All objects through one process: a book may have hundreds of files. */
async function readTexts(root: string, entries: readonly Entry[]): Promise<readonly RuleText[]> {
  let rest = await git(root, ['cat-file', '--batch'], entries.map(({ object }) => `${object}\n`).join(''));
  return entries.map(({ path }) => {
    // `<object> blob <size>`, the content, a line break.
    const head = rest.subarray(0, rest.indexOf('\n'));
    const size = Number(head.toString().split(' ')[2]);
    const content = rest.subarray(head.length + 1, head.length + 1 + size);
    rest = rest.subarray(head.length + 1 + size + 1);
    const decoded = decodeUtf8(content);
    if ('text' in decoded) return { path, text: decoded.text };
    throw new CodedError('NB_CONFIG', `expected UTF-8 text in ${path}, found other bytes`);
  });
}

function git(folder: string, args: readonly string[], input = ''): Promise<Buffer> {
  const options = { cwd: folder, encoding: 'buffer', maxBuffer: limits.ruleBookBytesMax } as const;
  return new Promise((done, reject) => {
    const child = execFile('git', args, options, (error, stdout, stderr) => {
      if (!error) done(stdout);
      else
        reject(
          new CodedError('NB_CONFIG', `git: ${stderr.toString().trim() || error.message}`, { cause: error }),
        );
    });
    // A git that ended early closes its input; the error above tells why.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

function noRevision(revision: string, cause?: unknown): CodedError {
  return new CodedError('NB_CONFIG', `expected a revision that git knows, found "${revision}"`, { cause });
}

function noFolder(revision: string, folder: string): CodedError {
  return new CodedError('NB_CONFIG', `expected rule files in ${folder} at ${revision}, found none`);
}
