import type { Condition } from '../model/condition.ts';
import type { Reason } from '../model/decision.ts';
import type { EngagementPolicy, Tier } from '../model/rulebook.ts';
import { explainFailure } from '../rules/conditions/explain-failure.ts';
import type { Frame, Option, OptionStage } from './frame.ts';

/** What a treatment asks beside its action: the lowest level of the hierarchy. Most treatments ask nothing. */
export const treatmentEngagement: OptionStage = (frame, option) => {
  const { policy } = option.treatment;
  return policy && refusal(frame, option, policy);
};

const tiers: readonly Tier[] = ['eligibility', 'applicability', 'suitability'];

function refusal(frame: Frame, option: Option, policy: EngagementPolicy): Reason | undefined {
  const { now } = frame.input;
  const reason = { action: option.action.name, treatment: option.treatment.name };
  if (now < policy.valid.from || now >= policy.valid.until) return { ...reason, code: 'not-valid-now' };
  for (const tier of tiers) {
    const condition = policy[tier];
    if (condition === undefined || condition.holds(frame.facts)) continue;
    return { ...reason, code: tier, ...failure(frame, condition) };
  }
  return undefined;
}

/** Looked for only when someone asked. */
function failure({ input, facts }: Frame, condition: Condition): Pick<Reason, 'failed'> {
  const failed = input.explain ? explainFailure(condition, facts) : undefined;
  return failed ? { failed } : {};
}
