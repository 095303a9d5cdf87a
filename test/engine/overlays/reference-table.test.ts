import {
  array,
  assert,
  boolean,
  double,
  oneof,
  option,
  property,
  record,
  string,
  uniqueArray,
} from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../../engine/index.ts';
import {
  inOneGo,
  ReferenceTable,
  readTable,
  type TableHeader,
  type TableRow,
  writeTable,
} from '../../../engine/overlays/reference-table.ts';

const header: TableHeader = {
  overlay: 'postcodes',
  attributes: { region: 'text', income: 'number', rural: 'flag' },
  source: 'postcodes.csv@1',
  at: 1_000,
  expiresAt: 2_000,
};
const rows: readonly TableRow[] = [
  ['24103', 'north', 3.5, true],
  ['20095', 'north', null, false],
  ['80331', null, 9, null],
];

const textOf = (given: TableHeader, cells: readonly TableRow[]) => inOneGo(writeTable(given, cells));

function tableWith(given: readonly TableRow[]): ReferenceTable {
  return inOneGo(readTable(textOf(header, given)));
}

describe('a reference table', () => {
  it('finds every value of a key, and nothing where there is none', () => {
    const table = tableWith(rows);
    expect(table.rows).toBe(3);
    expect(table.values('24103', 1_500)).toEqual({ region: 'north', income: 3.5, rural: true });
    expect(table.values('20095', 1_500)).toEqual({ region: 'north', rural: false });
    expect(table.values('80331', 1_500)).toEqual({ income: 9 });
    expect(table.read('99999', 'region', 1_500)).toBeUndefined();
    expect(table.read('24103', 'unknown', 1_500)).toBeUndefined();
  });

  it('takes a number for its digits, and passes over blanks around a key', () => {
    const table = tableWith(rows);
    expect(table.read(24103, 'region', 1_500)).toBe('north');
    expect(table.read(' 24103 ', 'region', 1_500)).toBe('north');
    for (const key of ['', '  ', null, undefined, true, {}, ['24103'], Number.NaN]) {
      expect(table.read(key, 'region', 1_500)).toBeUndefined();
    }
  });

  it('says nothing from the moment on at which it expires', () => {
    const table = tableWith(rows);
    expect(table.read('24103', 'region', 1_999)).toBe('north');
    expect(table.read('24103', 'region', 2_000)).toBeUndefined();
  });

  it('has a version that follows from its content, whatever the order of its rows', () => {
    const version = textOf(header, rows).version;
    expect(textOf(header, [...rows].reverse()).version).toBe(version);
    expect(textOf({ ...header, at: 1_001 }, rows).version).not.toBe(version);
    expect(textOf({ ...header, source: 'other' }, rows).version).not.toBe(version);
    expect(textOf(header, [['24103', 'south', 3.5, true], ...rows.slice(1)]).version).not.toBe(version);
  });

  it('comes back from its pieces as it was, none of them too large', () => {
    const cell = record({
      key: string({ unit: 'binary', minLength: 1, maxLength: 300 }),
      region: option(string({ unit: 'binary', maxLength: 300 })),
      income: option(double({ noNaN: true, noDefaultInfinity: true })),
      rural: option(boolean()),
    });
    assert(
      property(uniqueArray(cell, { selector: ({ key }) => key, maxLength: 400, size: 'max' }), (cells) => {
        const given = cells.map(({ key, region, income, rural }): TableRow => [key, region, income, rural]);
        const text = textOf(header, given);
        const table = inOneGo(readTable(text));
        expect(table.header).toEqual(header);
        expect(table.rows).toBe(given.length);
        for (const chunk of text.chunks) {
          expect(Buffer.byteLength(chunk)).toBeLessThanOrEqual(limits.tableChunkBytesMax);
        }
        for (const [key, region, income, rural] of given) {
          if (key !== key.trim()) continue;
          expect(table.read(key, 'region', 1_500)).toBe(region ?? undefined);
          expect(table.read(key, 'income', 1_500)).toBe(
            income === null ? undefined : Object.is(income, -0) ? 0 : income,
          );
          expect(table.read(key, 'rural', 1_500)).toBe(rural ?? undefined);
        }
      }),
      { numRuns: 10 },
    );
  });

  it('takes the same cells to the same answers wherever it was made', () => {
    const cells = array(oneof(string({ maxLength: 3 }), double({ noNaN: true, noDefaultInfinity: true })), {
      maxLength: 30,
    });
    assert(
      property(cells, (values) => {
        const given = values.map(
          (value, index): TableRow => [
            `k${index}`,
            typeof value === 'string' ? value : null,
            typeof value === 'number' ? value : null,
            null,
          ],
        );
        const here = new ReferenceTable(header, 'v', given.length);
        here.fill(given);
        const there = tableWith(given);
        for (const [key] of given) expect(there.values(key, 1_500)).toEqual({ ...here.values(key, 1_500) });
      }),
    );
  });
});
