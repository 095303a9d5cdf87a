import type { Decision, Explanation, PlacementExplanation, Reason } from '../model/decision.ts';
import type { ReasonCode } from '../reasons.ts';

/** The stages that narrow the candidates down, in the order of the pipeline. */
export const funnelStages = [
  'available',
  'eligible',
  'applicable',
  'suitable',
  'consented',
  'permitted',
  'worthwhile',
  'treated',
  'chosen',
] as const;

export type FunnelStage = (typeof funnelStages)[number];

/** The stage in which a reason ends a candidate's way; a new reason without one does not compile. */
const endsIn: Readonly<Record<ReasonCode, FunnelStage | 'never'>> = {
  chosen: 'never',
  degraded: 'available',
  'not-valid-now': 'available',
  'no-treatment': 'available',
  eligibility: 'eligible',
  applicability: 'applicable',
  suitability: 'suitable',
  consent: 'consented',
  'quiet-hours': 'permitted',
  'already-placed': 'permitted',
  'contact-policy': 'permitted',
  budget: 'permitted',
  paced: 'permitted',
  'not-worth-its-cost': 'worthwhile',
  'adds-nothing': 'worthwhile',
  holdout: 'treated',
  'other-arm': 'treated',
  outranked: 'chosen',
  'left-alone': 'chosen',
  diversity: 'chosen',
  coupled: 'chosen',
};

/** How the candidates of each placement fell away. */
export function explain(decision: Decision): Explanation {
  return {
    placements: Object.fromEntries(
      decision.placements.map(({ placement, reasons, odds }) => [
        placement,
        { funnel: funnelOf(reasons), reasons, ...(odds && { odds }) } satisfies PlacementExplanation,
      ]),
    ),
  };
}

/** How many actions are still in after each stage. Every candidate has one reason, so the numbers add up. */
export function funnelOf(reasons: readonly Reason[]): Readonly<Record<string, number>> {
  const fallen = new Map<string, number>();
  for (const { code } of reasons) fallen.set(endsIn[code], (fallen.get(endsIn[code]) ?? 0) + 1);
  const funnel: Record<string, number> = { candidates: reasons.length };
  let left = reasons.length;
  for (const stage of funnelStages) {
    left -= fallen.get(stage) ?? 0;
    funnel[stage] = left;
  }
  return funnel;
}
