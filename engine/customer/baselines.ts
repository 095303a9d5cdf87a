import { isInReach } from '../attribution/touch.ts';
import { noActionModel } from '../learning/uplift.ts';
import { limits } from '../limits.ts';
import { type Baseline, type CustomerState, emptyProfile, type Profile } from '../model/customer-state.ts';
import type { CustomerKey } from '../model/ids.ts';
import type { FactValues, OutcomeRule, Rulebook } from '../model/rulebook.ts';
import type { TouchpointEvent } from '../model/touchpoint-event.ts';
import type { Taught } from './lessons.ts';
import { ledgerOf, mayEarnCredit, speaksOf } from './outcomes.ts';
import { byTime, profileFor, profilesOf, withProfile } from './profile.ts';

/** Trials of "no action" in a customer's state (UP3-UP5): how they come, what makes a success of one, and when they go. */

interface Memory {
  readonly now: number;
  readonly rulebook: Pick<Rulebook, 'conversionRules' | 'placements'>;
  /** The id that asked; the document's own when absent. */
  readonly presented?: CustomerKey | undefined;
}

/** The state with one more trial, unless it is there already: after a merge its decision may come to either side. */
export function addBaseline(
  state: CustomerState,
  baseline: Baseline | undefined,
  { now, rulebook, presented: asked }: Memory,
): CustomerState {
  if (baseline === undefined || baselinesOf(profilesOf(state)).some(isSameAs(baseline))) return state;
  const through = asked ?? state.key;
  const presented = profileFor(state, through) ? through : state.key;
  const profile = profileFor(state, presented) ?? emptyProfile;
  const fresh = [...(profile.baselines ?? []), baseline].filter((each) => !isOver(each, now, rulebook));
  return withProfile(state, presented, { ...profile, baselines: bounded(fresh.sort(byTime)) });
}

function bounded(baselines: readonly Baseline[]): readonly Baseline[] {
  return baselines.slice(-limits.baselinesPerIdMax);
}

/** Those of all ids, oldest first; one that two ids hold may be there twice. */
function baselinesOf(profiles: readonly Profile[]): readonly Baseline[] {
  if (profiles.every(({ baselines }) => baselines === undefined)) return none;
  return profiles.flatMap(({ baselines }) => baselines ?? []).sort(byTime);
}

const none: readonly Baseline[] = [];

function isSameAs({ decision }: Baseline): (other: Baseline) => boolean {
  return (other) => other.decision === decision;
}

/** A day later than anything of it may be told, as with what contacts keep for their lessons. */
function isOver(baseline: Baseline, now: number, rulebook: Memory['rulebook']): boolean {
  return now > baseline.at + windowMs(baseline, rulebook) + 2 * limits.learningGraceMs;
}

/** The longest window of a rule that may tell of its conversion, as for a contact. */
function windowMs({ placement }: Baseline, rulebook: Memory['rulebook']): number {
  let longest = 0;
  for (const rule of rulebook.conversionRules) {
    if (speaksOfPlacement(rule, placement, rulebook)) longest = Math.max(longest, rule.windowMs);
  }
  return longest === 0 ? limits.learningWindowMsDefault : longest;
}

/** Whether a rule tells of conversions without any decision, and is about something that may stand in the placement. */
function speaksOfPlacement(
  rule: OutcomeRule,
  name: string,
  { placements }: Pick<Rulebook, 'placements'>,
): boolean {
  if (rule.outcome !== 'conversion' || rule.decisionAt !== undefined) return false;
  const placement = placements.get(name);
  if (!placement) return false;
  const { channel } = placement;
  return placement.candidates.some(
    ({ action, treatments }) =>
      treatments.length > 0 && speaksOf(rule, { action: action.name, group: action.group, channel }),
  );
}

