import type { Action, Arbitration, Placement } from '../../model/rulebook.ts';
import type { Cursor } from '../cursor.ts';
import type { LintedBook } from './linted-book.ts';

/** What actions are worth and cost: levers of 0, costs that change nothing, and costs that nothing can outweigh. */
export function lintWorth(book: LintedBook): void {
  const { rulebook, drafts } = book;
  const reached = placementsByAction(rulebook.placements.values());
  for (const { name, value: draft, at } of drafts.actions.drafts) {
    const action = rulebook.actions.get(name);
    if (!action || draft.imported) continue;
    if (action.lever === 0) warnOfLever(at.at('lever'), `the action \`${name}\``, book);
    for (const channel of Object.keys(action.cost)) {
      lintCost(book, { action, channel, at: at.at('cost', channel), placements: reached.get(name) ?? [] });
    }
  }
  const arbitration = drafts.arbitration.draft;
  if (!arbitration) return;
  for (const [name, lever] of Object.entries(arbitration.value.levers)) {
    if (lever === 0) warnOfLever(arbitration.at.at('levers', name), `the group or issue \`${name}\``, book);
  }
}

function warnOfLever(at: Cursor, what: string, { warn }: LintedBook): void {
  warn({
    code: 'NBR_WORTH_NOTHING',
    at,
    message: `${what}: found a lever of 0, expected one above 0; it leaves nothing of the value, so everything else comes first, and where a contact has a cost it is never made.`,
    hint: 'To show it less, use a small lever such as 0.1; to stop it, end its `valid` or delete it.',
  });
}

interface Costed {
  readonly action: Action;
  readonly channel: string;
  readonly at: Cursor;
  /** Where the action may stand, in any channel. */
  readonly placements: readonly Placement[];
}

function lintCost({ rulebook, warn }: LintedBook, { action, channel, at, placements }: Costed): void {
  const { name, treatments, cost } = action;
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
  const price = cost[channel] ?? 0;
  if (here.length === 0 || price === 0) return;
  const worths = here.map((placement) => worthMax(action, placement, rulebook.arbitration));
  if (worths.some(({ worth, isCertain }) => worth > price || (worth === price && isCertain))) return;
  const most = Math.max(...worths.map(({ worth }) => worth));
  warn({
    code: 'NBR_NEVER_WORTH_ITS_COST',
    at,
    message: `the action \`${name}\`: found a cost of ${price} in the channel \`${channel}\`, expected less than a success can be worth, which is ${plain(most)}; the contact is never made.`,
    hint: 'Raise the `value` of the action above its cost, or let the placement ignore it with `without: [cost]`.',
  });
}

/** What a contact is worth if it works, at most; unless the placement leaves out how likely that is, it stays below. */
function worthMax(
  action: Action,
  { without }: Placement,
  arbitration: Arbitration,
): { readonly worth: number; readonly isCertain: boolean } {
  if (without.has('cost')) return { worth: Number.POSITIVE_INFINITY, isCertain: true };
  const value = without.has('V') ? 1 : action.value;
  const weight = without.has('C') ? 1 : weightMax(action, arbitration);
  const lever = without.has('L') ? 1 : leverOf(action, arbitration);
  return { worth: value * weight * lever, isCertain: without.has('P') };
}

function leverOf({ lever, group, issue }: Action, { levers }: Arbitration): number {
  return lever * (levers[group] ?? 1) * (levers[issue] ?? 1);
}

/** As if all weights above 1 came together. */
function weightMax({ name, group }: Action, { contextWeights }: Arbitration): number {
  let product = 1;
  for (const { groups, actions, weight } of contextWeights) {
    const applies =
      (actions.length === 0 || actions.includes(name)) && (groups.length === 0 || groups.includes(group));
    if (applies && weight > 1) product *= weight;
  }
  return product;
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
