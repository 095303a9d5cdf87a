import { describe, expect, it } from 'vitest';
import { type Decision, decide, type PlacementDecision } from '../../../engine/index.ts';
import { Random } from '../../simulation/random.ts';
import { bookOf } from '../support/book.ts';
import { inputOf } from './learned.ts';
import { type RandomAsk, randomAsk } from './random-books.ts';

/** What stood, or was taken back, rank by rank. */
interface Picked {
  readonly key: string;
  /** Absent for what was taken back. */
  readonly odds?: ReadonlyMap<string, number>;
  /** The record tells the odds of what stood alone. */
  readonly isPartial?: true;
}

interface Path {
  readonly picks: readonly Picked[];
  readonly probability: number;
  count: number;
}

/** In the order in which they are filled: a couple where the first of it stands. */
function filled({ placements }: Decision, ask: RandomAsk): readonly PlacementDecision[] {
  const couple = placements.filter(({ placement }) => ask.rulebook.placements.get(placement)?.together);
  const first = placements.findIndex((placement) => couple.includes(placement));
  const others = placements.filter((placement) => !couple.includes(placement));
  return first < 0 ? placements : [...others.slice(0, first), ...couple, ...others.slice(first)];
}

function picksOf(part: PlacementDecision): readonly Picked[] {
  const back = part.reasons.filter(({ code }) => code === 'coupled');
  if (back.length > 0)
    return back.map(({ action, treatment }) => ({
      key: `${part.placement}:${action}/${treatment} taken back`,
    }));
  return part.treatments.map(({ action, treatment, probability }, rank) => {
    const key = `${part.placement}:${action}/${treatment}`;
    const row = part.odds?.ranks[rank];
    if (!row) return { key, odds: new Map([[key, probability]]), isPartial: true };
    const keys = part.odds?.options ?? [];
    return {
      key,
      odds: new Map(keys.map((one, place) => [`${part.placement}:${one}`, row[place] as number])),
    };
  });
}

function probabilityOf({ placements }: Decision): number {
  return placements.reduce(
    (product, { treatments, takenBack = 1 }) =>
      treatments.reduce((sofar, { probability }) => sofar * probability, product * takenBack),
    1,
  );
}

/** What was chosen, whether it stood or was taken back. */
function nameOf({ placements }: Decision): string {
  let name = '';
  for (const { reasons } of placements) {
    for (const { action, treatment, code } of reasons)
      if (code === 'chosen' || code === 'coupled') name += ` ${code} ${action}/${treatment}`;
    name += ' |';
  }
  return name;
}

function pathsOf(ask: RandomAsk, rounds: number): ReadonlyMap<string, Path> {
  const paths = new Map<string, Path>();
  for (let round = 0; round < rounds; round += 1) {
    const { decision } = decide({ ...ask, seed: `seed ${round}` });
    const name = nameOf(decision);
    const probability = probabilityOf(decision);
    const path = paths.get(name) ?? { picks: filled(decision, ask).flatMap(picksOf), probability, count: 0 };
    if (path.probability !== probability) throw new Error(`${name} came with two probabilities`);
    path.count += 1;
    paths.set(name, path);
  }
  return paths;
}

/**
 * Pearson's statistic in units of its own spread. What is expected fewer than five times counts together, with all that
 * never came up: that is what is left of the whole.
 */
function surprise(cells: readonly (readonly [expected: number, seen: number])[], total: number): number {
  const often = cells.filter(([expected]) => expected >= 5);
  const sumOf = (place: 0 | 1) => often.reduce((sum, cell) => sum + cell[place], 0);
  const [expected, seen] = [total - sumOf(0), total - sumOf(1)];
  if (expected < 1e-9 * total) expect(seen).toBe(0);
  const told = expected >= 5 ? [...often, [expected, seen] as const] : often;
  const freedom = told.length - 1;
  if (freedom < 1) return 0;
  const statistic = told.reduce((sum, [due, came]) => sum + (came - due) ** 2 / due, 0);
  const tenth = 2 / (9 * freedom);
  return (Math.cbrt(statistic / freedom) - (1 - tenth)) / Math.sqrt(tenth);
}

function action(name: string, fields: string, where = ''): string {
  return `---
action: ${name}
group: sales/first
${fields}
treatments: { t: { channel: web, content: {}${where} } }
`;
}

/** Of each place on the way: how often every option was taken there, beside its odds. */
function places(paths: Iterable<Path>) {
  const found = new Map<
    string,
    { count: number; odds: ReadonlyMap<string, number>; seen: Map<string, number> }
  >();
  for (const { picks, count } of paths) {
    let prefix = '';
    for (const { key, odds, isPartial } of picks) {
      if (odds && !isPartial) {
        const place = found.get(`${prefix}${key.split(':')[0]}`) ?? { count: 0, odds, seen: new Map() };
        expect(place.odds).toEqual(odds);
        place.count += count;
        place.seen.set(key, (place.seen.get(key) ?? 0) + count);
        found.set(`${prefix}${key.split(':')[0]}`, place);
      }
      prefix += `${key} | `;
    }
  }
  return found;
}

