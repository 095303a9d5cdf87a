import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  emptyHistory,
  type PublishedRulebook,
  type RulebookHistory,
  type RuleText,
} from '../../../engine/index.ts';
import type { RulebookArchive, StoredHistory } from '../../../engine/ports.ts';
import { type Backing, durable, reopened } from '../backing.ts';
import { awkwardText, indexes } from '../samples.ts';

/** An archive on a backing of its own: nothing that another test wrote is in it. */
export interface RulebookArchiveSubject {
  readonly archive: RulebookArchive;
  /** The archive of another node on the same backing; the same object where there can be one node only. */
  readonly elsewhere: RulebookArchive;
  /** The archive of another tenant on the same backing. */
  readonly other: RulebookArchive;
  close(): Promise<void>;
  /** Closes and opens again over the same backing. Present where data outlives the process. */
  readonly reopen?: () => Promise<RulebookArchiveSubject>;
}

const patience = { timeout: 90_000, interval: 5 };
const at = 1_700_000_000_000;

function textsOf(version: string): readonly RuleText[] {
  return [
    { path: 'actions/win-back.yaml', text: `action: ${version}\n` },
    { path: 'odd "name"\nwith a line.yaml', text: awkwardText },
    { path: 'empty.yaml', text: '' },
  ];
}

/** A history of these versions, the first of them newest and in force. */
function historyOf(...versions: readonly string[]): RulebookHistory {
  const [version = ''] = versions;
  const books = versions.map(
    (one): PublishedRulebook => ({
      version: one,
      publishedAt: at,
      author: awkwardText,
      counts: { actions: 3 },
    }),
  );
  return {
    inForce: { version, since: at, reason: 'published', by: awkwardText },
    books,
    folders: [{ origin: 'here', version }],
  };
}

