import { assert } from '../assert.ts';
import type { Baseline, Contact } from '../model/customer-state.ts';
import type { Decision, PlacementDecision, Reason } from '../model/decision.ts';
import type { PredictorSample } from '../model/propensity-model.ts';
import type { Candidate, Placement } from '../model/rulebook.ts';
import { arbitrate, type Contender } from './arbitrate.ts';
import { inArms } from './arms.ts';
import { notPlacedYet, notPossible } from './availability.ts';
import { consent } from './consent.ts';
import { decideInOrder } from './couples.ts';
import type { BudgetSpend, DecideInput } from './decide-input.ts';
import { fallbackOf } from './fallback.ts';
import { type Frame, type Option, type OptionStage, openFrame, type Stage } from './frame.ts';
import { sampleOf } from './models.ts';
import { noteHeldOut, unworthy } from './nothing.ts';
import { forbidden } from './permission.ts';
import { PlacementReasons } from './placement-reasons.ts';
import { PlainCandidates } from './plain-candidates.ts';
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

/** The stages behind the engagement policies that look at an action, in order; the first reason ends its way. */
const stageOfActions: Stage = (frame, candidate, placement) =>
  notPossible(candidate, frame.input.now) ??
  consent(frame, candidate, placement) ??
  quietHours(frame, candidate, placement) ??
  notPlacedYet(frame, candidate, placement);

/** Those that look at one of its treatments, in order. */
const stageOfOptions: OptionStage = (frame, option) =>
  treatmentEngagement(frame, option) ?? forbidden(frame, option);

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
  const reasons = new PlacementReasons(frame, placement);
  const contenders = contendersOf(frame, placement, reasons);
  const meant = inArms(frame.armRules, placement, contenders, reasons.ranked);
  if (placement.ranksByUplift && meant.length === 0) {
    noteHeldOut(frame, placement, { contenders, reasons: reasons.ranked });
  }
  const limit = frame.input.limit ?? placement.limit;
  const { treatments, odds } = arbitrate(frame, placement, { contenders: meant, limit, reasons });
  const fallback = treatments.length === 0 ? fallbackOf(frame, placement) : undefined;
  return {
    placement: placement.name,
    channel: placement.channel,
    treatments,
    ...(fallback && { fallback }),
    get reasons() {
      return reasons.told();
    },
    ...(odds && { odds }),
  };
}

/** Who is left to be ranked. Most fall by an engagement policy, and of those no more than that is looked at. */
function contendersOf(frame: Frame, placement: Placement, reasons: PlacementReasons): readonly Contender[] {
  const contenders: Contender[] = [];
  const passing = frame.input.rulebook.engagement.passing(placement);
  const plain = PlainCandidates.in(frame, placement, passing.length);
  for (const position of passing) {
    const contender =
      plain?.contender(position) ??
      contend(frame, placement.candidates[position] as Candidate, placement, reasons.fallen);
    if (contender) contenders.push(contender);
  }
  return contenders;
}

/** Runs one candidate through the stages up to the arms; undefined when it fell, its reason then added. */
function contend(
  frame: Frame,
  candidate: Candidate,
  placement: Placement,
  reasons: Reason[],
): Contender | undefined {
  const fallen = stageOfActions(frame, candidate, placement);
  if (fallen) {
    reasons.push(fallen);
    return undefined;
  }
  const { action } = candidate;
  let refusal: Reason | undefined;
  const options: ScoredOption[] = [];
  for (const treatment of candidate.treatments) {
    const option = rate(frame, { action, treatment, placement });
    if ('priority' in option) options.push(option);
    else refusal ??= option;
  }
  if (options.length > 1) options.sort((a, b) => b.priority - a.priority);
  if (options.length > 0) return { action, options };
  reasons.push(refusal as Reason);
  return undefined;
}

/** What an option is worth, or why it must go. */
function rate(frame: Frame, option: Option): ScoredOption | Reason {
  const refusal = stageOfOptions(frame, option);
  if (refusal) return refusal;
  const scored = score(frame, option);
  const code = unworthy(frame, scored);
  return code ? { action: option.action.name, treatment: option.treatment.name, code } : scored;
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
