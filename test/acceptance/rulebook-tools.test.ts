import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { edit, openPlace, projectFolder } from './support/place.ts';
import { shopBook } from './support/shop-book.ts';

const checked = `---
action: winter-sale
group: sales/season
value: 500
applicability: { fact: context.city, operator: equal, value: Oslo }
treatments:
  card: { channel: web, placements: [hero], content: { title: Winter sale } }
tests:
  - name: the sale comes first in Oslo
    context: { city: Oslo }
    ask: { placement: hero }
    expect: { first: winter-sale }
`;

test('check: 0 when all is well, 1 for errors and failed tests, 2 for a slip in the command', async () => {
  const place = await openPlace();
  const file = await place.write('rules/shop.yaml', `${shopBook}${checked}`);
  expect((await place.run(['check'])).code).toBe(0);
  const { stdout, code } = await place.run(['check', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ valid: true, errors: 0, passed: 1, failed: 0 });
  expect(code).toBe(0);

  await edit(file, 'first: winter-sale', 'out: { winter-sale: consent }');
  expect((await place.run(['check'])).code).toBe(1);
  await edit(file, 'value: 500', 'value: many');
  expect((await place.run(['check'])).code).toBe(1);

  for (const args of [
    ['check', '--fast'],
    ['check', 'nowhere'],
    ['check', 'rules', 'more-rules'],
    ['test', 'rules', 'more-rules'],
    ['schema', '--write', 'nowhere'],
    ['history', '--url', 'localhost'],
    ['rollback', 'one', 'two'],
  ]) {
    const ended = await place.run(args);
    expect([ended.code, ended.stdout]).toEqual([2, '']);
    expect(ended.stderr).not.toContain('    at ');
  }
});

test('check --strict: warnings fail as well', async () => {
  const place = await openPlace();
  await place.write('rules/shop.yaml', `${shopBook}---\naction: nowhere\ngroup: sales\n`);
  const { code, stdout } = await place.run(['check']);
  expect([code, stdout]).toEqual([0, expect.stringContaining('warning NBR_ACTION_WITHOUT_TREATMENT')]);
  expect((await place.run(['check', '--strict'])).code).toBe(1);
});

test('test: fails for a failed test and for too little coverage', async () => {
  const place = await openPlace();
  const file = await place.write('rules/shop.yaml', `${shopBook}${checked}`);
  const { code, stdout } = await place.run(['test']);
  expect(stdout).toContain('✓ the sale comes first in Oslo');
  expect(stdout).toMatch(/% covered \(\d+ of \d+ sides seen\)/);
  expect(code).toBe(0);
  expect((await place.run(['test', '--min-coverage', '100'])).code).toBe(1);

  const filtered = await place.run(['test', '--filter', 'in Oslo', '--json']);
  expect(JSON.parse(filtered.stdout)).toEqual(expect.not.objectContaining({ coverage: expect.anything() }));
  expect((await place.run(['test', '--filter', 'no such test'])).code).toBe(2);

  await edit(file, 'city: Oslo }\n    ask', 'city: Bergen }\n    ask');
  const failed = await place.run(['test']);
  expect(failed.stdout).toContain('It needs context.city = "Oslo", but it was "Bergen".');
  expect(failed.code).toBe(1);
});

test('diff: 0 for the same meaning, 1 for another, 2 for trouble', async () => {
  const place = await openPlace();
  const file = await place.write('rules/shop.yaml', `${shopBook}${checked}`);
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], {
      cwd: place.folder,
      stdio: 'pipe',
    });
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '-m', 'one');
  await edit(
    file,
    '{ fact: context.city, operator: equal, value: Oslo }',
    '{ any: [ { fact: context.city, operator: equal, value: Oslo } ] }',
  );
  const same = await place.run(['diff', 'git:HEAD', 'rules']);
  expect(same).toMatchObject({ code: 0, stdout: expect.stringContaining('Both mean the same') });

  await edit(
    file,
    'value: Oslo } ]',
    'value: Oslo }, { fact: context.city, operator: equal, value: Bergen } ]',
  );
  const other = await place.run(['diff', 'git:HEAD', 'rules', '--markdown']);
  expect(other).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('**more**: action winter-sale: `applicability` is loosened'),
  });
  // Without a folder, a revision means that of the settings.
  expect((await place.run(['diff', 'git:HEAD', 'git:HEAD'])).code).toBe(0);

  const nowhere = await place.run(['diff', 'git:nowhere', 'rules']);
  expect([nowhere.code, nowhere.stdout]).toEqual([2, '']);
  await edit(file, 'value: 500', 'value: many');
  const broken = await place.run(['diff', 'git:HEAD', 'rules']);
  expect(broken).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('NBR_WRONG_TYPE') });
});

test('schema prints what lies beside the sample rules', async () => {
  const place = await openPlace();
  const { code, stdout } = await place.run(['schema']);
  expect(code).toBe(0);
  expect(stdout).toBe(await readFile(`${projectFolder}/rules/rulebook.schema.json`, 'utf8'));
});

test('help lists the commands for rulebooks', async () => {
  const place = await openPlace();
  const { stdout } = await place.run(['help']);
  for (const command of ['check', 'test', 'diff', 'schema'])
    expect(stdout).toMatch(new RegExp(`^  ${command} +\\w`, 'm'));
});
