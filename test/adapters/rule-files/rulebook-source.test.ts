import { mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openRulebookSource } from '../../../adapters/rule-files/rulebook-source.ts';
import { openLibraries } from '../../../adapters/wiring/libraries.ts';
import type { Diagnostic, Rulebook } from '../../../engine/index.ts';
import { folderOf, write } from './folder.ts';

const channels = `channels:
  web: { direction: pull }
placements:
  hero: { channel: web, fallback: { title: Welcome } }
`;

function action(name: string, title = name): string {
  return `action: ${name}
group: sales/test
treatments:
  card: { channel: web, content: { title: "${title}" } }
`;
}

/** A source on the folder that notes every call, closed at the end of the test. */
async function watch(folder: string) {
  const books: Rulebook[] = [];
  const rejections: (readonly Diagnostic[])[] = [];
  const source = await openRulebookSource({
    folder,
    libraries: openLibraries(),
    onRulebook: (rulebook) => books.push(rulebook),
    onRejected: (diagnostics) => rejections.push(diagnostics),
    pollMs: 5,
  });
  onTestFinished(() => source.close());
  const actions = () => [...(source.current()?.actions.keys() ?? [])].sort();
  return { source, books, rejections, actions };
}

const patience = { timeout: 90_000, interval: 5 };

describe('opening', () => {
  test('has the rulebook loaded once it is open', async () => {
    const { source, books, rejections } = await watch(
      folderOf({ 'base.yaml': channels, 'a.yaml': action('a') }),
    );
    expect(source.current()).toBe(books[0]);
    expect(source.lastRejection()).toBeUndefined();
    expect([books.length, rejections.length]).toEqual([1, 0]);
  });

  test('opens on a broken folder, says why, and takes the first good book', async () => {
    const folder = folderOf({ 'base.yaml': channels, 'a.yaml': 'action: a\n\tgroup: x' });
    const { source, rejections, actions } = await watch(folder);
    expect(source.current()).toBeUndefined();
    expect(rejections).toEqual([source.lastRejection()]);
    expect(source.lastRejection()).toMatchObject([{ code: 'NBR_SYNTAX', file: 'a.yaml', line: 2 }]);
    write(folder, 'a.yaml', action('a'));
    await vi.waitFor(() => expect(actions()).toEqual(['a']), patience);
    expect(source.lastRejection()).toBeUndefined();
  });

  test('waits for a folder that is not there yet', async () => {
    const folder = join(folderOf({}), 'rules');
    const { source, actions } = await watch(folder);
    expect(source.lastRejection()).toMatchObject([{ code: 'NBR_UNREADABLE', file: '.' }]);
    mkdirSync(folder);
    write(folder, 'book.yaml', `${channels}---\n${action('a')}`);
    await vi.waitFor(() => expect(actions()).toEqual(['a']), patience);
  });
});

describe('a change', () => {
  test('is taken when a file is saved in place', async () => {
    const folder = folderOf({ 'base.yaml': channels, 'a.yaml': action('a') });
    const { source, books, actions } = await watch(folder);
    const before = source.current();
    write(folder, 'a.yaml', action('b'));
    await vi.waitFor(() => expect(actions()).toEqual(['b']), patience);
    expect(source.current()?.version).not.toBe(before?.version);
    expect(books.length).toBe(2);
    expect([...(before?.actions.keys() ?? [])]).toEqual(['a']);
  });

  test('is taken when an editor saves by renaming', async () => {
    const folder = folderOf({ 'base.yaml': channels, 'a.yaml': action('a') });
    const { actions, rejections } = await watch(folder);
    write(folder, '.a.yaml.swap', action('c'));
    renameSync(join(folder, '.a.yaml.swap'), join(folder, 'a.yaml'));
    await vi.waitFor(() => expect(actions()).toEqual(['c']), patience);
    expect(rejections).toEqual([]);
  });

  test('is taken when files come, go and move into sub-folders', async () => {
    const folder = folderOf({ 'base.yaml': channels, 'a.yaml': action('a') });
    const { actions } = await watch(folder);
    write(folder, 'deep/er/b.yaml', action('b'));
    await vi.waitFor(() => expect(actions()).toEqual(['a', 'b']), patience);
    rmSync(join(folder, 'a.yaml'));
    await vi.waitFor(() => expect(actions()).toEqual(['b']), patience);
  });

  test('is taken when a mounted configuration swaps its link', async () => {
    const folder = folderOf({
      '..one/book.yaml': `${channels}---\n${action('a')}`,
      '..two/book.yaml': `${channels}---\n${action('b')}`,
    });
    symlinkSync('..one', join(folder, '..data'));
    symlinkSync('..data/book.yaml', join(folder, 'book.yaml'));
    const { actions } = await watch(folder);
    expect(actions()).toEqual(['a']);
    symlinkSync('..two', join(folder, '..next'));
    renameSync(join(folder, '..next'), join(folder, '..data'));
    await vi.waitFor(() => expect(actions()).toEqual(['b']), patience);
  });
});

