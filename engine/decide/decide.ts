import { assert } from '../assert.ts';
import type { Baseline, Contact } from '../model/customer-state.ts';
import type { Decision, PlacementDecision, Reason } from '../model/decision.ts';
import type { PredictorSample } from '../model/propensity-model.ts';
import type { Candidate, Placement } from '../model/rulebook.ts';
import { arbitrate, type Contender } from './arbitrate.ts';
import { inArms } from './arms.ts';
import { notPlacedYet, treatmentFit, validity } from './availability.ts';
import { consent } from './consent.ts';
import { decideInOrder } from './couples.ts';
import type { BudgetSpend, DecideInput } from './decide-input.ts';
import { engagement } from './engagement.ts';
import { fallbackOf } from './fallback.ts';
import { type Frame, type Option, type OptionStage, openFrame, type Stage } from './frame.ts';
import { sampleOf } from './models.ts';
import { noteHeldOut, unworthy } from './nothing.ts';
import { forbidden } from './permission.ts';
import { putOffUntil, quietHours } from './quiet-hours.ts';
import { type ScoredOption, score } from './score.ts';
import { treatmentEngagement } from './treatment-engagement.ts';

/**
 * The decision pipeline.
 *
 * D1. A decision is a pure function of its input; chance comes from the seed alone.
 * D2. Every candidate action of a placement leaves with exactly one reason.
 * D3. What is chosen passed every stage at the moment it was chosen, the picks before it counted.
 * D4. A logged probability is the final one: after every constraint, given the ranks and placements before it. So those
 *     of a placement multiply to the probability of its slate, in that order, and those of a couple to that of all it shows;
 *     over all slates that could have been, what was taken back of a couple among them, these sum to 1.
 * D5. Placements are filled in the order in which they were asked for, a couple where its first member stands. Of a couple
 *     that falls nothing counts, neither for what comes after it nor for the customer.
 */
export interface DecideResult {
  readonly decision: Decision;
  /** What the decision adds to the ledger. */
  readonly contacts: readonly Contact[];
  /** Nothing was shown by chance, from which something is learned. */
  readonly baseline?: Baseline;
  readonly spends: readonly BudgetSpend[];
  /** Values of predictors, while the models collect them. */
  readonly sample?: PredictorSample;
}

/** The stages that look at an action, in order; the first reason ends its way. */
const stages: readonly Stage[] = [validity, treatmentFit, engagement, consent, quietHours, notPlacedYet];

/** Those that look at one of its treatments, in order. */
const optionStages: readonly OptionStage[] = [treatmentEngagement, forbidden];

export function decide(input: DecideInput): DecideResult {
  const frame = openFrame(input);
  const asked = input.placements.map((name) => placementOf(frame.input, name));
  frame.input.rulebook.engagement.match(frame.facts, asked);
  const placements = decideInOrder(frame, asked, decidePlacement);
  const sample = sampleOf(frame.input, frame.facts);
  const decision = record(frame, placements);
  const { baseline, contacts } = frame;
  const isTrial = contacts.length === 0 && decision.putOffUntil === undefined;
  return {
    decision,
    contacts,
    ...(baseline && isTrial && { baseline }),
    spends: [...frame.spent].map(([budget, amount]) => ({ budget, amount })),
    ...(sample && { sample }),
  };
}

function decidePlacement(frame: Frame, placement: Placement): PlacementDecision {
  const reasons: Reason[] = [];
  const contenders: Contender[] = [];
  for (const candidate of placement.candidates) {
    const contender = contend(frame, candidate, placement, reasons);
    if (contender) contenders.push(contender);
  }
  const meant = inArms(frame.armRules, placement, contenders, reasons);
  if (placement.ranksByUplift && meant.length === 0) noteHeldOut(frame, placement, { contenders, reasons });
  const limit = frame.input.limit ?? placement.limit;
  const { treatments, reasons: rest, odds } = arbitrate(frame, placement, meant, limit);
  const fallback = treatments.length === 0 ? fallbackOf(frame, placement) : undefined;
  return {
    placement: placement.name,
    channel: placement.channel,
    treatments,
    ...(fallback && { fallback }),
    reasons: [...reasons, ...rest],
    ...(odds && { odds }),
  };
}

/** Runs one candidate through all stages before arbitration; undefined when it fell, its reason then added. */
function contend(
  frame: Frame,
  candidate: Candidate,
  placement: Placement,
  reasons: Reason[],
): Contender | undefined {
  for (const stage of stages) {
    const reason = stage(frame, candidate, placement);
    if (reason) {
      reasons.push(reason);
      return undefined;
    }
  }
  const { action } = candidate;
  const refusals: Reason[] = [];
  const options: ScoredOption[] = [];
  for (const treatment of candidate.treatments) {
    const option = { action, treatment, placement };
    const reason = firstReason(frame, option);
    if (reason) {
      refusals.push(reason);
      continue;
    }
    const scored = score(frame, option);
    const code = unworthy(frame, scored);
    if (code) refusals.push({ action: action.name, treatment: treatment.name, code });
    else options.push(scored);
  }
  if (options.length > 0) return { action, options: options.sort((a, b) => b.priority - a.priority) };
  reasons.push(refusals[0] as Reason);
  return undefined;
}

function firstReason(frame: Frame, option: Option): Reason | undefined {
  for (const stage of optionStages) {
    const reason = stage(frame, option);
    if (reason) return reason;
  }
  return undefined;
}

function placementOf(input: DecideInput, name: string): Placement {
  const placement = input.rulebook.placements.get(name);
  assert(placement, `the caller checks placements against the rulebook: ${name}`);
  return placement;
}

function record(frame: Frame, placements: readonly PlacementDecision[]): Decision {
  const { id, tenant, customer, presentedAs, now, cause, rulebook, model, seed } = frame.input;
  const until = putOffUntil(frame, placements);
  return {
    id,
    tenant,
    customer,
    ...(presentedAs !== undefined && presentedAs !== customer && { presentedAs }),
    at: now,
    cause,
    rulebook: rulebook.version,
    model: model.version,
    ...tablesRead(frame.input),
    seed,
    arms: frame.arms,
    placements,
    ...(until !== undefined && { putOffUntil: until }),
  };
}

/** The versions of the tables that were at hand, so that the decision can be made again. */
function tablesRead({ rulebook, tables }: DecideInput): Pick<Decision, 'tables'> {
  const read: Record<string, string> = {};
  for (const { name, join } of rulebook.overlays.values()) {
    const table = join.kind === 'key' && join.file === undefined ? tables?.table(name) : undefined;
    if (table) read[name] = table.version;
  }
  return Object.keys(read).length === 0 ? {} : { tables: read };
}
