import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Decision, decide, type PlacementDecision } from '../../../engine/index.ts';
import { inputOf, rowOf, setOf, weighedBook } from './learned.ts';

const keys = [...'abcd'].flatMap((action) => [`${action}/t`, `${action}/u`]);

const tallies = fc.dictionary(
  fc.constantFrom(...keys),
  fc
    .tuple(fc.nat(2_000), fc.nat(400))
    .map(([trials, positives]): [number, number] => [Math.max(trials, positives), positives]),
);

const rows = fc.dictionary(
  fc.constantFrom(...keys),
  fc
    .tuple(
      fc.array(fc.double({ min: -4, max: 2, noNaN: true }), { minLength: 8, maxLength: 8 }),
      fc.double({ min: 0, max: 4, noNaN: true }),
    )
    .map(([weights, variance]) => rowOf(weights, variance)),
);

const rules = fc.record({
  floor: fc.double({ min: 0, max: 1, noNaN: true }),
  uniform: fc.double({ min: 0, max: 1, noNaN: true }),
  gamma: fc.constantFrom(0, 1, 50, 200, 5_000),
  shareCap: fc.constantFrom(0.05, 0.3, 1),
  matureAt: fc.constantFrom(0, 50, 200),
  limit: fc.integer({ min: 1, max: 4 }),
  formula: fc.constantFrom('', 'P', 'V', 'max(P * V, 1) - cost'),
});

function slateProbability(placements: readonly PlacementDecision[]): number {
  return placements
    .flatMap(({ treatments }) => treatments)
    .reduce((product, { probability }) => product * probability, 1);
}

function slateOf({ placements }: Decision): string {
  return placements
    .flatMap(({ treatments }) => treatments.map(({ action, treatment }) => `${action}/${treatment}`))
    .join(' ');
}

describe('options that are weighed', () => {
  it('have odds that sum to 1 at every rank, floors kept, and what is shown has the probability that is logged (D4, WX1-WX4)', () => {
    fc.assert(
      fc.property(rules, tallies, rows, fc.nat(), (made, tallies, rows, seed) => {
        const { floor, uniform, gamma, shareCap, matureAt, limit } = made;
        const book = weighedBook(`learning: { shareCap: ${shareCap}, matureAt: ${matureAt} }`, {
          exploration: JSON.stringify({ floor, uniform, gamma }),
          actions: 'abcd',
          limit,
        });
        const model = { version: 1, tallies, scoring: { sets: [setOf(rows)] } };
        const [hero] = decide(inputOf(book, { model, seed: `${seed}` })).decision.placements;
        const odds = hero?.odds;
        expect(odds?.ranks).toHaveLength(Math.min(limit, 4));
        const gone = new Set<string>();
        for (const [rank, shown] of (hero?.treatments ?? []).entries()) {
          const row = odds?.ranks[rank] ?? [];
          expect(Math.abs(row.reduce((sum, p) => sum + p, 0) - 1)).toBeLessThan(1e-12);
          const place = odds?.options.indexOf(`${shown.action}/${shown.treatment}`) ?? -1;
          expect(row[place]).toBe(shown.probability);
          expect(odds?.P[place]).toBe(shown.P);
          const open = odds?.options.filter((option) => !gone.has(option.charAt(0))) ?? [];
          for (const [index, option] of (odds?.options ?? []).entries()) {
            if (!open.includes(option)) expect(row[index]).toBe(0);
            else expect(row[index]).toBeGreaterThanOrEqual(uniform / open.length - 1e-15);
          }
          gone.add(shown.action);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('cap what an action may take until it is mature, as long as a mature one is there (WX3)', () => {
    fc.assert(
      fc.property(tallies, fc.constantFrom(0.1, 0.4), (tallies, cap) => {
        const book = weighedBook(`learning: { shareCap: ${cap}, matureAt: 100 }`, { limit: 1 });
        const [hero] = decide(inputOf(book, { model: { version: 1, tallies } })).decision.placements;
        const shares = new Map<string, number>();
        for (const [index, option] of (hero?.odds?.options ?? []).entries()) {
          const action = option.charAt(0);
          shares.set(action, (shares.get(action) ?? 0) + (hero?.odds?.ranks[0]?.[index] ?? 0));
        }
        const positives = (action: string) =>
          (tallies[`${action}/t`]?.[1] ?? 0) + (tallies[`${action}/u`]?.[1] ?? 0);
        if (![...'abc'].some((action) => positives(action) >= 100)) return;
        for (const [action, share] of shares) {
          if (positives(action) < 100) expect(share).toBeLessThanOrEqual(0.9 * cap + 0.1 / 3 + 1e-12);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('are shown as often as the record says, and slates as often as the product over their ranks', () => {
    const book = weighedBook('', { actions: 'ab' });
    const model = { version: 1, tallies: { 'a/t': [200, 30], 'b/t': [300, 30], 'b/u': [50, 9] } } as const;
    const rounds = 12_000;
    const seen = new Map<string, { count: number; probability: number }>();
    for (let round = 0; round < rounds; round += 1) {
      const { decision } = decide(inputOf(book, { model, seed: `s${round}` }));
      const slate = slateOf(decision);
      const entry = seen.get(slate) ?? { count: 0, probability: slateProbability(decision.placements) };
      expect(slateProbability(decision.placements)).toBe(entry.probability);
      entry.count += 1;
      seen.set(slate, entry);
    }
    const whole = [...seen.values()].reduce((sum, { probability }) => sum + probability, 0);
    expect(Math.abs(whole - 1)).toBeLessThan(1e-12);
    for (const { count, probability } of seen.values()) {
      const spread = Math.sqrt((probability * (1 - probability)) / rounds);
      expect(Math.abs(count / rounds - probability)).toBeLessThan(5 * spread);
    }
  });

  it('multiply to what a couple shows, over both its placements', () => {
    const book = weighedBook('', { actions: 'ab' });
    const seen = new Map<string, number>();
    for (let round = 0; round < 2_000; round += 1) {
      const { decision } = decide(inputOf(book, { seed: `s${round}`, placements: ['side', 'foot'] }));
      seen.set(slateOf(decision), slateProbability(decision.placements));
    }
    const whole = [...seen.values()].reduce((sum, probability) => sum + probability, 0);
    expect(seen.size).toBe(8);
    expect(Math.abs(whole - 1)).toBeLessThan(1e-12);
  });
});
