import { assert } from '../assert.ts';
import type { Contact } from '../model/customer-state.ts';
import type { Decision, PlacementDecision, Reason } from '../model/decision.ts';
import type { Candidate, Placement } from '../model/rulebook.ts';
import { type Arbitration, arbitrate, type Contender } from './arbitrate.ts';
import { notPlacedYet, treatmentFit, validity } from './availability.ts';
import { consent } from './consent.ts';
import type { BudgetSpend, DecideInput } from './decide-input.ts';
import { engagement } from './engagement.ts';
import { fallbackOf } from './fallback.ts';
import { type Frame, type Option, type OptionStage, openFrame, type Stage } from './frame.ts';
import { forbidden } from './permission.ts';
import { type ScoredOption, score } from './score.ts';

/**
 * The decision pipeline.
 *
 * D1. A decision is a pure function of its input; chance comes from the seed alone.
 * D2. Every candidate action of a placement leaves with exactly one reason.
 * D3. What is chosen passed every stage at the moment it was chosen, the picks before it counted.
 * D4. A logged probability is the final one: after every constraint, given the ranks and placements before it.
 */
export interface DecideResult {
  readonly decision: Decision;
  /** What the decision adds to the ledger. */
  readonly contacts: readonly Contact[];
  readonly spends: readonly BudgetSpend[];
}

/** The stages that look at an action, in order; the first reason ends its way. */
const stages: readonly Stage[] = [validity, treatmentFit, engagement, consent, notPlacedYet];

/** Those that look at one of its treatments, in order. */
const optionStages: readonly OptionStage[] = [forbidden];

export function decide(input: DecideInput): DecideResult {
  const frame = openFrame(input);
  const asked = input.placements.map((name) => placementOf(input, name));
  input.rulebook.engagement.match(frame.facts, asked);
  const placements = asked.map((placement) => decidePlacement(frame, placement));
  return {
    decision: record(frame, placements),
    contacts: frame.contacts,
    spends: [...frame.spent].map(([budget, amount]) => ({ budget, amount })),
  };
}

function decidePlacement(frame: Frame, placement: Placement): PlacementDecision {
  const reasons: Reason[] = [];
  const contenders = placement.candidates.flatMap((candidate) => {
    const contender = contend(frame, candidate, placement, reasons);
    return contender ? [contender] : [];
  });
  const { treatments, reasons: rest } = holdOutOrArbitrate(frame, placement, contenders);
  const fallback = treatments.length === 0 ? fallbackOf(frame, placement) : undefined;
  return {
    placement: placement.name,
    channel: placement.channel,
    treatments,
    ...(fallback && { fallback }),
    reasons: [...reasons, ...rest],
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
    if (scored.priority < 0) {
      refusals.push({ action: action.name, treatment: treatment.name, code: 'not-worth-its-cost' });
    } else options.push(scored);
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

function holdOutOrArbitrate(
  frame: Frame,
  placement: Placement,
  contenders: readonly Contender[],
): Arbitration {
  if (frame.arm?.arm !== 'holdout') {
    return arbitrate(frame, placement, contenders, frame.input.limit ?? placement.limit);
  }
  const { experiment } = frame.arm;
  const reasons = contenders.map(
    ({ action }): Reason => ({ action: action.name, code: 'holdout', by: experiment }),
  );
  return { treatments: [], reasons };
}

function placementOf(input: DecideInput, name: string): Placement {
  const placement = input.rulebook.placements.get(name);
  assert(placement, `the caller checks placements against the rulebook: ${name}`);
  return placement;
}

function record(frame: Frame, placements: readonly PlacementDecision[]): Decision {
  const { id, tenant, customer, presentedAs, now, cause, rulebook, model, seed } = frame.input;
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
    ...(frame.arm && { holdout: frame.arm }),
    placements,
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
