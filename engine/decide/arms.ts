import { isInGroups } from '../customer/outcomes.ts';
import type { DrawnArm } from '../experiments/draw-arms.ts';
import type { Reason } from '../model/decision.ts';
import type { HoldoutExperiment } from '../model/experiment.ts';
import type { Action, Placement } from '../model/rulebook.ts';
import type { Contender } from './arbitrate.ts';
import type { ScoredOption } from './score.ts';

/**
 * What a customer's arms mean for a decision. They are asked last before the ranking: the reasons before it are then the
 * same in every arm, so that the candidates who got that far are those to compare the arms by.
 */
export interface ArmRules {
  /** Hold-outs in whose arm `holdout` the customer is. What is mandatory is shown in spite of them. */
  readonly heldBy: readonly HoldoutExperiment[];
  /** Actions that only other arms may see, with the experiment. */
  readonly closedActions: ReadonlyMap<string, string>;
  /** The same for treatments, by action. */
  readonly closedTreatments: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** The customer is in the arm `control` of a model control: chance ranks. */
  readonly ranksByChance: boolean;
}

/** undefined: nothing is closed to this customer, who is ranked for as always. */
export function armRules(drawn: readonly DrawnArm[]): ArmRules | undefined {
  const heldBy: HoldoutExperiment[] = [];
  const closedActions = new Map<string, string>();
  const closedTreatments = new Map<string, Map<string, string>>();
  let ranksByChance = false;
  for (const { experiment, arm } of drawn) {
    if (experiment.kind === 'holdout') {
      if (arm === 'holdout') heldBy.push(experiment);
    } else if (experiment.kind === 'actions') {
      close(closedActions, experiment.lists.closed.get(arm), experiment.name);
    } else if (experiment.kind === 'treatments') {
      const closed = closedTreatments.get(experiment.action) ?? new Map<string, string>();
      close(closed, experiment.lists.closed.get(arm), experiment.name);
      if (closed.size > 0) closedTreatments.set(experiment.action, closed);
    } else if (experiment.kind === 'modelControl') {
      ranksByChance ||= arm === 'control';
    }
  }
  return heldBy.length + closedActions.size + closedTreatments.size === 0 && !ranksByChance
    ? undefined
    : { heldBy, closedActions, closedTreatments, ranksByChance };
}

function close(closed: Map<string, string>, names: readonly string[] | undefined, experiment: string): void {
  for (const name of names ?? []) if (!closed.has(name)) closed.set(name, experiment);
}

/** The contenders that are meant for this customer; the others leave with a reason. */
export function inArms(
  rules: ArmRules | undefined,
  placement: Placement,
  contenders: readonly Contender[],
  reasons: Reason[],
): readonly Contender[] {
  if (!rules) return contenders;
  const left: Contender[] = [];
  for (const contender of contenders) {
    const kept = inArm(rules, placement, contender);
    if ('code' in kept) reasons.push(kept);
    else left.push(kept);
  }
  return left;
}

function inArm(rules: ArmRules, placement: Placement, contender: Contender): Contender | Reason {
  const { action, options } = contender;
  const other = rules.closedActions.get(action.name);
  if (other !== undefined) return { action: action.name, code: 'other-arm', by: other };
  const held =
    action.mandatory === undefined &&
    rules.heldBy.find((experiment) => isHeld(experiment, action, placement));
  if (held) return { action: action.name, code: 'holdout', by: held.name };
  const closed = rules.closedTreatments.get(action.name);
  if (!closed) return contender;
  const open = options.filter(({ treatment }) => !closed.has(treatment.name));
  if (open.length > 0) return { ...contender, options: open };
  const { treatment } = options[0] as ScoredOption;
  const by = closed.get(treatment.name);
  return {
    action: action.name,
    treatment: treatment.name,
    code: 'other-arm',
    ...(by !== undefined && { by }),
  };
}

/** Whether a hold-out speaks of an action in a placement. */
export function isHeld({ match }: HoldoutExperiment, action: Action, placement: Placement): boolean {
  const { channels, placements, groups, actions } = match;
  return (
    (channels.length === 0 || channels.includes(placement.channel)) &&
    (placements.length === 0 || placements.includes(placement.name)) &&
    (actions.length === 0 || actions.includes(action.name)) &&
    isInGroups(groups, action.group)
  );
}
