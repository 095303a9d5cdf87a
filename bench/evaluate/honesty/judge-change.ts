import { liveShopper, type World, worldTenant } from '../../../adapters/cli/simulate/world.ts';
import { type ExpectedLife, expectedLives, learnedIn } from '../../../adapters/cli/simulate/world-truth.ts';
import {
  type Evaluation,
  emptyModel,
  ForecastRun,
  type ModelSnapshot,
  offPolicyReport,
  type Rulebook,
} from '../../../engine/index.ts';
import { Random } from '../../measure/random.ts';
import { changeKinds, type RuleChange, randomChange } from './random-change.ts';
import { type BookFigures, startFigures, worldBook, worldPlacements } from './world-book.ts';

/** How large the worlds are, in shoppers. */
export interface WorldSize {
  readonly learned: number;
  readonly logged: number;
  /** Whom the book in force is lived through with, and of these those whom each change is lived through with. */
  readonly before: number;
  readonly after: number;
}

/** What a forecast said of one change, and what is true. */
export interface Judgement {
  readonly world: number;
  readonly kind: string;
  readonly words: string;
  /** Value of a rank of a placement under the new rules, and under those in force. */
  readonly truth: number;
  readonly before: number;
  readonly forecast: Verdict;
  readonly stateless: Verdict;
}

export interface Verdict {
  /** Codes of refusals; empty: not refused. */
  readonly refusals: readonly string[];
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly difference: { readonly value: number; readonly low: number; readonly high: number };
  readonly effectiveSampleSize: number;
  readonly unsupported: number;
}

/** Far apart, so that no shopper is met twice. */
const firstOf = { logged: 0, learned: 1_000_000, truth: 2_000_000 } as const;

/** Changes of the rules in one world of tastes, each forecast from a log of its own. */
export function* judgeWorld(
  world: number,
  { seed, changes, size }: { readonly seed: number; readonly changes: number; readonly size: WorldSize },
): Generator<Judgement> {
  const tastes = seed * 1_000 + world;
  const book = worldBook(startFigures);
  const model = learnedIn(worldOf({ tastes, book, model: emptyModel, run: 'learned' }), {
    first: firstOf.learned,
    count: size.learned,
  });
  const before = livesUnder({ tastes, book, model }, size.before);
  for (let number = 0; number < changes; number += 1) {
    const kind = changeKinds[number % changeKinds.length] ?? 'cap';
    const random = new Random(tastes * 1_009 + number);
    const change = randomChange(kind, startFigures, random);
    const after = livesUnder({ tastes, book: worldBook(change.figures), model }, size.after);
    yield {
      ...{ world, kind, words: change.words },
      ...truthOf(change.figures, before, after),
      ...forecastOf(change, worldOf({ tastes, book, model, run: `logged-${number}` }), { number, size }),
    };
  }
}

/**
 * The new rules are lived through by some of the shoppers who lived under those in force, so that the difference is told
 * more exactly than either; the value of those in force is told from all of them.
 */
function truthOf(figures: BookFigures, before: readonly ExpectedLife[], after: readonly ExpectedLife[]) {
  const value = perRank(figures, before);
  return {
    before: value,
    truth: value + perRank(figures, after) - perRank(figures, before.slice(0, after.length)),
  };
}

function perRank({ actions }: BookFigures, lives: readonly ExpectedLife[]): number {
  let [value, ranks] = [0, 0];
  for (const life of lives) {
    ranks += life.ranks;
    for (const [name, { conversions }] of life.actions) {
      value += conversions * (actions[name] ?? startFigures.actions[name] ?? { value: 0 }).value;
    }
  }
  return value / ranks;
}

function forecastOf(
  { figures }: RuleChange,
  world: World,
  { number, size }: { readonly number: number; readonly size: WorldSize },
): Pick<Judgement, 'forecast' | 'stateless'> {
  const options = { rulebook: worldBook(figures), tenant: worldTenant, partitions: 1 };
  const runs = [new ForecastRun(options), new ForecastRun({ ...options, past: 'logged' })] as const;
  const first = firstOf.logged + number * size.logged;
  for (let index = first; index < first + size.logged; index += 1) {
    liveShopper({ ...world, tellsOdds: true }, index, {
      message: (message) => {
        for (const run of runs) run.take({ kind: 'message', message });
      },
      decided: (logged) => {
        for (const run of runs) run.take({ kind: 'decision', logged });
      },
    });
  }
  const [forecast, stateless] = runs;
  return {
    forecast: verdictOf(forecast.finish().evaluation),
    stateless: verdictOf(stateless.finish().evaluation),
  };
}

interface WorldParts {
  readonly tastes: number;
  readonly book: Rulebook;
  readonly model: ModelSnapshot;
}

function livesUnder(parts: WorldParts, count: number): readonly ExpectedLife[] {
  return expectedLives(worldOf({ ...parts, run: 'truth' }), { first: firstOf.truth, count });
}

function worldOf({ tastes, book, model, run }: WorldParts & { readonly run: string }): World {
  return {
    ...{ seed: tastes, rulebook: book, model, run, placements: worldPlacements },
    from: Date.UTC(2026, 2, 2),
    days: 28,
    visitsMax: 40,
    conversionOfClicks: 1,
  };
}

function verdictOf(evaluation: Evaluation | undefined): Verdict {
  const { refusals } = offPolicyReport(evaluation);
  if (!evaluation) throw new Error('a world without decisions');
  const { overlap, estimates } = evaluation;
  const { dr, difference } = estimates;
  const { effectiveSampleSize, unsupported } = overlap;
  return {
    refusals: refusals.map(({ code }) => code),
    value: dr.value,
    ...dr.interval,
    difference: { value: difference.value, ...difference.interval },
    effectiveSampleSize,
    unsupported,
  };
}
