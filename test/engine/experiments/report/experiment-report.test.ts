import { describe, expect, it } from 'vitest';
import { type ExperimentReport, experimentReport } from '../../../../engine/index.ts';
import { bookOf, shopYaml } from '../../support/book.ts';
import { gathering, livedThrough, lookedAt, of } from './gathered-shop.ts';

const runs = 100;

function heldOut(share: number) {
  return bookOf(`${shopYaml}\n---\nholdout: { share: ${share} }\n`);
}

const half = heldOut(0.5);
const twentieth = heldOut(0.05);

/** Reports of every look, of many runs. */
function manyRuns(
  book: typeof half,
  run: Parameters<typeof lookedAt>[2],
): readonly (readonly ExperimentReport[])[] {
  const template = of(gathering(book), 'universal');
  return Array.from({ length: runs }, (_, seed) => lookedAt(template, seed, run));
}

function countOf<Item>(items: readonly Item[], isMeant: (item: Item) => boolean): number {
  return items.filter(isMeant).length;
}

const says = (verdict: ExperimentReport['verdict']) => (report: ExperimentReport) =>
  report.verdict === verdict;

describe('a report that is looked at again and again', () => {
  it('hardly ever says stop where the arms do the same', () => {
    const looks = manyRuns(half, { customers: 2_000, looks: 50, rateOf: () => 0.1 });
    expect(countOf(looks, (run) => run.some(says('may-stop')))).toBeLessThanOrEqual(runs * 0.05);
  });

  it('hardly ever does so for a small arm with rare conversions, and waits until that can tell', () => {
    const looks = manyRuns(twentieth, { customers: 12_000, looks: 50, rateOf: () => 0.05 });
    expect(countOf(looks, (run) => run.some(says('may-stop')))).toBeLessThanOrEqual(runs * 0.05);
    expect(looks[0]?.[0]?.words).toMatch(
      /^not decided yet: too little has happened in the smallest arm, wait/,
    );
    expect(looks[0]?.[0]?.conversion?.[0]?.interval).toBeUndefined();
    expect(looks[0]?.at(-1)?.conversion?.[0]?.interval).toBeDefined();
  });

  it('finds an effect that is there, and its intervals hold it at every look', () => {
    const effect = 0.1;
    const looks = manyRuns(half, {
      ...{ customers: 2_000, looks: 50 },
      rateOf: (arm) => (arm === 'treated' ? 0.1 + effect : 0.1),
    });
    const holds = ({ conversion }: ExperimentReport) => {
      const interval = conversion?.[0]?.interval;
      return !interval || (interval.low <= effect && interval.high >= effect);
    };
    expect(countOf(looks, (run) => run.every(holds))).toBeGreaterThanOrEqual(runs * 0.95);
    expect(countOf(looks, (run) => run.some(says('may-stop')))).toBeGreaterThan(runs * 0.9);
  });
});

describe('a report of what was gathered', () => {
  it('has no verdict where the arms do the same', () => {
    const log = livedThrough(half, 1, { customers: 1_000, rateOf: () => 0.1 });
    const report = experimentReport(of(log, 'universal'));
    expect(report.verdict).toBe('go-on');
    expect(report.sampleRatio.isRight).toBe(true);
    expect(report.arms.reduce((sum, { customers }) => sum + customers, 0)).toBe(1_000);
  });

  it('says what to keep where an arm does better', () => {
    const rateOf = (arm: string) => (arm === 'treated' ? 0.3 : 0.1);
    const report = experimentReport(of(livedThrough(half, 1, { customers: 1_000, rateOf }), 'universal'));
    expect(report).toMatchObject({
      verdict: 'may-stop',
      words: 'the effect is above zero: you may stop and keep treated',
    });
    expect(report.conversion?.[0]?.interval?.low).toBeLessThan(0.2);
    expect(report.conversion?.[0]?.interval?.high).toBeGreaterThan(0.2);
  });

  it('raises the alarm when decisions of one arm get lost', () => {
    const lostOf = (arm: string) => (arm === 'holdout' ? 0.3 : 0);
    const log = livedThrough(half, 1, { customers: 1_000, rateOf: () => 0.1, lostOf });
    const report = experimentReport(of(log, 'universal'));
    expect(report.verdict).toBe('stop-broken');
    expect(report.words).toMatch(/^stop: the arms do not have the sizes they were dealt/);
  });
});

describe('a report', () => {
  it('holds the arms against what everybody had before, or most customers have', () => {
    const book = bookOf(
      `${shopYaml}\n---\nexperiments:\n  duel: { actions: { arms: { a: [voucher], b: [guide] }, weights: { b: 2, a: 1 } } }\n`,
    );
    const duel = of(gathering(book), 'duel');
    expect(experimentReport(duel).control).toBe('b');
    expect(experimentReport(duel, { control: 'a' }).conversion?.[0]).toMatchObject({
      arm: 'b',
      control: 'a',
    });
    expect(experimentReport(duel).words).toBe('not decided yet: nobody has converted so far');
  });
});

describe('a report of a model control', () => {
  const shop = `${shopYaml}\n---\nexperiments:\n  chance: { modelControl: { share: 0.2 } }\n`;
  const lived = (rates: Readonly<Record<string, number>>, customers = 3_000, yaml = shop) =>
    experimentReport(
      of(livedThrough(bookOf(yaml), 1, { customers, rateOf: (arm) => rates[arm] ?? 0 }), 'chance'),
    );

  it('says what ranking by models is worth over chance, better or worse', () => {
    const better = lived({ control: 0.1, treated: 0.3 });
    expect(better).toMatchObject({ kind: 'modelControl', control: 'control', verdict: 'may-stop' });
    expect(better.words).toMatch(
      /^the effect is above zero: you may stop and keep treated; ranking by models is worth \+\d+(\.\d+)? points \(\+[\d.]+ points to \+[\d.]+ points\) of converted customers over chance$/,
    );
    expect(better.notes).toContain(
      'In the control chance chose among all that eligibility, consent, caps and budgets had left.',
    );
    const worse = lived({ control: 0.3, treated: 0.1 });
    expect(worse.words).toMatch(/you may stop and keep control; ranking by models is worth -\d/);
  });

  it('says so in money as well where that is known', () => {
    const worthOne = shop.replace(/^value: \d+$/gm, 'value: 10');
    const report = lived({ control: 0.1, treated: 0.3 }, 3_000, worthOne);
    expect(report.goal.worth).toBe('fixed');
    expect(report.words).toMatch(/over chance, and \+[\d.]+ \(\+[\d.]+ to \+[\d.]+\) of value a customer$/);
  });

  it('claims nothing while it is too early, nor where the arms have wrong sizes', () => {
    expect(lived({ control: 0.1, treated: 0.1 }, 100).words).not.toContain('worth');
    const lostOf = (arm: string) => (arm === 'control' ? 0.4 : 0);
    const run = { customers: 3_000, rateOf: () => 0.2, lostOf };
    const broken = experimentReport(of(livedThrough(bookOf(shop), 1, run), 'chance'));
    expect(broken.verdict).toBe('stop-broken');
    expect(broken.words).not.toContain('worth');
  });
});
