import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readRuleFiles } from '../../../adapters/rule-files/read-rule-files.ts';
import { limits } from '../../../engine/limits.ts';
import { folderOf, write } from './folder.ts';

describe('which files', () => {
  test('reads all rule files of all sub-folders in the order of their paths', async () => {
    const folder = folderOf({
      'b.yaml': 'b: 1',
      'actions/z/y.yml': 'z: 1',
      'actions/a.JSON': '{"a": 1}',
      'README.md': '# no rule',
      'rulebook.schema.json': '{"not": "a rule"}',
      '.hidden.yaml': 'h: 1',
      '.git/config.yaml': 'h: 1',
      'b.yaml~': 'old: 1',
    });
    const { files, diagnostics } = await readRuleFiles(folder);
    expect(diagnostics).toEqual([]);
    expect(files.map(({ path }) => path)).toEqual(['actions/a.JSON', 'actions/z/y.yml', 'b.yaml']);
    expect(files.map(({ documents }) => documents[0]?.value)).toEqual([{ a: 1 }, { z: 1 }, { b: 1 }]);
  });

  test('follows links inside the folder, as mounted configuration has them', async () => {
    const folder = folderOf({ '..data/a.yaml': 'a: 1' });
    symlinkSync('..data/a.yaml', join(folder, 'a.yaml'));
    const { files, diagnostics } = await readRuleFiles(folder);
    expect(diagnostics).toEqual([]);
    expect(files).toMatchObject([{ path: 'a.yaml', documents: [{ value: { a: 1 } }] }]);
  });

  test('refuses links that lead out of the folder, and links to nowhere', async () => {
    const outside = folderOf({ 'secret.yaml': 'secret: 1' });
    const folder = folderOf({ 'a.yaml': 'a: 1' });
    symlinkSync(join(outside, 'secret.yaml'), join(folder, 'out.yaml'));
    symlinkSync('nowhere.yaml', join(folder, 'nowhere-link.yaml'));
    symlinkSync('circle.yaml', join(folder, 'circle.yaml'));
    const { files, diagnostics } = await readRuleFiles(folder);
    expect(files.map(({ path }) => path)).toEqual(['a.yaml']);
    const found = Object.fromEntries(
      diagnostics.map(({ file, code, message }) => [file, `${code} ${message}`]),
    );
    expect(found).toEqual({
      'out.yaml': expect.stringMatching(/NBR_UNREADABLE .*out of the rules folder/),
      'nowhere-link.yaml': expect.stringMatching(/NBR_UNREADABLE .*does not exist/),
      'circle.yaml': expect.stringMatching(/NBR_UNREADABLE .*circles/),
    });
  });

  test('does not wait for a pipe that bears the name of a rule file', async () => {
    const folder = folderOf({ 'a.yaml': 'a: 1' });
    execFileSync('mkfifo', [join(folder, 'pipe.yaml')]);
    const { diagnostics } = await readRuleFiles(folder);
    expect(diagnostics).toMatchObject([{ code: 'NBR_UNREADABLE', file: 'pipe.yaml' }]);
  });
});

