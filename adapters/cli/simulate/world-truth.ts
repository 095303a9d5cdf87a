import { type ModelSnapshot, snapshotOf, type Tally } from '../../../engine/index.ts';
import { liveShopper, type World } from './world.ts';

/** What one shopper's life under a rulebook is expected to come to, by the tastes themselves and not by what was answered. */
export interface ExpectedLife {
  readonly decisions: number;
  /** Ranks of placements that were asked for; a rank that nothing fills is one as well. */
  readonly ranks: number;
  readonly actions: ReadonlyMap<string, ExpectedAction>;
}

export interface ExpectedAction {
  contacts: number;
  /** Expected conversions. */
  conversions: number;
  /** What they are worth, and what the contacts cost, as the decisions told it. */
  value: number;
  cost: number;
}

/** What a rulebook is worth in a world. */
export interface WorldValue {
  readonly shoppers: number;
  readonly decisions: number;
  readonly contacts: number;
  readonly conversions: number;
  /** Value less cost of one decision, in the currency of the rulebook. */
  readonly perDecision: number;
  readonly standardError: number;
}

/** Shoppers by their numbers: `first` and those behind it. */
export interface ShopperRange {
  readonly first: number;
  readonly count: number;
}

export function expectedLives(world: World, { first, count }: ShopperRange): readonly ExpectedLife[] {
  return Array.from({ length: count }, (_, index) => expectedLife(world, first + index));
}

export function worldValue(world: World, range: ShopperRange): WorldValue {
  const lives = expectedLives(world, range).map(({ decisions, actions }) => {
    const sum = { decisions, contacts: 0, conversions: 0, value: 0 };
    for (const { contacts, conversions, value, cost } of actions.values()) {
      sum.contacts += contacts;
      sum.conversions += conversions;
      sum.value += value - cost;
    }
    return sum;
  });
  const total = (of: (life: (typeof lives)[number]) => number) =>
    lives.reduce((sum, life) => sum + of(life), 0);
  const decisions = total((life) => life.decisions);
  const perDecision = decisions === 0 ? 0 : total(({ value }) => value) / decisions;
  const squares = total((life) => (life.value - perDecision * life.decisions) ** 2);
  return {
    shoppers: range.count,
    decisions,
    contacts: total(({ contacts }) => contacts),
    conversions: total(({ conversions }) => conversions),
    perDecision,
    standardError: Math.sqrt(squares) / Math.max(1, decisions),
  };
}

function expectedLife(world: World, index: number): ExpectedLife {
  const { placements, rulebook } = world;
  const perDecision = placements.reduce((sum, name) => sum + (rulebook.placements.get(name)?.limit ?? 0), 0);
  const actions = new Map<string, ExpectedAction>();
  let decisions = 0;
  liveShopper(world, index, {
    decided: ({ decision, chances }) => {
      decisions += 1;
      for (const { placement, treatments } of decision.placements) {
        for (const { action, rank, V, cost } of treatments) {
          const chance = chances.get(`${placement}/${rank}`) ?? 0;
          const sum = actions.get(action) ?? { contacts: 0, conversions: 0, value: 0, cost: 0 };
          sum.contacts += 1;
          sum.conversions += chance;
          sum.value += chance * V;
          sum.cost += cost;
          actions.set(action, sum);
        }
      }
    },
  });
  return { decisions, ranks: decisions * perDecision, actions };
}

/** What a rulebook learns of the tastes from the answers of some shoppers. */
export function learnedIn(world: World, { first, count }: ShopperRange): ModelSnapshot {
  const tallies: Record<string, Tally> = {};
  const add = (key: string, [trials, positives]: Tally) => {
    const [known, won] = tallies[key] ?? [0, 0];
    tallies[key] = [known + trials, won + positives];
  };
  for (let index = first; index < first + count; index += 1) {
    liveShopper(world, index, {
      message: (message) => {
        if (message.kind === 'decision') {
          for (const { action, treatment } of message.contacts) add(`${action}/${treatment}`, [1, 0]);
        } else if (message.kind === 'outcome' && message.outcome === 'conversion') {
          add(`${message.action}/${message.treatment}`, [0, 1]);
        }
      },
      decided: () => undefined,
    });
  }
  return snapshotOf(tallies);
}
