import { byTime } from '../customer/profile.ts';
import type { Baseline, Profile } from '../model/customer-state.ts';
import type { Reason } from '../model/decision.ts';
import type { Placement } from '../model/rulebook.ts';
import type { ReasonCode } from '../reasons.ts';
import type { Contender } from './arbitrate.ts';
import { type Frame, ledgerOf, type Option } from './frame.ts';
import { priorityAt, type ScoredOption } from './score.ts';

/**
 * Showing nothing on purpose, where a placement ranks by what actions add: as an option of its own with the priority 0,
 * and as a trial from which it is learned what happens without any action (UP3).
 */

/**
 * Whether showing nothing may be drawn: where options are weighed, and nothing else stands or falls with the placement.
 * What is mandatory leaves no choice, and is not asked about.
 */
export function offersNothing({ input }: Frame, { ranksByUplift, together }: Placement): boolean {
  if (!ranksByUplift || together !== undefined) return false;
  return input.rulebook.arbitration.exploration.kind === 'weighed';
}

/**
 * Why an option is not worth showing. Beside the option of showing nothing, what seems to add nothing stays in: it falls
 * behind that, and is tried with the small probability that brings to light when it does add something.
 */
export function unworthy(frame: Frame, option: ScoredOption): ReasonCode | undefined {
  const { action, placement, priority, P, P0 } = option;
  if (priority >= 0 || action.mandatory !== undefined) return undefined;
  const isOpen = P0 !== undefined && offersNothing(frame, placement) && priorityAt(frame, option, P) >= 0;
  return isOpen ? undefined : whyNotShown(option);
}

/** Nothing was drawn: what adds nothing leaves for that, everything else by chance. */
export function leftAlone(contenders: readonly Contender[]): readonly Reason[] {
  return contenders.map(({ action, options }) => {
    const best = options[0] as ScoredOption;
    return { action: action.name, treatment: best.treatment.name, code: whyNotShown(best) };
  });
}

function whyNotShown({ priority, P, P0 }: ScoredOption): ReasonCode {
  if (priority >= 0) return 'left-alone';
  return P0 !== undefined && P < P0 ? 'adds-nothing' : 'not-worth-its-cost';
}

/**
 * What was left for the customer was kept out by a hold-out, and nothing else may stand there. That is a trial as often as
 * a contact might have been made: each trial takes the place in the contact policies that what would have been shown would
 * have taken, and it takes it from further trials alone. Otherwise somebody held out would have ten trials for each contact of
 * somebody treated, and a conversion in each ten.
 */
export function noteHeldOut(
  frame: Frame,
  placement: Placement,
  { contenders, reasons }: { readonly contenders: readonly Contender[]; readonly reasons: readonly Reason[] },
): void {
  const held = new Set(reasons.flatMap(({ action, code }) => (code === 'holdout' ? [action] : [])));
  if (held.size === 0) return;
  const options = contenders.flatMap((each) => (held.has(each.action.name) ? each.options : []));
  const ledger = ledgerOf(frame.input, { profiles: frame.profiles.map(asIfShown), facts: frame.facts });
  const instead = [...options]
    .sort((one, other) => other.priority - one.priority)
    .find((option) => !ledger.forbids(option));
  if (instead) noteNothing(frame, placement, instead);
}

/** With the contacts that the customer was not made because of a hold-out. */
function asIfShown(profile: Profile): Profile {
  const spared = (profile.baselines ?? []).flatMap(({ decision, at, channel, placement, instead }) =>
    instead ? [{ decision, at, channel, placement, ...instead }] : [],
  );
  return spared.length === 0
    ? profile
    : { ...profile, contacts: [...profile.contacts, ...spared].sort(byTime) };
}

/** Takes down that nothing was shown by chance; once a decision. */
export function noteNothing(frame: Frame, { name, channel }: Placement, instead?: Option): void {
  const served = frame.models?.servedNothing();
  frame.baseline ??= {
    decision: frame.input.id,
    at: frame.input.now,
    channel,
    placement: name,
    ...(instead && { instead: offerOf(instead) }),
    ...(served && { served }),
  };
}

function offerOf({ action, treatment }: Option): NonNullable<Baseline['instead']> {
  return { action: action.name, group: action.group, treatment: treatment.name };
}
