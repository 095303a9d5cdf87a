import type { FoldContext } from '../customer/fold-context.ts';
import { profilesOf } from '../customer/profile.ts';
import { type FactScope, readSlots } from '../facts/read-facts.ts';
import { millionths } from '../features/totals.ts';
import { limits } from '../limits.ts';
import type { CustomerState, SegmentMembership } from '../model/customer-state.ts';
import type { FactValues } from '../model/rulebook.ts';
import type { KeptSegment, SegmentView } from '../model/segmentation.ts';

export type Memberships = CustomerState['segments'];
export type JudgeContext = Pick<FoldContext, 'rulebook'> & Pick<FactScope, 'tables'>;

/** What judging a customer comes to. */
export interface Judgement {
  /** The segments the customer is in; the same object when nothing changed. */
  readonly memberships: Memberships;
  /** When to judge again, though nothing happens; absent: time alone changes nothing. */
  readonly due?: number;
}

/** The segments a customer is in at a moment. Who was in before keeps the time since when. */
export function judge(
  state: CustomerState,
  before: Memberships,
  at: number,
  context: JudgeContext,
): Judgement {
  const { segments, slots } = context.rulebook.segmentation;
  const view = viewOf({ state, profiles: profilesOf(state) }, at, slots, context);
  const after: Record<string, SegmentMembership> = {};
  let due = Number.POSITIVE_INFINITY;
  let count = 0;
  let isSame = true;
  for (const kept of segments) {
    const { name, when } = kept.segment;
    const isIn = when.holds(view.facts);
    due = Math.min(due, nextChange(kept, view, isIn, context));
    if (!isIn) continue;
    const was = Object.hasOwn(before, name) ? before[name] : undefined;
    const value = worthOf(kept, view.facts);
    const membership = was?.value === value ? was : { since: was?.since ?? at, value };
    after[name] = membership;
    count += 1;
    isSame &&= membership === was;
  }
  return {
    memberships: isSame && count === Object.keys(before).length ? before : after,
    ...(due !== Number.POSITIVE_INFINITY && { due }),
  };
}

function viewOf(
  { state, profiles }: Pick<SegmentView, 'state' | 'profiles'>,
  at: number,
  slots: readonly number[],
  { rulebook, tables }: JudgeContext,
): SegmentView {
  const scope = { key: state.key, profiles, now: at, context: {}, ...(tables && { tables }) };
  const facts = readSlots(rulebook, slots, scope);
  return { state, profiles, at, facts, ...(tables && { tables }) };
}

function worthOf({ valueSlot }: KeptSegment, facts: FactValues): number {
  const value = valueSlot === undefined ? undefined : facts[valueSlot];
  // A zero below zero would come back from the store as plain zero.
  return typeof value === 'number' && Number.isFinite(value) ? Math.round(value * millionths) + 0 : 0;
}

/**
 * The next moment at which the customer enters or leaves, as long as nothing happens. Moments at which nothing comes of
 * it are passed over, a few of them at once; the next few are looked at when those are over, so whatever a condition
 * looks like, by time alone nobody is judged for nothing more often than every `segmentIdleMsMin`. Infinity: never.
 */
function nextChange(
  { segment, course, slots }: KeptSegment,
  from: SegmentView,
  isIn: boolean,
  context: JudgeContext,
): number {
  if (!course) return Number.POSITIVE_INFINITY;
  let view = from;
  for (let step = 1; ; step += 1) {
    const next = course(view);
    if (next === undefined) return Number.POSITIVE_INFINITY;
    view = viewOf(from, next, slots, context);
    const isEnough = step >= limits.segmentLookAheadMax && next >= from.at + limits.segmentIdleMsMin;
    if (isEnough || segment.when.holds(view.facts) !== isIn) return next;
  }
}
