import type { Condition } from '../model/condition.ts';
import type { Reason } from '../model/decision.ts';
import type { Action } from '../model/rulebook.ts';
import { explainFailure } from '../rules/conditions/explain-failure.ts';
import type { Frame, Stage } from './frame.ts';

/** The engagement policy: may they have it, is it relevant now, is it good for them; in this order, first "no" wins. */
const tiers = ['eligibility', 'applicability', 'suitability'] as const;

export const engagement: Stage = (frame, candidate) => {
  const { action } = candidate;
  if (!frame.engagement.has(action)) frame.engagement.set(action, firstFailure(frame, action));
  return frame.engagement.get(action);
};

function firstFailure(frame: Frame, action: Action): Reason | undefined {
  for (const tier of tiers) {
    const condition = action[tier];
    if (!condition || condition.holds(frame.facts)) continue;
    return { action: action.name, code: tier, ...failureOf(frame, condition) };
  }
  return undefined;
}

/** The failing condition is looked for only when someone asked. */
function failureOf(frame: Frame, condition: Condition): Pick<Reason, 'failed'> {
  const failed = frame.input.explain ? explainFailure(condition, frame.facts) : undefined;
  return failed ? { failed } : {};
}