/** The trial that an event makes a success of, marked in the state, with what that teaches; undefined: none (UP4). */
export function convertBaseline(
  state: CustomerState,
  told: { readonly event: TouchpointEvent; readonly facts: FactValues; readonly now: number },
  rulebook: Rulebook,
): (Taught & { readonly state: CustomerState }) | undefined {
  const { event, facts, now } = told;
  const rules = rulebook.outcomesByEvent.get(event.name);
  if (!rules) return undefined;
  const open = baselinesOf(profilesOf(state)).filter(({ converted }) => converted === undefined);
  if (open.length === 0) return undefined;
  for (const rule of rules) {
    if (rule.outcome !== 'conversion' || (rule.where && !rule.where.holds(facts))) continue;
    const taken = open.findLast((baseline) => isTakenBy(baseline, rule, { state, event, rulebook }));
    if (taken) return converted(state, taken, { at: event.timestamp, now }, rulebook);
  }
  return undefined;
}

function isTakenBy(
  baseline: Baseline,
  rule: OutcomeRule,
  {
    state,
    event: { timestamp: at },
    rulebook,
  }: { readonly state: CustomerState; readonly event: TouchpointEvent; readonly rulebook: Rulebook },
): boolean {
  const reach = { at, windowMs: rule.windowMs };
  if (!isInReach(baseline, reach) || !speaksOfPlacement(rule, baseline.placement, rulebook)) return false;
  return !ledgerOf(profilesOf(state)).some(
    (contact) =>
      contact.at >= baseline.at &&
      isInReach(contact, reach) &&
      speaksOf(rule, contact) &&
      mayEarnCredit(contact, at),
  );
}

function converted(
  state: CustomerState,
  baseline: Baseline,
  { at, now }: { readonly at: number; readonly now: number },
  rulebook: Rulebook,
): Taught & { readonly state: CustomerState } {
  const { served, ...rest } = baseline;
  const until = baseline.at + windowMs(baseline, rulebook) + limits.learningGraceMs;
  return {
    state: replaceBaseline(state, { ...rest, converted: at }),
    learned: { [noActionModel]: [0, 1] },
    ...(served && now <= until && { lessons: [{ kind: 'converted', model: noActionModel, served }] }),
  };
}

/** Every copy of it: after a merge, two ids may hold one. */
function replaceBaseline(state: CustomerState, baseline: Baseline): CustomerState {
  const isSame = isSameAs(baseline);
  return withBaselines(state, (kept) => kept.map((each) => (isSame(each) ? baseline : each)));
}

function withBaselines(
  state: CustomerState,
  change: (baselines: readonly Baseline[], id: string) => readonly Baseline[],
): CustomerState {
  const inProfile = (profile: Profile, id: string): Profile => {
    const { baselines, ...rest } = profile;
    if (!baselines) return profile;
    const kept = change(baselines, id);
    return kept.length === 0 ? rest : { ...rest, baselines: kept };
  };
  const sources = Object.entries(state.sources).map(([id, profile]) => [id, inProfile(profile, id)] as const);
  return { ...state, own: inProfile(state.own, state.key), sources: Object.fromEntries(sources) };
}

/**
 * The customer before it is parted: of a trial that ids on both sides hold, the one that goes keeps it, and as a success if
 * either side knows it for one. Else one trial could come to two successes.
 */
export function partedBaselines(state: CustomerState, goes: ReadonlySet<string>): CustomerState {
  const sides = (isGoing: boolean) =>
    Object.entries({ ...state.sources, [state.key]: state.own })
      .filter(([id]) => goes.has(id) === isGoing)
      .flatMap(([, { baselines }]) => baselines ?? none);
  const [going, staying] = [sides(true), sides(false)];
  const twins = going.filter((baseline) => staying.some(isSameAs(baseline)));
  if (twins.length === 0) return state;
  const successes = [...going, ...staying].filter((each) => each.converted !== undefined);
  return withBaselines(state, (kept, id) =>
    kept.flatMap((each) => {
      if (!twins.some(isSameAs(each))) return [each];
      return goes.has(id) ? [successes.find(isSameAs(each)) ?? each] : [];
    }),
  );
}