describe('a broken save', () => {
  test('leaves the last good book in force and is reported once', async () => {
    const folder = folderOf({ 'base.yaml': channels, 'a.yaml': action('a') });
    const { source, books, rejections, actions } = await watch(folder);
    const broken = 'action: a\ngroup: sales/test\ntreatments:\n  card: { channel: wob, content: 1 }\n';
    write(folder, 'a.yaml', broken);
    await vi.waitFor(() => expect(rejections.length).toBe(1), patience);
    expect(rejections[0]).toMatchObject([{ code: 'NBR_UNKNOWN_CHANNEL', file: 'a.yaml', line: 4 }]);
    expect(source.current()).toBe(books[0]);
    // The same bytes again are no news.
    write(folder, 'a.yaml', broken);
    write(folder, '.a.yaml.swap', action('b'));
    renameSync(join(folder, '.a.yaml.swap'), join(folder, 'a.yaml'));
    await vi.waitFor(() => expect(actions()).toEqual(['b']), patience);
    expect(source.lastRejection()).toBeUndefined();
    expect(rejections.length).toBe(1);
  });

  test('that is taken back restores the book without another swap', async () => {
    const folder = folderOf({ 'base.yaml': channels, 'a.yaml': action('a') });
    const { source, books } = await watch(folder);
    write(folder, 'a.yaml', 'action: [');
    await vi.waitFor(() => expect(source.lastRejection()).toBeDefined(), patience);
    write(folder, 'a.yaml', action('a'));
    await vi.waitFor(() => expect(source.lastRejection()).toBeUndefined(), patience);
    expect(books.length).toBe(1);
    expect(source.current()).toBe(books[0]);
  });

  test('of one file does not blame the others for what it defines', async () => {
    const folder = folderOf({ 'base.yaml': channels, 'a.yaml': action('a') });
    const { rejections } = await watch(folder);
    write(folder, 'base.yaml', 'channels:\n\tweb: { direction: pull }\n');
    await vi.waitFor(() => expect(rejections.length).toBeGreaterThan(0), patience);
    expect(new Set(rejections.flat().map(({ file }) => file))).toEqual(new Set(['base.yaml']));
  });

  test('a lost folder does not empty the book', async () => {
    const folder = folderOf({ 'base.yaml': channels, 'a.yaml': action('a') });
    const { source, actions } = await watch(folder);
    unlinkSync(join(folder, 'a.yaml'));
    rmSync(folder, { recursive: true });
    await vi.waitFor(() => expect(source.lastRejection()?.[0]?.message).toMatch(/does not exist/), patience);
    // Unless the look fell between the two removals, which is a book without actions and as good as any.
    expect([['a'], []]).toContainEqual(actions());
  });
});

test('is silent once closed', async () => {
  const folder = folderOf({ 'base.yaml': channels, 'a.yaml': action('a') });
  const { source, books } = await watch(folder);
  await source.close();
  write(folder, 'a.yaml', action('b'));
  const other = await watch(folder);
  expect(other.actions()).toEqual(['b']);
  expect(books.length).toBe(1);
  expect([...(source.current()?.actions.keys() ?? [])]).toEqual(['a']);
});
