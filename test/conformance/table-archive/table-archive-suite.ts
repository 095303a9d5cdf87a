import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoredTables, TableArchive } from '../../../engine/ports.ts';
import { type Backing, durable, reopened } from '../backing.ts';

/** What one test runs on: an archive, the same seen from elsewhere, and one of another tenant beside it. */
export interface TableArchiveSubject {
  readonly archive: TableArchive;
  readonly elsewhere: TableArchive;
  readonly other: TableArchive;
  readonly close: () => Promise<void>;
  readonly reopen?: () => Promise<TableArchiveSubject>;
}

const kept = (version: string) => ({ version, rows: 1, source: `${version}.csv@1`, at: 5, loadedAt: 9 });

function holding(revision: number, tables: Readonly<Record<string, readonly string[]>>): StoredTables {
  const entries = Object.entries(tables).map(([name, versions]) => [name, versions.map(kept)] as const);
  return { revision, tables: Object.fromEntries(entries) };
}

const added = (version: string, ...chunks: readonly string[]) => ({
  version,
  chunks: [`${version} 0`, ...chunks],
});

/** What every archive of reference tables must do. */
export function describeTableArchive(
  name: string,
  open: () => Promise<TableArchiveSubject>,
  backing: Backing = durable,
): void {
  describe(`the archive of tables on ${name}`, () => {
    let subject: TableArchiveSubject;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.close());

    it('begins with nothing', async () => {
      expect(await subject.archive.read()).toEqual({ revision: 0, tables: {} });
      expect(await subject.archive.chunks('v1')).toBeUndefined();
    });

    it('keeps a table with its pieces, and shows both elsewhere', async () => {
      const { archive, elsewhere } = subject;
      const next = holding(1_700_000_000_000, { postcodes: ['v1'] });
      const pieces = added('v1', 'ä\n"', 'x'.repeat(400_000));
      expect(await archive.replace({ expected: 0, next, added: pieces })).toBe('replaced');
      for (const seen of [archive, elsewhere]) {
        expect(await seen.read()).toEqual(next);
        expect(await seen.chunks('v1')).toEqual(pieces.chunks);
      }
    });

    it('changes nothing where another change came first', async () => {
      const { archive, elsewhere } = subject;
      await archive.replace({ expected: 0, next: holding(7, { postcodes: ['v1'] }), added: added('v1') });
      const late = { expected: 0, next: holding(8, { postcodes: ['v2'] }), added: added('v2') };
      expect(await elsewhere.replace(late)).toBe('conflict');
      expect(await archive.read()).toEqual(holding(7, { postcodes: ['v1'] }));
      expect(await archive.chunks('v2')).toBeUndefined();
      expect(await archive.chunks('v1')).toEqual(['v1 0']);
    });

    it('lets one of many changes at once through, the tables of all of them intact', async () => {
      const { archive, elsewhere } = subject;
      const outcomes = await Promise.all(
        Array.from({ length: 6 }, (_, index) =>
          (index % 2 === 0 ? archive : elsewhere).replace({
            expected: 0,
            // The same version from all of them, as from two operators who load one file.
            next: holding(10 + index, { postcodes: ['v1'] }),
            added: added('v1'),
          }),
        ),
      );
      expect(outcomes.filter((outcome) => outcome === 'replaced')).toHaveLength(1);
      expect(await elsewhere.chunks('v1')).toEqual(['v1 0']);
    });

    it('forgets the pieces of versions that are no longer listed, and keeps those that are', async () => {
      const { archive } = subject;
      await archive.replace({ expected: 0, next: holding(1, { a: ['v1'] }), added: added('v1') });
      await archive.replace({ expected: 1, next: holding(2, { a: ['v2', 'v1'] }), added: added('v2') });
      await archive.replace({ expected: 2, next: holding(3, { a: ['v3', 'v2'] }), added: added('v3') });
      expect(await archive.chunks('v1')).toBeUndefined();
      expect(await archive.chunks('v2')).toEqual(['v2 0']);
      expect(await archive.chunks('v3')).toEqual(['v3 0']);
    });

    it('puts an earlier version into force again without its pieces', async () => {
      const { archive } = subject;
      await archive.replace({ expected: 0, next: holding(1, { a: ['v1'] }), added: added('v1') });
      await archive.replace({ expected: 1, next: holding(2, { a: ['v2', 'v1'] }), added: added('v2') });
      expect(await archive.replace({ expected: 2, next: holding(3, { a: ['v1', 'v2'] }) })).toBe('replaced');
      expect(await archive.chunks('v1')).toEqual(['v1 0']);
      expect(await archive.read()).toEqual(holding(3, { a: ['v1', 'v2'] }));
    });

    it('refuses to list a version that nobody brought', async () => {
      const { archive } = subject;
      await expect(archive.replace({ expected: 0, next: holding(1, { a: ['v1'] }) })).rejects.toThrow('v1');
      expect(await archive.read()).toEqual({ revision: 0, tables: {} });
    });

    it('keeps tenants apart', async () => {
      await subject.archive.replace({ expected: 0, next: holding(1, { a: ['v1'] }), added: added('v1') });
      expect(await subject.other.read()).toEqual({ revision: 0, tables: {} });
      expect(await subject.other.chunks('v1')).toBeUndefined();
    });

    if (backing.outlivesProcess) {
      it('keeps what is in force, and the pieces of it, when it is opened again', async () => {
        const next = holding(5, { a: ['v1'] });
        await subject.archive.replace({ expected: 0, next, added: added('v1', 'more') });
        subject = await reopened(subject);
        expect(await subject.archive.read()).toEqual(next);
        expect(await subject.archive.chunks('v1')).toEqual(['v1 0', 'more']);
        const late = { expected: 0, next: holding(6, { a: ['v2'] }), added: added('v2') };
        expect(await subject.archive.replace(late)).toBe('conflict');
      });
    }
  });
}
