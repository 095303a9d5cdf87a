import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { crossFittedLine } from '../../bench/evaluate/peeking/cross-fitted-line.ts';
import { falsePositives } from '../../bench/evaluate/peeking/false-positives.ts';
import { mailStudy } from '../../bench/evaluate/peeking/known-before.ts';
import { powerOf } from '../../bench/evaluate/peeking/power.ts';
import { Random } from '../../bench/measure/random.ts';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const header = 'recency,history,mens,womens,zip_code,newbie,channel,segment,visit,conversion,spend';

/** Customers who visit the more the more they bought; a mail changes nothing. */
function mailedCustomers(count: number): string {
  const random = new Random(3);
  const lines = Array.from({ length: count }, () => {
    const history = random.next();
    const arm = random.pick(['Mens E-Mail', 'Womens E-Mail', 'No E-Mail']);
    const visit = Number(random.chance(history));
    return `${random.between(1, 12)},${history},1,0,Rural,${random.between(0, 1)},Web,${arm},${visit},0,0`;
  });
  const folder = mkdtempSync(join(tmpdir(), 'nextbest-peeking-'));
  folders.push(folder);
  writeFileSync(join(folder, 'hillstrom.csv'), [header, ...lines].join('\n'));
  return folder;
}

describe('the evaluation of peeking', () => {
  it('finds false alarms in the z test and hardly any in ours', () => {
    const alarms = falsePositives({
      probability: 0.1,
      customersAnArm: 1_000,
      looks: 50,
      seldom: 10,
      runs: 200,
      alpha: 0.05,
    });
    expect(alarms.naive).toBeGreaterThan(0.15);
    expect(alarms.naive).toBeGreaterThanOrEqual(alarms.naiveSeldom);
    expect(alarms.sequence).toBeLessThanOrEqual(0.05);
  });

  it('finds how soon a difference is seen', () => {
    const power = powerOf({ before: 0.1, after: 0.2, looks: 40, runs: 200, alpha: 0.05 });
    expect(power.fixedSample).toBe(197);
    expect(power.withinTwice).toBeGreaterThan(0.8);
    expect(power.meanStoppingSize).toBeLessThan(2 * power.fixedSample);
  });

  it('takes away the variance that customers brought with them', () => {
    const { figures, sampleRatio } = mailStudy(mailedCustomers(1_500));
    const of = (outcome: string, covariate: string) =>
      figures.find((figure) => figure.outcome === outcome && figure.covariate === covariate);
    // A third of the variance of the visits is that of their chances.
    expect(of('visit', 'history')?.varianceCut).toBeGreaterThan(0.25);
    expect(of('visit', 'model')?.varianceCut).toBeGreaterThan(0.25);
    expect(Math.abs(of('visit', 'model')?.biasInErrors ?? Number.NaN)).toBeLessThan(4);
    expect(of('spend', 'history')).toMatchObject({ varianceCut: 0, varianceCutMin: 0 });
    expect(sampleRatio.isRight).toBe(true);
  });

  it('predicts every row by a line that has not seen it', () => {
    const random = new Random(4);
    const rows = Array.from({ length: 200 }, () => [1, random.next()]);
    const line = crossFittedLine(
      rows,
      rows.map(([, x = 0]) => 2 + 3 * x),
      5,
    );
    for (const [index, [, x = 0]] of rows.entries()) expect(line[index]).toBeCloseTo(2 + 3 * x, 3);
    const lonely = rows.map((_, index) => (index === 7 ? 1_000 : 0));
    expect(crossFittedLine(rows, lonely, 200)[7]).toBeCloseTo(0, 9);
  });
});