describe('what cannot be read', () => {
  test.each([
    ['in the first line', [0x61, 0x3a, 0x20, 0xff], { line: 1, column: 4 }],
    ['in a later line', [...Buffer.from('a: é\nb: ü'), 0xc3, 0x28], { line: 2, column: 5 }],
    ['cut off at the end', [...Buffer.from('a: 1\nb: '), 0xe2, 0x82], { line: 2, column: 4 }],
    ['in UTF-16', [0xff, 0xfe, 0x61, 0x00], { line: 1, column: 1 }],
  ])('tells where bytes are not UTF-8, %s', async (_what, bytes, place) => {
    const folder = folderOf({ 'a.yaml': Uint8Array.from(bytes) });
    const { diagnostics, files } = await readRuleFiles(folder);
    expect(diagnostics).toMatchObject([{ code: 'NBR_SYNTAX', file: 'a.yaml', ...place }]);
    expect(files).toMatchObject([{ path: 'a.yaml', documents: [] }]);
  });

  test('reads a file with a byte order mark as if it had none', async () => {
    const { files } = await readRuleFiles(folderOf({ 'a.yaml': '\ufeffaction: a\n' }));
    expect(files[0]?.documents[0]?.value).toEqual({ action: 'a' });
    expect(files[0]?.documents[0]?.locate(['action'])).toEqual({ line: 1, column: 9 });
  });

  test('refuses a file above the limit without parsing it', async () => {
    const folder = folderOf({ 'a.yaml': Buffer.alloc(limits.ruleFileBytesMax + 1, '#'), 'b.yaml': 'b: 1' });
    const { diagnostics, files } = await readRuleFiles(folder);
    expect(diagnostics).toMatchObject([{ code: 'NBR_TOO_LARGE', file: 'a.yaml', line: 1, column: 1 }]);
    expect(files.map(({ documents }) => documents.length)).toEqual([0, 1]);
  });

  test('refuses more files than the limit, with one finding', async () => {
    const many = Array.from({ length: limits.ruleFilesMax + 5 }, (_, index) => [`sub/${index}.yaml`, '']);
    const { diagnostics } = await readRuleFiles(folderOf(Object.fromEntries(many)));
    expect(diagnostics).toMatchObject([{ code: 'NBR_TOO_LARGE', file: '.' }]);
  });

  test('says so when the folder is missing, is a file, or holds no rules', async () => {
    const folder = folderOf({ 'README.md': 'x', 'file.yaml': 'a: 1' });
    mkdirSync(join(folder, 'empty'));
    const messages = async (path: string) =>
      (await readRuleFiles(join(folder, path))).diagnostics[0]?.message;
    expect(await messages('missing')).toMatch(/does not exist/);
    expect(await messages('file.yaml')).toMatch(/not a folder/);
    expect(await messages('empty')).toMatch(/no rule files/);
  });

  test('reports the faults of all files at once', async () => {
    const folder = folderOf({
      'a.yaml': 'a:\n\tb: 1',
      'b.yaml': Uint8Array.of(0xff),
      'c.json': '{',
      'd.yaml': 'd: 1',
    });
    const { diagnostics } = await readRuleFiles(folder);
    expect(diagnostics.map(({ file }) => file)).toEqual(['a.yaml', 'b.yaml', 'c.json']);
  });
});

describe('the version', () => {
  test('depends on paths and contents and nothing else', async () => {
    const files = { 'a.yaml': 'a: 1', 'sub/b.yaml': 'b: 1' };
    const folder = folderOf(files);
    const { version } = await readRuleFiles(folder);
    expect(version).toMatch(/^[0-9a-f]{16}$/);
    utimesSync(join(folder, 'a.yaml'), 1_000, 1_000);
    write(folder, 'README.md', 'notes');
    expect((await readRuleFiles(folder)).version).toBe(version);
    expect((await readRuleFiles(folderOf({ ...files }))).version).toBe(version);
  });

  test('changes with a content, a name, a new file and a lost file', async () => {
    const variants = [
      { 'a.yaml': 'a: 1', 'b.yaml': 'b: 1' },
      { 'a.yaml': 'a: 2', 'b.yaml': 'b: 1' },
      { 'a.yaml': 'a: 1', 'c.yaml': 'b: 1' },
      { 'a.yaml': 'a: 1', 'b.yaml': 'b: 1', 'c.yaml': '' },
      { 'a.yaml': 'a: 1' },
      { 'a.yaml': 'b: 1', 'b.yaml': 'a: 1' },
    ];
    const versions = await Promise.all(
      variants.map(async (files) => (await readRuleFiles(folderOf(files))).version),
    );
    expect(new Set(versions).size).toBe(variants.length);
  });
});

test('reads again only what changed', async () => {
  const folder = folderOf({ 'a.yaml': 'a: 1', 'b.yaml': 'b: 1' });
  const first = await readRuleFiles(folder);
  write(folder, 'b.yaml', 'b: 2');
  rmSync(join(folder, 'a.yaml'));
  write(folder, 'a.yaml', 'a: 1');
  const second = await readRuleFiles(folder, first);
  expect(second.files[0]).toBe(first.files[0]);
  expect(second.files[1]?.documents[0]?.value).toEqual({ b: 2 });
  expect(second.version).not.toBe(first.version);
  expect(second.texts.get('b.yaml')).toBe('b: 2');
});
