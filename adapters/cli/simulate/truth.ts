import { emptyModel, type Rulebook } from '../../../engine/index.ts';
import { grouped } from '../support/table.ts';
import { eventsBefore } from './browsing.ts';
import { conversionOfClicks } from './tastes.ts';
import type { World } from './world.ts';
import { learnedIn, type WorldValue, worldValue } from './world-truth.ts';

export interface Truth extends WorldValue {
  readonly seed: number;
  readonly rulebook: string;
}

/** Monday, 2 March 2026, UTC. */
const begin = Date.UTC(2026, 2, 2);
const days = 28;
const visitsMax = 24;

/** What a rulebook is worth with shoppers it never met, once it learned from as many others. */
export function truthOf(
  rulebook: Rulebook,
  { seed, shoppers }: { readonly seed: number; readonly shoppers: number },
): Truth {
  const placements = [...rulebook.placements.values()].filter(
    ({ channel }) => rulebook.channels.get(channel)?.direction === 'pull',
  );
  const world: World = {
    ...{ seed, rulebook, model: emptyModel, run: 'learned' },
    placements: placements.map(({ name }) => name),
    ...{ from: begin, days, visitsMax, conversionOfClicks, browse: eventsBefore },
  };
  const model = learnedIn(world, { first: shoppers, count: shoppers });
  const value = worldValue({ ...world, model, run: 'truth' }, { first: 0, count: shoppers });
  return { seed, rulebook: rulebook.version, ...value };
}

export function renderTruth({ seed, rulebook, ...value }: Truth, currency: string): string {
  const reach = 1.96 * value.standardError;
  const [low, high] = [value.perDecision - reach, value.perDecision + reach];
  return [
    `${grouped(value.shoppers)} shoppers, ${grouped(value.decisions)} decisions under rulebook ${rulebook} (seed ${seed}).`,
    `A decision is worth ${value.perDecision.toFixed(3)} ${currency} (${low.toFixed(3)} to ${high.toFixed(3)} with other shoppers): ` +
      `${grouped(value.contacts)} contacts, ${grouped(value.conversions)} conversions expected.`,
  ].join('\n');
}
