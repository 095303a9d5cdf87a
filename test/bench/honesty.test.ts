import { expect, test } from 'vitest';
import { holds } from '../../bench/evaluate/honesty/holds.ts';
import { judgeWorld } from '../../bench/evaluate/honesty/judge-change.ts';
import { changeKinds, randomChange } from '../../bench/evaluate/honesty/random-change.ts';
import { startFigures, worldBook } from '../../bench/evaluate/honesty/world-book.ts';
import { Random } from '../../bench/measure/random.ts';

const size = { learned: 5, logged: 12, before: 12, after: 6 };

test('judges the same worlds alike, a change of each kind', () => {
  const judge = () => [...judgeWorld(0, { seed: 3, changes: changeKinds.length, size })];
  const judgements = judge();
  expect(judgements).toEqual(judge());
  expect(judgements.map(({ kind }) => kind)).toEqual(changeKinds);
  for (const { truth, before } of judgements) {
    expect(truth).toBeGreaterThan(0);
    expect(before).toBeGreaterThan(0);
  }
});

test.each(changeKinds)('every random change of the kind %s is a valid book that differs', (kind) => {
  for (let number = 0; number < 12; number += 1) {
    const { figures } = randomChange(kind, startFigures, new Random(number));
    expect(figures).not.toEqual(startFigures);
    expect(worldBook(figures).actions.size).toBe(Object.keys(figures.actions).length);
  }
});

test('an interval of nothing holds nothing, whatever the order in which it was added up', () => {
  const nothing = 0.3 - 0.2 - 0.1;
  expect(nothing).not.toBe(0);
  expect(holds({ low: 0, high: 0 }, nothing)).toBe(true);
  expect(holds({ low: 0, high: 0 }, 1e-6)).toBe(false);
});
