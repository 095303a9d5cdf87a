import { describe, expect, it } from 'vitest';
import { type Arff, readArff } from '../../bench/evaluate/data/read-arff.ts';
import { digitsRun } from '../../bench/evaluate/off-policy/digits-run.ts';
import { labelledRows } from '../../bench/evaluate/off-policy/labelled-rows.ts';
import { ownLogRun } from '../../bench/evaluate/off-policy/own-log-run.ts';
import { summaryOf } from '../../bench/evaluate/off-policy/run-result.ts';
import { Random } from '../../bench/measure/random.ts';

/** Three classes that two numbers and a symbol nearly tell apart. */
function threeClasses(rows: number): Arff {
  const random = new Random(7);
  const lines = Array.from({ length: rows }, () => {
    const kind = random.between(0, 2);
    const near = (value: number) => (value + random.next() * 1.2).toFixed(3);
    return `${near(kind)},${near(2 - kind)},${random.chance(0.8) ? 'abc'[kind] : '?'},class${kind}`;
  });
  const head = [
    '@relation r',
    '@attribute x numeric',
    '@attribute y real',
    '@attribute s {a,b,c}',
    '@attribute class {p}',
  ];
  return readArff([...head, '@data', ...lines].join('\n'));
}

const table = threeClasses(900);

describe('the runs that judge estimators', () => {
  it('find the value of a policy from the log of another, best where a model and weights work together', () => {
    const rows = labelledRows(table, 600);
    expect(rows.labels).toHaveLength(600);
    const results = Array.from({ length: 20 }, (_, seed) => digitsRun(rows, seed));
    const { relative_error: errors } = summaryOf(results) as { relative_error: Record<string, number> };
    expect(errors.dr).toBeLessThan(0.05);
    expect(errors.dr).toBeLessThan(errors.ips as number);
    expect(digitsRun(rows, 3)).toEqual(results[3]);
  });

  it("judge another policy from the log of the engine's own learner, or say that it cannot be told", () => {
    const set = { table, rows: labelledRows(table, table.rows.length) };
    const free = ownLogRun(set, { floor: 0.5, seed: 1 });
    expect(free.refused).toBe(false);
    const dr = free.estimates.dr as { low: number; high: number };
    expect(dr.low).toBeLessThan(free.truth);
    expect(dr.high).toBeGreaterThan(free.truth);
    expect(ownLogRun(set, { floor: 0.001, seed: 1 }).refused).toBe(true);
  });
});
