import type { Decision, Explanation, PlacementExplanation, Reason } from '../model/decision.ts';
import type { ReasonCode } from '../reasons.ts';

/** The funnel's stages with the reasons that end a candidate's way in each. */
const funnelStages: readonly (readonly [stage: string, codes: readonly ReasonCode[]])[] = [
  ['available', ['not-valid-now', 'no-treatment']],
  ['eligible', ['eligibility']],
  ['applicable', ['applicability']],
  ['suitable', ['suitability']],
  ['consented', ['consent']],
  ['permitted', ['already-placed', 'contact-policy', 'budget']],
  ['worthwhile', ['not-worth-its-cost']],
  ['treated', ['holdout']],
  ['chosen', ['outranked']],
];

/** How the candidates of each placement fell away. */
export function explain(decision: Decision): Explanation {
  return {
    placements: Object.fromEntries(
      decision.placements.map(({ placement, reasons }) => [placement, explainPlacement(reasons)]),
    ),
  };
}

function explainPlacement(reasons: readonly Reason[]): PlacementExplanation {
  const funnel: Record<string, number> = { candidates: reasons.length };
  let left = reasons.length;
  for (const [stage, codes] of funnelStages) {
    left -= reasons.filter(({ code }) => codes.includes(code)).length;
    funnel[stage] = left;
  }
  return { funnel, reasons };
}
