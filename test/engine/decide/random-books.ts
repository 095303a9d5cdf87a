import type { DecideInput, ModelSnapshot, Rulebook } from '../../../engine/index.ts';
import type { Random } from '../../simulation/random.ts';
import { bookOf } from '../support/book.ts';
import { inputOf, rowOf, setOf } from './learned.ts';

/** A request to a book of everything that bears on what may be chosen; `seed` is left to whoever asks. */
export type RandomAsk = Omit<DecideInput, 'seed'>;

/**
 * Books in which what is chosen decides what may be chosen next: several treatments an action, caps, budgets, couples,
 * diversity, duplicates, hold-outs, customers for whom chance ranks, what is mandatory, and ties everywhere.
 */
export function randomAsk(random: Random, index: number): RandomAsk {
  const names = [...'abcde'].slice(0, random.between(2, 5));
  const rulebook = randomBook(random, names, index);
  const left = new Map(['purse', 'fund'].map((name) => [name, random.between(0, 6)]));
  const asked = random.pick([['hero'], ['side', 'foot'], ['hero', 'side', 'foot'], ['side', 'hero', 'foot']]);
  const { seed: _seed, ...input } = inputOf(rulebook, {
    model: randomModel(random, names),
    placements: asked,
    ...(random.chance(0.5) && { tellsOdds: true as const }),
    budgets: { left: (name) => left.get(name) ?? 0 },
  });
  return input;
}

function randomBook(random: Random, names: readonly string[], index: number): Rulebook {
  const diversity = random.chance(0.4)
    ? `, diversity: { by: ${random.pick(['group', 'issue'])}, max: 1 }`
    : '';
  const duplicates = random.chance(0.3) ? ', duplicates: allow' : '';
  const together = random.chance(0.7) ? ', together: pair' : '';
  const formula = random.chance(0.2) ? `, formula: "${random.pick(['P', 'V', 'max(P * V, 1)'])}"` : '';
  return bookOf(
    `channels: { web: { direction: pull } }
placements:
  hero: { channel: web, limit: ${random.between(1, 3)}, fallback: {}${diversity}${duplicates}${formula} }
  side: { channel: web, limit: ${random.between(1, 2)}, fallback: {}${together}${duplicates} }
  foot: { channel: web, limit: 1, fallback: {}${together} }
arbitration: { exploration: ${explorationOf(random)}, prior: { positives: 1, negatives: 9 } }
learning: { predictors: [context.age], shareCap: ${random.pick([0.1, 0.5, 1])}, matureAt: ${random.pick([0, 30])} }
budgets:
  purse: { unit: contacts, total: 10, period: day }
  fund: { unit: contacts, total: 10, period: day, match: { groups: [sales/second] } }
policies:
  visits: { scope: customer, limit: ${random.between(2, 6)}, within: 1d }
  group: { scope: group, limit: ${random.between(1, 4)}, within: 1d }
  once: { scope: treatment, limit: 1, within: 1d }
holdout: { share: ${random.chance(0.05) ? 1 : 0} }
experiments: { by-chance: { modelControl: { share: ${index % 4 === 1 ? 1 : 0} } } }
${names.map((name, place) => randomAction(random, name, place === 0 ? ['sales/second'] : groups)).join('')}`,
    `random-${index}`,
  );
}

function explorationOf(random: Random): string {
  if (random.chance(0.3)) return random.pick(['0', '0.3', '0.3', '1']);
  const [floor, uniform] = [random.pick([0, 0.1, 1]), random.pick([0, 0.1])];
  return `{ floor: ${floor}, uniform: ${uniform}, gamma: ${random.pick([0, 1, 1, 10, 200])} }`;
}

const groups = ['sales/first', 'sales/second', 'service/third'];

function randomAction(random: Random, name: string, groups: readonly string[]): string {
  const placements = () =>
    random.pick(['', '', '', ', placements: [side, hero]', ', placements: [foot, hero]']);
  const treatments = [...'tuv'].slice(0, random.between(1, 3)).map((treatment) => {
    const value = random.chance(0.5) ? `, value: ${random.between(0, 4)}` : '';
    return `  ${treatment}: { channel: web, content: {}${value}${placements()} }\n`;
  });
  return `---
action: ${name}
group: ${random.pick(groups)}
value: ${random.between(1, 3)}
${random.chance(0.15) ? 'mandatory: true\n' : ''}${random.chance(0.3) ? 'budgets: [purse]\n' : ''}treatments:
${treatments.join('')}`;
}

function randomModel(random: Random, names: readonly string[]): ModelSnapshot {
  if (random.chance(0.4)) return { version: 0, tallies: {} };
  const keys = names.flatMap((name) => [...'tuv'].map((treatment) => `${name}/${treatment}`));
  const tallies = Object.fromEntries(
    keys.flatMap((key): [string, [number, number]][] =>
      random.chance(0.5) ? [[key, [random.between(40, 400), random.between(0, 40)]]] : [],
    ),
  );
  if (random.chance(0.5)) return { version: 1, tallies };
  const rows = Object.fromEntries(
    keys.flatMap((key) => {
      const weights = Array.from({ length: 8 }, () => random.fraction() * 4 - 3);
      return random.chance(0.5) ? [[key, rowOf(weights, random.fraction())] as const] : [];
    }),
  );
  return { version: 1, tallies, scoring: { sets: [setOf(rows)] } };
}
