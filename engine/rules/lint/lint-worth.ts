import type { Action, Placement, Treatment } from '../../model/rulebook.ts';
import { levelsAbove } from '../compile-hierarchy.ts';
import type { Cursor } from '../cursor.ts';
import type { LintedBook } from './linted-book.ts';

/** What actions are worth and cost: levers that leave nothing, costs that change nothing, and costs that nothing outweighs. */
export function lintWorth(book: LintedBook): void {
  const { rulebook, drafts } = book;
  const reached = placementsByAction(rulebook.placements.values());
  for (const { name, value: draft, at } of drafts.actions.drafts) {
    const action = rulebook.actions.get(name);
    if (!action || draft.imported) continue;
    lintLevers(action, at, book);
    for (const [channel, cost] of Object.entries(action.cost)) {
      if (typeof cost !== 'number') continue;
      lintCost(book, {
        ...{ action, channel, cost, at: at.at('cost', channel) },
        placements: reached.get(name) ?? [],
      });
    }
  }
}

/** -100 and less, all levels together. */
function lintLevers(action: Action, at: Cursor, { warn, rulebook }: LintedBook): void {
  const { name, treatments, lever, group } = action;
  if (treatments.length === 0 || treatments.some(({ leverFactor }) => leverFactor > 0)) return;
  const levels = levelsAbove(group, rulebook.hierarchy).filter((level) => level.lever !== 0);
  const others = levels.map((level) => `${level.lever} of \`${level.name}\``);
  warn({
    code: 'NBR_WORTH_NOTHING',
    at: lever === 0 ? at : at.at('lever'),
    message: `the action \`${name}\`: found levers that add up to -100 or less (${[`${lever} of its own`, ...others].join(', ')}), expected more; they leave nothing of the value, so everything else comes first, and where a contact has a cost it is never made.`,
    hint: 'To show it less, use a lever such as -50; to stop it, end its `valid` or delete it.',
  });
}

interface Costed {
  readonly action: Action;
  readonly channel: string;
  readonly cost: number;
  readonly at: Cursor;
  /** Where the action may stand, in any channel. */
  readonly placements: readonly Placement[];
}

function lintCost({ warn }: LintedBook, { action, channel, cost: price, at, placements }: Costed): void {
  const { name, treatments } = action;
  if (!treatments.some((treatment) => treatment.channel === channel)) {
    const channels = [...new Set(treatments.map((treatment) => treatment.channel))];
    if (channels.length === 0) return;
    warn({
      code: 'NBR_NO_EFFECT',
      at,
      message: `the action \`${name}\`: found a cost for the channel \`${channel}\`, expected a treatment there; it has none, so the cost is never counted.`,
      hint: `Its treatments are in ${channels.map((other) => `\`${other}\``).join(', ')}.`,
    });
    return;
  }
  const here = placements.filter((placement) => placement.channel === channel);
  if (here.length === 0 || price === 0) return;
  const worths = here.map((placement) => worthMax(action, placement));
  if (worths.some(({ worth, isCertain }) => worth > price || (worth === price && isCertain))) return;
  const most = Math.max(...worths.map(({ worth }) => worth));
  warn({
    code: 'NBR_NEVER_WORTH_ITS_COST',
    at,
    message: `the action \`${name}\`: found a cost of ${price} in the channel \`${channel}\`, expected less than a success can be worth, which is ${plain(most)}; the contact is never made.`,
    hint: 'Raise the `value` of the action above its cost, or let the placement ignore it with `without: [cost]`.',
  });
}

interface Worth {
  readonly worth: number;
  readonly isCertain: boolean;
}

const endless: Worth = { worth: Number.POSITIVE_INFINITY, isCertain: true };

/**
 * What a contact is worth if it works, at most; unless the placement leaves out how likely that is, it stays below. Who
 * goes by a formula, by an amount that depends on the customer or by a cost of its own is not judged.
 */
function worthMax(action: Action, placement: Placement): Worth {
  const { without, formula, channel } = placement;
  if (without.has('cost') || formula) return endless;
  let worth = 0;
  for (const treatment of action.treatments) {
    if (treatment.channel !== channel) continue;
    const { value, own, leverFactor } = treatment;
    if (typeof value !== 'number' || own.cost !== undefined) return endless;
    const lever = without.has('L') ? 1 : leverFactor;
    worth = Math.max(worth, (without.has('V') ? 1 : value) * weightMax(treatment, placement) * lever);
  }
  return { worth, isCertain: without.has('P') };
}

/** As if all weights above 0 came together. */
function weightMax({ weights }: Treatment, { without }: Placement): number {
  if (without.has('C')) return 1;
  return 1 + weights.reduce((sum, { weight }) => sum + Math.max(0, weight), 0) / 100;
}

/** Digits beyond a hundredth of a cent are noise of the arithmetic. */
function plain(amount: number): number {
  return Math.round(amount * 10_000) / 10_000;
}

/** Where each action may stand. */
function placementsByAction(placements: Iterable<Placement>): ReadonlyMap<string, readonly Placement[]> {
  const byAction = new Map<string, Placement[]>();
  for (const placement of placements) {
    for (const { action, treatments } of placement.candidates) {
      if (treatments.length === 0) continue;
      const list = byAction.get(action.name);
      if (list) list.push(placement);
      else byAction.set(action.name, [placement]);
    }
  }
  return byAction;
}
