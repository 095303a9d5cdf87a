import type { Reason } from '../model/decision.ts';
import type { Action, Tier } from '../model/rulebook.ts';
import { explainFailure } from '../rules/conditions/explain-failure.ts';
import type { Frame } from './frame.ts';

/**
 * Whom the engagement policy keeps out: may they have it, is it relevant now, is it good for them; in this order, the first
 * "no" is told. The condition that failed is looked for only where an explanation was asked for.
 */
export function engagementReason(action: Action, tier: Tier, frame: Frame): Reason {
  const condition = frame.input.explain ? action[tier] : undefined;
  const failed = condition && explainFailure(condition, frame.facts);
  return { action: action.name, code: tier, ...(failed && { failed }) };
}
