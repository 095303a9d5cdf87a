import { explainFailure } from '../rules/conditions/explain-failure.ts';
import type { Stage } from './frame.ts';

/** The engagement policy: may they have it, is it relevant now, is it good for them; in this order, first "no" wins. */
export const engagement: Stage = ({ input, facts }, { action }) => {
  const tier = input.rulebook.engagement.failedTier(action);
  if (tier === undefined) return undefined;
  // The failing condition is looked for only when someone asked.
  const condition = input.explain ? action[tier] : undefined;
  const failed = condition && explainFailure(condition, facts);
  return { action: action.name, code: tier, ...(failed && { failed }) };
};
