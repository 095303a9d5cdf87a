import { type DecideResult, decide } from '../decide/decide.ts';
import type { DecideInput } from '../decide/decide-input.ts';
import { funnelOf } from '../decide/explain.ts';
import { type Frame, openFrame } from '../decide/frame.ts';
import { withoutAction } from '../decide/score.ts';
import { zoneOf } from '../facts/read-facts.ts';
import { limits } from '../limits.ts';
import type { PolicySight } from '../model/contact-policy.ts';
import type { PlacementDecision, Reason } from '../model/decision.ts';
import type { ExplainedAction, ExplainedPlacement, FullExplanation } from '../model/explanation.ts';
import type { ReasonCode } from '../reasons.ts';
import { factScopeOf } from './alter-input.ts';
import { type Attempts, findCounterfactual } from './counterfactual.ts';
import { compareRanking } from './ranking.ts';
import { untilOf } from './remedies.ts';
import { placeOfReason } from './rule-place.ts';
import { actionWords, placementWords, type Teller } from './words.ts';

export interface ExplainOptions {
  /** The actions to look into; absent: all candidates. */
  readonly actions?: ReadonlySet<string>;
  /** Whether to look for what would have let an action in, which takes the time of many decisions; absent: yes. */
  readonly counterfactuals?: boolean;
}

/**
 * Why this, why not that, and what would change it. `input` is what the decision was made on: it is made again for the
 * conditions that failed, and once for every change that is tried.
 */
export function explainDecision(
  input: DecideInput,
  { decision }: Pick<DecideResult, 'decision'>,
  options: ExplainOptions = {},
): FullExplanation {
  const explained = decide({ ...input, explain: true }).decision;
  const frame = openFrame(input);
  const timeZone = zoneOf(frame.input.rulebook, factScopeOf(input)).value;
  const room: Room = {
    input,
    frame,
    options,
    attempts: { left: limits.reexecutionsMax },
    teller: { rulebook: frame.input.rulebook, timeZone, now: input.now },
  };
  return {
    decision: decision.id,
    customer: decision.customer,
    at: decision.at,
    timeZone,
    placements: explained.placements.map((placement) => explainPlacement(room, placement)),
  };
}

interface Room {
  readonly input: DecideInput;
  readonly frame: Frame;
  readonly options: ExplainOptions;
  readonly attempts: Attempts;
  readonly teller: Teller;
}

function explainPlacement(room: Room, decided: PlacementDecision): ExplainedPlacement {
  const { placement, channel, reasons } = decided;
  const { actions } = room.options;
  const asked = reasons.filter(({ action }) => actions === undefined || actions.has(action));
  return {
    placement,
    channel,
    ...rankedBy(room, placement),
    funnel: funnelOf(reasons),
    actions: asked.map((reason) => explainAction(room, decided, reason)),
    words: placementWords(decided),
  };
}

function rankedBy({ frame }: Room, name: string): Pick<ExplainedPlacement, 'rankedBy'> {
  if (!frame.input.rulebook.placements.get(name)?.ranksByUplift) return {};
  return { rankedBy: withoutAction(frame) === undefined ? 'response' : 'uplift' };
}

function explainAction(room: Room, decided: PlacementDecision, reason: Reason): ExplainedAction {
  const { input, frame, attempts, options } = room;
  const { action, treatment, code, by, failed, seen } = reason;
  const until = untilOf(reason);
  const seat = { action, placement: decided.placement };
  const place = placeOfReason(frame, reason);
  const ranking = wasScored(reason) ? compareRanking(frame, seat, decided) : undefined;
  const counterfactual =
    code === 'chosen' || options.counterfactuals === false
      ? undefined
      : findCounterfactual(input, seat, reason, attempts);
  const told = {
    action,
    ...(treatment !== undefined && { treatment }),
    code,
    ...(by !== undefined && { by }),
    ...(place && { place }),
    ...(failed && { failed }),
    ...(seen && { seen: sightOf(seen) }),
    ...(until !== undefined && { until }),
    ...(ranking && { ranking }),
    ...(counterfactual && { counterfactual }),
  };
  return { ...told, words: actionWords(room.teller, told, decided) };
}

function sightOf({ count, limit }: PolicySight): Pick<PolicySight, 'count' | 'limit'> {
  return { ...(count !== undefined && { count }), ...(limit !== undefined && { limit }) };
}

const scored: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'chosen',
  'outranked',
  'left-alone',
  'diversity',
  'not-worth-its-cost',
  'adds-nothing',
]);

function wasScored({ code }: Reason): boolean {
  return scored.has(code);
}