export function describeRulebookArchive(
  name: string,
  open: () => Promise<RulebookArchiveSubject>,
  backing: Backing = durable,
): void {
  describe(`rulebook archive: ${name}`, () => {
    let subject: RulebookArchiveSubject;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.close());

    /** Publishes a version on top of what is there, and returns the new revision. */
    async function publish(version: string, archive = subject.archive): Promise<number> {
      const { revision, history } = await archive.read();
      const versions = [version, ...history.books.map((book) => book.version)];
      const change = { expected: revision, history: historyOf(...versions) };
      const result = await archive.replace({ ...change, added: { version, files: textsOf(version) } });
      if (result.kind === 'conflict') throw new Error('another change came first');
      return result.revision;
    }

    it('is empty at first', async () => {
      expect(await subject.archive.read()).toEqual({ revision: 0, history: emptyHistory });
      expect(await subject.archive.texts('a')).toBeUndefined();
    });

    it('gives back what was kept, character by character', async () => {
      const revision = await publish('a');
      expect(revision).toBeGreaterThan(0);
      expect(await subject.elsewhere.read()).toEqual({ revision, history: historyOf('a') });
      expect(await subject.elsewhere.texts('a')).toEqual(textsOf('a'));
      expect(await subject.elsewhere.texts('b')).toBeUndefined();
    });

    it('refuses a change that was made from an older revision, and stores nothing of it', async () => {
      const first = await publish('a');
      const second = await publish('b');
      expect(second).toBeGreaterThan(first);
      for (const expected of [0, first]) {
        const added = { version: 'c', files: textsOf('c') };
        const late = { expected, history: historyOf('c', 'a'), added };
        expect(await subject.archive.replace(late)).toEqual({ kind: 'conflict' });
      }
      expect(await subject.archive.read()).toEqual({ revision: second, history: historyOf('b', 'a') });
      expect(await subject.archive.texts('b')).toEqual(textsOf('b'));
      expect(await subject.archive.texts('c')).toBeUndefined();
    });

    it('lets one of several changes from the same revision win, and the others see it', async () => {
      await publish('base');
      const { revision } = await subject.archive.read();
      const versions = indexes(8).map((index) => `v${index}`);
      const results = await Promise.all(
        versions.map((version, index) =>
          (index % 2 === 0 ? subject.archive : subject.elsewhere).replace({
            expected: revision,
            history: historyOf(version, 'base'),
            added: { version, files: textsOf(version) },
          }),
        ),
      );
      const won = versions.filter((_, index) => results[index]?.kind === 'replaced');
      expect(won).toHaveLength(1);
      for (const archive of [subject.archive, subject.elsewhere]) {
        expect((await archive.read()).history.inForce?.version).toBe(won[0]);
        expect(await archive.texts(won[0] ?? '')).toEqual(textsOf(won[0] ?? ''));
      }
      const lost = versions.filter((version) => version !== won[0]);
      for (const version of lost) expect(await subject.archive.texts(version)).toBeUndefined();
    });

    it('moves the word between kept books without their texts', async () => {
      await publish('a');
      const expected = await publish('b');
      const history = historyOf('a', 'b');
      expect(await subject.elsewhere.replace({ expected, history })).toMatchObject({ kind: 'replaced' });
      expect((await subject.archive.read()).history).toEqual(history);
      expect(await subject.archive.texts('b')).toEqual(textsOf('b'));
    });

    it('forgets the texts of books that are not listed any more, and takes them again', async () => {
      await publish('a');
      await publish('b');
      const expected = await publish('c');
      await subject.archive.replace({ expected, history: historyOf('c', 'a') });
      expect(await subject.elsewhere.texts('b')).toBeUndefined();
      expect(await subject.elsewhere.texts('a')).toEqual(textsOf('a'));
      await publish('b');
      expect(await subject.elsewhere.texts('b')).toEqual(textsOf('b'));
    });

    it('does not list a book whose texts it was never given', async () => {
      await publish('a');
      const { revision, history } = await subject.archive.read();
      await expect(
        subject.archive.replace({ expected: revision, history: historyOf('b', 'a') }),
      ).rejects.toThrow(/without texts/);
      expect(await subject.archive.read()).toEqual({ revision, history });
    });

    it('keeps a book of several megabytes that cannot be packed', async () => {
      const files = indexes(5).map((index) => ({
        path: `big-${index}.yaml`,
        text: randomBytes(1_000_000).toString('base64'),
      }));
      const change = { expected: 0, history: historyOf('big') };
      await subject.archive.replace({ ...change, added: { version: 'big', files } });
      expect(await subject.elsewhere.texts('big')).toEqual(files);
    });

    it('tells a watcher what stands already, and then the last of many changes, in order', async () => {
      const first = await publish('a');
      const seen: StoredHistory[] = [];
      const watch = await subject.elsewhere.watch((stored) => seen.push(stored));
      await expect.poll(() => seen.at(-1)?.revision, patience).toBe(first);
      let last = first;
      for (const index of indexes(30)) last = await publish(`v${index}`);
      await expect.poll(() => seen.at(-1)?.revision, patience).toBe(last);
      expect(seen.at(-1)).toEqual(await subject.archive.read());
      const revisions = seen.map(({ revision }) => revision);
      expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
      await watch.close();
    });

    it('tells a watcher that came before anything was kept, and nothing to one that is closed', async () => {
      const seen: StoredHistory[] = [];
      const closed: StoredHistory[] = [];
      const watch = await subject.elsewhere.watch((stored) => seen.push(stored));
      await (await subject.elsewhere.watch((stored) => closed.push(stored))).close();
      const revision = await publish('a');
      await expect.poll(() => seen, patience).toEqual([{ revision, history: historyOf('a') }]);
      await watch.close();
      expect(closed).toEqual([]);
    });

    it('keeps tenants apart', async () => {
      await publish('a');
      expect((await subject.other.read()).history).toEqual(emptyHistory);
      expect(await subject.other.texts('a')).toBeUndefined();
      await publish('b', subject.other);
      expect((await subject.archive.read()).history).toEqual(historyOf('a'));
    });

    if (backing.outlivesProcess) {
      it('has everything when it is opened again', async () => {
        await publish('a');
        const revision = await publish('b');
        subject = await reopened(subject);
        expect(await subject.archive.read()).toEqual({ revision, history: historyOf('b', 'a') });
        expect(await subject.archive.texts('a')).toEqual(textsOf('a'));
        expect(await publish('c')).toBeGreaterThan(revision);
      });
    }
  });
}
