import { tallyOf } from '../learning/propensity.ts';
import { squareCb } from '../learning/squarecb.ts';
import { addedBy, noActionModel } from '../learning/uplift.ts';
import type { Action, Exploration } from '../model/rulebook.ts';
import type { Frame } from './frame.ts';
import { priorityAt, type ScoredOption } from './score.ts';

/**
 * How likely each option is to take a rank: inverse gap weighting over all options that are left, treatments of one action
 * among them.
 *
 * WX1. The gap of an option is what its priority falls short of the best one, each at the propensity that it may well have
 *      (`upper`), in units of the largest stake: what lies between a sure conversion and none.
 * WX2. An option gets `floor / n` at least and, but for the best, `1 / (n + gamma x sqrt(trials) x gap)`; the best takes
 *      the rest. The trials are those of the options that are left, and as many again as their priors stand for: what
 *      the book assumes is worth something before there is experience.
 * WX3. An action short of the conversions at which it is mature takes no more than the share cap; what is beyond goes to
 *      the mature ones as they stand. Where none of those is left, there is no cap.
 *      To show nothing, where that is an option, has no such cap, and nothing that is beyond one goes to it.
 * WX4. Of all of that `1 - uniform` counts, and each option gets `uniform / n`. The probabilities sum to 1.
 */
export type WeighedExploration = Extract<Exploration, { readonly kind: 'weighed' }>;

/**
 * In the order of the options; those of one action stand together. Behind them stands, with the priority 0 and no doubt
 * about it, to show nothing, where that is an option as well.
 */
export function weigh(
  frame: Frame,
  options: readonly ScoredOption[],
  { floor, uniform, gamma, nothing }: WeighedExploration & { readonly nothing: boolean },
): Float64Array {
  const count = options.length + (nothing ? 1 : 0);
  const shares = new Float64Array(count);
  const promises = new Float64Array(count);
  for (const [index, option] of options.entries()) promises[index] = promiseOf(frame, option);
  let scale = 0;
  let trials = nothing ? tallyOf(frame.input.model, noActionModel)[0] : 0;
  for (const option of options) {
    scale = Math.max(scale, stakeOf(frame, option));
    trials += trialsOf(frame, option);
  }
  squareCb(promises, count, { decisions: trials, gamma, floor, uniform: 0, scale }, shares);
  capImmature(frame, options, shares);
  for (let index = 0; index < count; index += 1) {
    shares[index] = (1 - uniform) * (shares[index] as number) + uniform / count;
  }
  return shares;
}

function trialsOf({ input }: Frame, { action, treatment }: ScoredOption): number {
  const { positives, negatives } = action.prior;
  return positives + negatives + tallyOf(input.model, treatment.key)[0];
}

function promiseOf(frame: Frame, option: ScoredOption): number {
  const { P, P0, upper, priority } = option;
  return upper === P ? priority : priorityAt(frame, option, addedBy(upper, P0));
}

function stakeOf(frame: Frame, option: ScoredOption): number {
  const { without, formula } = option.placement;
  if (without.has('P')) return 0;
  if (!formula) return option.V * option.C * option.L;
  return Math.abs(priorityAt(frame, option, 1) - priorityAt(frame, option, 0));
}

function capImmature(frame: Frame, options: readonly ScoredOption[], shares: Float64Array): void {
  const { shareCap, maturePositives } = frame.input.rulebook.learning;
  if (shareCap >= 1 || maturePositives === 0) return;
  const isMature = new Map<Action, boolean>();
  let beyond = 0;
  let mature = 0;
  for (const [index, { action }] of options.entries()) {
    if (!isMature.has(action)) isMature.set(action, positivesOf(frame, action) >= maturePositives);
    if (isMature.get(action)) mature += shares[index] as number;
  }
  if (mature === 0) return;
  for (const [action, isKnown] of isMature)
    if (!isKnown) beyond += cut(action, { options, shares, shareCap });
  if (beyond === 0) return;
  const growth = 1 + beyond / mature;
  for (const [index, { action }] of options.entries()) {
    if (isMature.get(action)) shares[index] = (shares[index] as number) * growth;
  }
}

/** What its treatments have beyond the cap is taken from them alike. */
function cut(
  action: Action,
  {
    options,
    shares,
    shareCap,
  }: {
    readonly options: readonly ScoredOption[];
    readonly shares: Float64Array;
    readonly shareCap: number;
  },
): number {
  let sum = 0;
  for (const [index, option] of options.entries())
    if (option.action === action) sum += shares[index] as number;
  if (sum <= shareCap) return 0;
  for (const [index, option] of options.entries()) {
    if (option.action === action) shares[index] = ((shares[index] as number) * shareCap) / sum;
  }
  return sum - shareCap;
}

/** Of all its treatments, whether they may stand here or not. */
function positivesOf({ input }: Frame, { treatments }: Action): number {
  let positives = 0;
  for (const treatment of treatments) positives += tallyOf(input.model, treatment.key)[1];
  return positives;
}