/** The furthest that any slate, or any option at a rank, was off; every row of odds has to add up to 1. */
function furthestOff(paths: readonly Path[]): number {
  const whole = paths.reduce((sum, { probability }) => sum + probability, 0);
  // What never came up was unlikely, and what came up is never more than all there is.
  expect(whole).toBeLessThan(1 + 1e-9);
  const slates = paths.map(({ probability, count }) => [probability * rounds, count] as const);
  let most = surprise(slates, rounds);
  // Of ranks of couples that fell nothing is told, so those that are told were drawn more often than it seems.
  const isWhole = !paths.some(fell);
  for (const { odds, seen, count } of places(paths).values()) {
    expect(Math.abs([...odds.values()].reduce((sum, p) => sum + p, 0) - 1)).toBeLessThan(1e-12);
    if (!isWhole) continue;
    most = Math.max(
      most,
      surprise(
        [...odds].map(([key, p]) => [p * count, seen.get(key) ?? 0]),
        count,
      ),
    );
  }
  return most;
}

function fell({ picks }: Path): boolean {
  return picks.some(({ odds }) => !odds);
}

const books = 24;
const rounds = 400;

describe('the logged probability', () => {
  it('is how often it happens: of every slate, and of every option at every rank, whatever the book (D4)', () => {
    const random = new Random(20_261);
    const told = { slates: 0, ranks: 0, fell: 0, most: 0 };
    for (let index = 0; index < books; index += 1) {
      const paths = [...pathsOf(randomAsk(random, index), rounds).values()];
      told.most = Math.max(told.most, furthestOff(paths));
      told.slates += paths.length;
      told.ranks += places(paths).size;
      told.fell += paths.filter(fell).length;
    }
    // In units of the spread. The seeds are fixed: what holds once holds always.
    expect(told.most).toBeLessThan(5);
    expect(told.slates).toBeGreaterThan(200);
    expect(told.ranks).toBeGreaterThan(80);
    expect(told.fell).toBeGreaterThan(10);
  });

  it('is told of all that were drawn from where what is mandatory is equally good (OD1)', () => {
    const rulebook = bookOf(`channels: { web: { direction: pull } }
placements:
  hero: { channel: web, limit: 3, fallback: {} }
arbitration: { exploration: {} }
${[...'ab'].map((name) => action(name, 'mandatory: true')).join('')}${[...'cd'].map((name) => action(name, 'value: 2')).join('')}`);
    const [hero] = decide(inputOf(rulebook)).decision.placements;
    expect(hero?.odds?.ranks.map((row) => row.reduce((sum, p) => sum + p, 0))).toEqual([1, 1, 1]);
    expect(hero?.odds?.ranks[0]?.slice(0, 2)).toEqual([0.5, 0.5]);
  });

  it('of what was taken back of a couple is kept where it was chance, and absent where it was certain', () => {
    // Whatever `a` is chosen for, only `b` is left for the other one, which may not stand there.
    const outcomes = (valueOfA: number) => {
      const rulebook = bookOf(`channels: { web: { direction: pull } }
placements:
  side: { channel: web, limit: 1, fallback: {}, together: pair }
  foot: { channel: web, limit: 1, fallback: {}, together: pair }
arbitration: { exploration: ${valueOfA === 2 ? '{}' : '0'} }
${action('a', `value: ${valueOfA}`)}${action('b', 'value: 2', ', placements: [side]')}`);
      const seeds = Array.from({ length: 20 }, (_, seed) => `${seed}`);
      return new Set(
        seeds.map((seed) => {
          const asked = inputOf(rulebook, { seed, placements: ['side', 'foot'] });
          const [side] = decide(asked).decision.placements;
          return side?.treatments.length === 0 ? side.takenBack : 'stood';
        }),
      );
    };
    expect(outcomes(2)).toEqual(new Set(['stood', 0.5]));
    expect(outcomes(3)).toEqual(new Set([undefined]));
  });

  it.each([
    ['one option alone', ['a'], ''],
    ['options that are all worth nothing', ['a', 'b', 'c'], ''],
    ['priorities beyond all bounds', ['a', 'b', 'c'], ', formula: "V * P * 1e308"'],
    ['what is worth most without a propensity', ['a', 'b'], ', without: [P]'],
  ])('is a number above 0 for %s', (what, names, more) => {
    const value = what.includes('nothing') ? 0 : 1e300;
    for (const gamma of [0, 200, 1e300]) {
      const rulebook = bookOf(`channels: { web: { direction: pull } }
placements:
  hero: { channel: web, limit: 2, fallback: {}${more} }
arbitration: { exploration: { floor: 0, uniform: 0, gamma: ${gamma} } }
${names.map((name) => action(name, `value: ${value}`)).join('')}`);
      const [hero] = decide(inputOf(rulebook)).decision.placements;
      expect(hero?.treatments).toHaveLength(Math.min(2, names.length));
      for (const { probability } of hero?.treatments ?? []) expect(probability).toBeGreaterThan(0);
      for (const row of hero?.odds?.ranks ?? [])
        expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
    }
  });

  it('is of nothing where there is nothing to choose from', () => {
    const rulebook = bookOf(`channels: { web: { direction: pull } }
placements: { hero: { channel: web, limit: 2, fallback: {} } }
arbitration: { exploration: {} }
${action('a', 'applicability: { fact: context.age, operator: equal, value: 5 }')}`);
    const [hero] = decide(inputOf(rulebook)).decision.placements;
    expect(hero).toMatchObject({ treatments: [], fallback: { fallback: true } });
    expect(hero).not.toHaveProperty('odds');
  });
});
