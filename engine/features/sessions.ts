import { limits } from '../limits.ts';
import type { FeatureState } from '../model/customer-state.ts';
import { addAmounts, amountOf } from './totals.ts';
import type { WindowSpan } from './window-span.ts';

/**
 * Sessions: events with no pause between them that is longer than the gap. A late event may begin one, prolong one or
 * join two; because sessions are told apart by their pauses alone, they come out the same in any order.
 *
 * The newest `sessionsMax` are kept one by one. Older ones are only counted, and their durations added up; an event
 * that comes late enough to belong among those is a session of its own. Of a session that reaches into a window, the
 * part inside counts; only the events of one that is longer than the whole window may come out fewer when they are late.
 *
 * State: `[[start1, end1, events1, start2, ...]]` ascending, and behind it the older ones: `[count, duration]`, or a
 * rolling window of both.
 */

const lanes = 2;

export interface SessionRule {
  readonly gapMs: number;
  readonly span: WindowSpan | undefined;
}

export function addToSessions(
  state: FeatureState | undefined,
  time: number,
  { gapMs, span }: SessionRule,
): FeatureState {
  const before = (state?.[0] ?? []) as readonly number[];
  const sessions = join(before, [time, time, 1], gapMs);
  let older = state?.[1] as FeatureState | undefined;
  if (span) forget(sessions, span.keepMs + gapMs);
  while (sessions.length > 3 * limits.sessionsMax) {
    const [start, end] = sessions.splice(0, 3) as [number, number, number];
    older = addAmounts(older, { time: end, amounts: [1, end - start] }, span);
  }
  return older ? [sessions, older] : [sessions];
}

export interface SessionFigures {
  readonly count: number;
  /** Of all sessions together, ms. */
  readonly durationMs: number;
  /** Of the session that is not over yet, if there is one. */
  readonly currentEvents: number;
  readonly currentMs: number;
  /** When that session began; absent where there is none. */
  readonly currentStart?: number;
}

export function readSessions(
  states: readonly FeatureState[],
  { gapMs, span }: SessionRule,
  { now, horizon }: { readonly now: number; readonly horizon: number },
): SessionFigures {
  const sessions = states.map(([listed]) => listed as readonly number[]).reduce(joinAll(gapMs), []);
  const window = { isWindow: span !== undefined, horizon };
  const figures = { count: 0, durationMs: 0, currentEvents: 0, currentMs: 0 };
  let currentStart: number | undefined;
  for (const [, older] of states as readonly (readonly FeatureState[])[]) {
    if (!older) continue;
    figures.count += amountOf(older, window, 0, lanes);
    figures.durationMs += amountOf(older, window, 1, lanes);
  }
  for (let index = 0; index < sessions.length; index += 3) {
    const end = sessions[index + 1] as number;
    if (end <= horizon) continue;
    const durationMs = end - Math.max(sessions[index] as number, horizon + 1);
    figures.count += 1;
    figures.durationMs += durationMs;
    if (end + gapMs < now) continue;
    figures.currentEvents = sessions[index + 2] as number;
    figures.currentMs = durationMs;
    currentStart = sessions[index] as number;
  }
  return { ...figures, ...(currentStart !== undefined && { currentStart }) };
}

function joinAll(gapMs: number) {
  return (sessions: readonly number[], others: readonly number[]): readonly number[] => {
    if (sessions.length === 0) return others;
    let all = sessions;
    for (let index = 0; index < others.length; index += 3) {
      all = join(all, others.slice(index, index + 3) as [number, number, number], gapMs);
    }
    return all;
  };
}

/** Adds a session; with those that it comes near enough to it becomes one. */
function join(
  sessions: readonly number[],
  [from, until, count]: readonly [number, number, number],
  gapMs: number,
): number[] {
  let [start, end, events] = [from, until, count];
  const before: number[] = [];
  const after: number[] = [];
  for (let index = 0; index < sessions.length; index += 3) {
    const [otherStart, otherEnd, otherEvents] = sessions.slice(index, index + 3) as [number, number, number];
    if (otherEnd < from - gapMs) before.push(otherStart, otherEnd, otherEvents);
    else if (otherStart > until + gapMs) after.push(otherStart, otherEnd, otherEvents);
    else {
      start = Math.min(start, otherStart);
      end = Math.max(end, otherEnd);
      events += otherEvents;
    }
  }
  return [...before, start, end, events, ...after];
}

/** Drops the sessions that ended out of reach of the newest one's window and gap. */
function forget(sessions: number[], reachMs: number): void {
  const horizon = (sessions[sessions.length - 2] as number) - reachMs;
  let stale = 0;
  while ((sessions[stale + 1] as number) <= horizon) stale += 3;
  if (stale > 0) sessions.splice(0, stale);
}
