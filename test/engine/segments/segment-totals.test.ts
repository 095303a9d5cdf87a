import { describe, expect, test } from 'vitest';
import { day, type SegmentDelta } from '../../../engine/index.ts';
import type { Segmentation } from '../../../engine/model/segmentation.ts';
import { type PartitionSegments, reportSegments } from '../../../engine/segments/segment-report.ts';
import {
  addDeltas,
  emptyTotals,
  type SegmentDay,
  underDefinitions,
} from '../../../engine/segments/segment-totals.ts';
import { bookOf } from '../support/book.ts';

const { segmentation } = bookOf(`
features: { orders: { count: Order } }
segments:
  buyers: { when: { fact: orders, operator: greaterThan, value: 0 }, value: orders }
  others: { when: { fact: orders, operator: equal, value: 0 } }
`);
const first = 20_000;

function entered(dayNumber: number, value = 0): SegmentDelta[] {
  const at = dayNumber * day + 1_000;
  return [
    { segment: 'buyers', at, size: 1, value },
    { segment: 'buyers', at, size: 0, value: 0, event: 'entered' },
  ];
}

function left(dayNumber: number, value = 0): SegmentDelta[] {
  const at = dayNumber * day + 2_000;
  return [
    { segment: 'buyers', at, size: -1, value: 0 - value },
    { segment: 'buyers', at, size: 0, value: 0, event: 'left' },
  ];
}

/** One partition after some messages, each with its deltas. */
function counted(
  messages: readonly (readonly SegmentDelta[])[],
  by: Segmentation = segmentation,
): PartitionSegments {
  let totals = underDefinitions(emptyTotals, by, first * day);
  const days: SegmentDay[] = [];
  for (const deltas of messages) {
    const added = addDeltas(totals, deltas);
    totals = added.totals;
    if (added.closed) days.push(added.closed);
  }
  return { totals, days };
}

describe('the trend of a segment', () => {
  test('carries the level over days without a change, in each partition for itself', () => {
    const one = counted([entered(first, 3_000_000), entered(first + 3, 1_000_000)]);
    const other = counted([entered(first + 1), left(first + 2)]);
    const [buyers, others] = reportSegments(segmentation, [one, other], (first + 4) * day);
    expect(buyers).toMatchObject({ name: 'buyers', size: 2, value: 4, since: first * day });
    expect(
      buyers?.trend.map(({ size, value, entered: came, left: went }) => [size, value, came, went]),
    ).toEqual([
      [1, 3, 1, 0],
      [2, 3, 1, 0],
      [1, 3, 0, 1],
      [2, 4, 1, 0],
      [2, 4, 0, 0],
    ]);
    expect(others).toMatchObject({ size: 0, trend: [] });
    expect(others).not.toHaveProperty('value');
  });

  test('knows what was there before the oldest day that is kept', () => {
    const { totals, days } = counted([entered(first), entered(first + 200)]);
    const [buyers] = reportSegments(segmentation, [{ totals, days: [] }], (first + 201) * day);
    expect(buyers?.trend).toHaveLength(100);
    expect(buyers?.trend.map(({ size }) => size).slice(-3)).toEqual([1, 2, 2]);
    expect(days.map(({ day: number }) => number)).toEqual([first]);
  });

  test('counts what comes late on the day on which it comes', () => {
    const { totals } = counted([entered(first + 2), left(first)]);
    const [buyers] = reportSegments(segmentation, [{ totals, days: [] }], (first + 2) * day);
    expect(buyers?.trend).toEqual([{ day: (first + 2) * day, size: 0, value: 0, entered: 1, left: 1 }]);
  });
});

describe('the totals under other definitions', () => {
  const redefined = bookOf(`
features: { orders: { count: Order } }
segments:
  buyers: { when: { fact: orders, operator: greaterThan, value: 1 }, value: orders }
`).segmentation;

  test('go on with the members there are, and tell since when the new definition counts', () => {
    const { totals } = counted([entered(first)]);
    const after = underDefinitions(totals, redefined, (first + 1) * day);
    expect(after.rows.buyers).toMatchObject({ size: 1, since: (first + 1) * day });
    expect(underDefinitions(after, redefined, (first + 2) * day)).toBe(after);
    const partitions = [
      { totals: after, days: [] },
      { totals, days: [] },
    ];
    expect(reportSegments(redefined, partitions, (first + 1) * day)[0]).not.toHaveProperty('since');
  });

  test('forget a segment that was removed once nobody is counted in it', () => {
    const none = bookOf('features: { orders: { count: Order } }').segmentation;
    const { totals } = counted([entered(first)]);
    const removed = underDefinitions(totals, none, (first + 1) * day);
    expect(removed.rows).toHaveProperty('buyers');
    expect(reportSegments(none, [{ totals: removed, days: [] }], (first + 1) * day)).toEqual([]);
    const { totals: emptied } = addDeltas(removed, left(first + 1));
    expect(underDefinitions(emptied, none, (first + 1) * day).rows).toEqual({});
  });
});
