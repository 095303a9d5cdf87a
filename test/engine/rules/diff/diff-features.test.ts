import { describe, expect, it } from 'vitest';
import { diffRulebooks } from '../../../../engine/rules/diff/diff-rulebooks.ts';
import { bookOf } from '../../support/book.ts';
import { inShort } from './books.ts';

/** One action that reads these features; the comparisons as they stand in a rule file. */
function shop(features: Readonly<Record<string, string>>, comparison: string) {
  const lines = Object.entries(features).map(([name, written]) => `  ${name}: ${written}\n`);
  return bookOf(`channels: { web: { direction: pull } }
placements: { hero: { channel: web, fallback: {} } }
features:
${lines.join('')}---
action: offer
group: g
applicability: ${comparison}
treatments: { t: { channel: web, content: {} } }
`);
}

function changes(
  [before, after]: readonly [Readonly<Record<string, string>>, Readonly<Record<string, string>>],
  reads: readonly [before: string, after: string] | string,
) {
  const [was, is] = typeof reads === 'string' ? [reads, reads] : reads;
  return diffRulebooks(shop(before, was), shop(after, is)).map(inShort);
}

const above = (fact: string) => `{ fact: ${fact}, operator: greaterThan, value: 2 }`;

describe('a feature that is changed', () => {
  it('in its window of the calendar reaches what reads it, which way cannot be told', () => {
    const found = changes(
      [{ n: '{ count: E, within: 30d }' }, { n: '{ count: E, within: this month }' }],
      above('n'),
    );
    expect(found).toEqual([
      'contacts unclear: feature n within "2592000000ms" -> "this month" => action offer applicability unclear',
      'learning: feature n counted anew',
    ]);
  });

  it('in its lateness counts more or fewer events', () => {
    const found = changes(
      [{ n: '{ count: E, lateness: 1h }' }, { n: '{ count: E, lateness: 1d }' }],
      above('n'),
    );
    expect(found).toEqual([
      'contacts more: feature n lateness 3600000 -> 86400000 => action offer applicability loosened',
      'learning: feature n counted anew',
    ]);
  });

  it('reaches what reads one of its parts', () => {
    const windows = [
      { v: '{ count: E, by: properties.c, within: 7d }' },
      { v: '{ count: E, by: properties.c, within: 8d }' },
    ] as const;
    expect(changes(windows, above('v.tents'))).toEqual([
      'contacts more: feature v within 604800000 -> 691200000 => action offer applicability loosened',
      'learning: feature v counted anew',
    ]);
    const gaps = [{ v: '{ sessions: E, gap: 30m }' }, { v: '{ sessions: E, gap: 20m }' }] as const;
    expect(changes(gaps, above('v.duration'))).toEqual([
      'contacts unclear: feature v gap 1800000 -> 1200000 => action offer applicability unclear',
      'learning: feature v counted anew',
    ]);
  });

  it('reaches what reads a ratio of it', () => {
    const ratio = '{ ratio: a, over: b }';
    const found = changes(
      [
        { a: '{ count: A }', b: '{ count: B }', r: ratio },
        { a: '{ count: A }', b: '{ count: B, within: 7d }', r: ratio },
      ],
      above('r'),
    );
    expect(found).toEqual([
      'contacts unclear: feature b within none -> 604800000 => action offer applicability unclear',
      'learning: feature b counted anew',
    ]);
  });

  it('in what decides over its value alone keeps what it knows', () => {
    const rfm = (edge: number) =>
      `{ rfm: E, of: properties.x, edges: { recency: [1, 2, 3, ${edge}], frequency: [1, 2, 3, 4], monetary: [1, 2, 3, 4] } }`;
    expect(changes([{ f: rfm(9) }, { f: rfm(8) }], above('f.recency'))).toEqual([
      'contacts unclear: feature f edges.recency.3 9 -> 8 => action offer applicability unclear',
    ]);
    const units = [{ f: '{ recency: E }' }, { f: '{ recency: E, unit: hours }' }] as const;
    expect(changes(units, above('f'))).toEqual([
      'contacts unclear: feature f unit 86400000 -> 3600000 => action offer applicability unclear',
    ]);
  });

  it('in its points or its half-life says which', () => {
    const found = changes(
      [{ s: '{ score: { A: 1, B: 3 }, halfLife: 1d }' }, { s: '{ score: { A: 1, B: 5 }, halfLife: 2d }' }],
      above('s'),
    );
    expect(found).toEqual([
      'contacts unclear: feature s score.B 3 -> 5, halfLife 86400000 -> 172800000 => action offer applicability unclear',
      'learning: feature s counted anew',
    ]);
  });

  it('only in the order of its conditions is no other', () => {
    const where = (one: string, other: string) =>
      `{ count: E, where: { all: [ ${above(`event.properties.${one}`)}, ${above(`event.properties.${other}`)} ] } }`;
    expect(changes([{ n: where('x', 'y') }, { n: where('y', 'x') }], above('n'))).toEqual([
      'wording: feature n where equal',
    ]);
  });

  it('only in its name goes on, with its parts and the ratios of it', () => {
    const found = changes(
      [
        { visits: '{ sessions: E, gap: 30m }', a: '{ count: A }', r: '{ ratio: a, over: visits }' },
        { stays: '{ sessions: E, gap: 30m }', a: '{ count: A }', r: '{ ratio: a, over: stays }' },
      ],
      [above('visits.duration'), above('stays.duration')],
    );
    expect(found).toEqual(['learning: feature stays was visits']);
  });
});
