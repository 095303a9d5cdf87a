import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The project as it was, in a folder of its own. */
export interface Worktree {
  readonly directory: string;
  /** May be called again. */
  readonly remove: () => void;
}

/** The commit that a revision names, undefined where it names none. */
export function commitOf(project: string, revision: string): string | undefined {
  // What begins with a dash would be an option.
  if (!/^[^-]/.test(revision)) return undefined;
  const { status, stdout } = git(project, ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`]);
  return status === 0 ? stdout.trim() : undefined;
}

export function hasFile(project: string, commit: string, path: string): boolean {
  return git(project, ['cat-file', '-e', `${commit}:${path}`]).status === 0;
}

/** Packages are those of now: the revision is compared, not what it was installed with. */
export function openWorktree(project: string, commit: string): Worktree {
  const folder = mkdtempSync(join(tmpdir(), 'nextbest-compare-'));
  const directory = join(folder, 'project');
  const packages = join(directory, 'node_modules');
  const remove = () => {
    // The link first, so that nothing can follow it.
    rmSync(packages, { force: true });
    git(project, ['worktree', 'remove', '--force', directory]);
    rmSync(folder, { recursive: true, force: true });
    git(project, ['worktree', 'prune']);
  };
  try {
    const { status, stderr } = git(project, ['worktree', 'add', '--detach', directory, commit]);
    if (status !== 0) throw new Error(`git could not lay out ${commit}: ${stderr.trim()}`);
    symlinkSync(join(project, 'node_modules'), packages);
  } catch (error) {
    remove();
    throw error;
  }
  return { directory, remove };
}

function git(project: string, args: readonly string[]) {
  return spawnSync('git', args, { cwd: project, encoding: 'utf8' });
}
