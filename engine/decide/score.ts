import { isInGroups } from '../customer/outcomes.ts';
import { propensity } from '../learning/propensity.ts';
import type { Action, ContextWeight } from '../model/rulebook.ts';
import type { Frame, Option } from './frame.ts';

/** An option with its factors; a factor that the placement leaves out is 1, a cost 0. */
export interface ScoredOption extends Option {
  readonly P: number;
  readonly V: number;
  readonly C: number;
  readonly L: number;
  readonly cost: number;
  /** P x V x C x L - cost. */
  readonly priority: number;
}

export function score(frame: Frame, option: Option): ScoredOption {
  const { action, treatment, placement } = option;
  const { rulebook, model } = frame.input;
  const uses = (factor: 'P' | 'V' | 'C' | 'L' | 'cost') => !placement.without.has(factor);
  const P = uses('P') ? propensity(model, action, treatment) : 1;
  const V = uses('V') ? action.value : 1;
  const C = uses('C') ? contextWeight(frame, action, rulebook.arbitration.contextWeights) : 1;
  const L = uses('L') ? leverOf(action, rulebook.arbitration.levers) : 1;
  const cost = uses('cost') ? (action.cost[placement.channel] ?? 0) : 0;
  return { ...option, P, V, C, L, cost, priority: P * V * C * L - cost };
}

function contextWeight(frame: Frame, action: Action, weights: readonly ContextWeight[]): number {
  let product = 1;
  for (const weight of weights) {
    const named = weight.actions.length === 0 || weight.actions.includes(action.name);
    if (named && isInGroups(weight.groups, action.group) && weight.when.holds(frame.facts))
      product *= weight.weight;
  }
  return product;
}

function leverOf(action: Action, levers: Readonly<Record<string, number>>): number {
  return action.lever * (levers[action.group] ?? 1) * (levers[action.issue] ?? 1);
}
