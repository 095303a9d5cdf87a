import { execFileSync } from 'node:child_process';
import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSides } from '../../../../adapters/cli/rulebook/diff-sides.ts';
import { readRevision } from '../../../../adapters/cli/rulebook/git-rulebook.ts';
import { diffRulebooks } from '../../../../engine/index.ts';
import { folderOf, write } from '../../rule-files/folder.ts';

const settings = `channels: { web: { direction: pull } }
placements: { hero: { channel: web, fallback: {} } }
`;
const offer = (value: number) =>
  `action: offer\ngroup: sales\nvalue: ${value}\ntreatments: { card: { channel: web } }\n`;

function git(folder: string, ...args: readonly string[]): void {
  const author = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', '-c', 'init.defaultBranch=main'];
  execFileSync('git', [...author, ...args], { cwd: folder, stdio: 'pipe' });
}

/** A repository whose rules lie in a folder of it: worth 1 in the first commit, 2 in the second, 3 on disk. */
function repository(): string {
  const folder = folderOf({
    'shop/rules/settings.yaml': settings,
    'shop/rules/actions/offer ü.yaml': offer(1),
    'shop/rules/.hidden.yaml': 'not: valid',
    'shop/rules/README.md': 'no rule file',
    'readme.yaml': 'not: valid',
  });
  git(folder, 'init', '--quiet');
  git(folder, 'add', '.');
  git(folder, 'commit', '--quiet', '-m', 'one');
  git(folder, 'tag', 'first');
  write(folder, 'shop/rules/actions/offer ü.yaml', offer(2));
  git(folder, 'commit', '--quiet', '-a', '-m', 'two');
  write(folder, 'shop/rules/actions/offer ü.yaml', offer(3));
  return join(folder, 'shop/rules');
}

async function valuesOf(one: string, other: string) {
  const sides = await openSides(one, other);
  if ('findings' in sides) throw new Error(sides.findings);
  const { before, after } = sides;
  const [change] = diffRulebooks(before.rulebook, after.rulebook);
  const [field] = change?.kind === 'fields' ? change.fields : [];
  return { labels: [before.label, after.label], values: [field?.before, field?.after] };
}

describe('the two sides of a comparison', () => {
  it('are two folders', async () => {
    const [one, other] = [1, 2].map((value) => folderOf({ 's.yaml': settings, 'a.yaml': offer(value) }));
    const { labels, values } = await valuesOf(one ?? '', other ?? '');
    expect(labels).toEqual([one, other]);
    expect(values).toEqual([1, 2]);
  });

  it('are a revision of the folder on the other side', async () => {
    const rules = repository();
    expect(await valuesOf('git:HEAD', rules)).toEqual({
      labels: [`git:HEAD:${rules}`, rules],
      values: [2, 3],
    });
    expect((await valuesOf(rules, 'git:first')).values).toEqual([3, 1]);
  });

  it('are two revisions of a folder', async () => {
    const rules = repository();
    expect((await valuesOf('git:HEAD~1', `git:main:${rules}`)).values).toEqual([1, 2]);
  });

  it('tell what is wrong with a rulebook that is not valid, with its places', async () => {
    const rules = repository();
    write(rules, 'actions/offer ü.yaml', 'action: offer\n');
    const sides = await openSides('git:HEAD', rules);
    const findings = 'findings' in sides ? sides.findings : '';
    expect(findings).toContain(`${rules}/actions/offer ü.yaml:1:1 error NBR_MISSING_FIELD`);
    expect(findings).toMatch(/is not a valid rulebook\.\n$/);
  });

  it('are named when they are not there', async () => {
    const rules = repository();
    await expect(openSides(rules, join(rules, 'nowhere'))).rejects.toThrow(/found no folder at .*nowhere/);
    await expect(openSides('git:nobranch', rules)).rejects.toThrow(
      'expected a revision that git knows, found "nobranch"',
    );
    await expect(openSides('git:', rules)).rejects.toThrow('found ""');
    await expect(openSides('git:HEAD', folderOf({ 'a.yaml': '{}' }))).rejects.toThrow(
      /git: .*not a git repository/,
    );
  });
});

describe('a revision', () => {
  it('holds the files that a folder would be read from, and no others', async () => {
    const { version, files } = await readRevision('first', repository());
    expect(version).toMatch(/^[0-9a-f]{12}$/);
    expect(files.map(({ path }) => path)).toEqual(['actions/offer ü.yaml', 'settings.yaml']);
    expect(files.map(({ text }) => text)).toEqual([offer(1), settings]);
  });

  it('is no option to git', async () => {
    const rules = repository();
    for (const revision of ['--help', '-p', '--output=x']) {
      await expect(readRevision(revision, rules)).rejects.toThrow('expected a revision that git knows');
    }
  });

  it('is found where the folder is gone by now, and through a link', async () => {
    const rules = repository();
    const link = join(folderOf({}), 'link');
    symlinkSync(rules, link);
    expect((await readRevision('HEAD', link)).files).toHaveLength(2);
    rmSync(rules, { recursive: true });
    expect((await readRevision('HEAD', rules)).files).toHaveLength(2);
  });

  it('is that of the whole repository where the rules lie at its top', async () => {
    const rules = repository();
    expect((await readRevision('HEAD', join(rules, '../..'))).files.map(({ path }) => path)).toEqual([
      'readme.yaml',
      'shop/rules/actions/offer ü.yaml',
      'shop/rules/settings.yaml',
    ]);
  });

  it('has no rules where the folder was not there yet', async () => {
    const rules = repository();
    write(rules, '../other/a.yaml', offer(1));
    await expect(readRevision('HEAD', join(rules, '../other'))).rejects.toThrow('expected rule files in');
  });
});
