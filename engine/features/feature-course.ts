import { unreachable } from '../assert.ts';
import { day, limits } from '../limits.ts';
import type { FeatureState, Profile } from '../model/customer-state.ts';
import type { CalendarPeriod, Feature, FeatureOf } from '../model/feature.ts';
import { timesToLeave } from './entry-times.ts';
import { fallingCourse } from './falling-course.ts';
import type { FeatureClock } from './feature-clock.ts';
import { sumOfDecaying } from './half-lives.ts';

/**
 * How a fact goes on by time alone, from a moment on, while nothing happens.
 * - `steady`: it keeps its value;
 * - `steps`: it keeps its value until `at`, which comes later;
 * - `moves`: it only rises or only falls; `passes` tells, not too late, the first moment after now at which it is no
 *   longer above, equal to or below a value as it is now; undefined if that never comes;
 * - `unknown`: nothing better is known.
 */
export type FactCourse =
  | { readonly kind: 'steady' }
  | { readonly kind: 'steps'; readonly at: number }
  | { readonly kind: 'moves'; readonly passes: (value: number) => number | undefined }
  | { readonly kind: 'unknown' };

export const steady: FactCourse = { kind: 'steady' };
export const unknownCourse: FactCourse = { kind: 'unknown' };

/** What becomes of a feature's value, and of its parts, after `at`, over the contributions of all ids of the customer. */
export function featureCourse(
  feature: Feature,
  profiles: readonly Profile[],
  { at, clockAt }: { readonly at: number; readonly clockAt: (at: number) => FeatureClock },
): FactCourse {
  const states = statesOf(feature, profiles);
  const moments = feature.calendar === undefined ? [] : [nextPeriod(feature.calendar, at, clockAt)];
  switch (feature.kind) {
    case 'count':
    case 'sum': {
      const falling =
        feature.by === undefined && feature.windowMs !== undefined && fallingCourse(feature, states, at);
      if (falling) return falling;
      break;
    }
    case 'avg':
    case 'min':
    case 'max':
    case 'last':
    case 'first':
    case 'distinct':
      break;
    case 'sessions':
      moments.push(...sessionMoments(feature, states, at));
      break;
    case 'rfm':
      moments.push(...rfmMoments(feature, states));
      break;
    case 'recency':
      return recencyCourse(feature, states, at);
    case 'decayed':
    case 'score':
      return decayingCourse(states, feature.halfLifeMs, at);
    case 'ratio':
      return ratioCourse(feature, profiles, { at, clockAt });
    default:
      return unreachable(feature);
  }
  if (feature.windowMs !== undefined) moments.push(...timesToLeave(feature, states, feature.windowMs));
  return stepsOf(moments, at);
}

function statesOf({ key }: Feature, profiles: readonly Profile[]): readonly FeatureState[] {
  return profiles.flatMap(({ features }) => {
    const state = features[key];
    return state ? [state] : [];
  });
}

function stepsOf(moments: readonly number[], at: number): FactCourse {
  let next = Number.POSITIVE_INFINITY;
  for (const moment of moments) if (moment > at && moment < next) next = Math.ceil(moment);
  return next === Number.POSITIVE_INFINITY ? steady : { kind: 'steps', at: next };
}

/** The middle of the day after the longest that each period can be: it lies in the next one, and not in the one after. */
const intoNext: Readonly<Record<CalendarPeriod, number>> = {
  day: 1.5 * day,
  week: 7.5 * day,
  month: 31.5 * day,
  quarter: 92.5 * day,
  year: 366.5 * day,
};

function nextPeriod(period: CalendarPeriod, at: number, clockAt: (at: number) => FeatureClock): number {
  return clockAt(clockAt(at).startOf(period) + intoNext[period]).startOf(period);
}

function recencyCourse({ unitMs }: Feature, states: readonly FeatureState[], at: number): FactCourse {
  if (states.length === 0) return steady;
  const newest = Math.max(...states.map(([time]) => time as number));
  return { kind: 'moves', passes: (value) => passing(newest + value * unitMs, at) };
}

/**
 * What grows with time comes to a value at a moment and is above it from the next millisecond on. The arithmetic behind
 * the moment may be off by one: each of the four is looked at.
 */
export function passing(moment: number, at: number): number | undefined {
  if (!Number.isFinite(moment) || moment + 2 < at) return undefined;
  return Math.max(Math.floor(moment) - 1, at + 1);
}

/** A session that is not over ends by the gap; one that the window's beginning lies in loses of its duration all along. */
function sessionMoments(
  { gapMs, windowMs, calendar }: FeatureOf<'sessions'>,
  states: readonly FeatureState[],
  at: number,
): readonly number[] {
  const moments: number[] = [];
  const isWindow = windowMs !== undefined || calendar !== undefined;
  for (const [listed] of states) {
    const sessions = listed as readonly number[];
    for (let index = 0; index < sessions.length; index += 3) {
      const [start, end] = [sessions[index] as number, sessions[index + 1] as number];
      moments.push(end + gapMs + 1);
      if (!isWindow || windowMs === undefined) continue;
      moments.push(start - gapMs + windowMs, end + windowMs);
      const horizon = at - windowMs;
      if (start - gapMs <= horizon && horizon < end) moments.push(at + limits.segmentRecheckMs);
    }
  }
  return moments;
}

/** The days since the newest purchase come over one of the edges. */
function rfmMoments({ edges }: FeatureOf<'rfm'>, states: readonly FeatureState[]): readonly number[] {
  const newest = Math.max(...states.map(([time]) => time as number));
  return edges.recency.flatMap((edge) => {
    const reached = Math.floor(newest + edge * day);
    return [reached, reached + 1, reached + 2];
  });
}

/** A ratio keeps its value while both of its parts do. */
function ratioCourse(
  { part, whole }: FeatureOf<'ratio'>,
  profiles: readonly Profile[],
  moment: { readonly at: number; readonly clockAt: (at: number) => FeatureClock },
): FactCourse {
  const courses = [part, whole].map((feature) => steppingCourse(feature, profiles, moment));
  if (courses.some(({ kind }) => kind === 'moves' || kind === 'unknown')) return unknownCourse;
  return stepsOf(
    courses.flatMap((course) => (course.kind === 'steps' ? [course.at] : [])),
    moment.at,
  );
}

/** What falls in a window falls in steps: a ratio of it is another with every entry that leaves. */
function steppingCourse(
  feature: Feature,
  profiles: readonly Profile[],
  moment: { readonly at: number; readonly clockAt: (at: number) => FeatureClock },
): FactCourse {
  const isFalling = (feature.kind === 'count' || feature.kind === 'sum') && feature.windowMs !== undefined;
  if (!isFalling) return featureCourse(feature, profiles, moment);
  return stepsOf(timesToLeave(feature, statesOf(feature, profiles), feature.windowMs), moment.at);
}

/** A value is above zero and falls, or below and rises. */
function decayingCourse(states: readonly FeatureState[], halfLifeMs: number, at: number): FactCourse {
  const now = sumOfDecaying(states, halfLifeMs, at);
  if (now === 0) return steady;
  const size = (moment: number) => Math.abs(sumOfDecaying(states, halfLifeMs, moment));
  return {
    kind: 'moves',
    passes: (value) => {
      const isAhead = value !== 0 && value > 0 === now > 0 && Math.abs(value) <= Math.abs(now);
      if (!isAhead) return undefined;
      return value === now ? at + 1 : fallsTo(size, Math.abs(value), { at, halfLifeMs });
    },
  };
}

/**
 * The first millisecond at which a size that halves with every half-life is no more than another. The logarithm only
 * tells where to look: it need not be the same to the last bit on every machine, the answer is.
 */
function fallsTo(
  size: (at: number) => number,
  value: number,
  { at, halfLifeMs }: { readonly at: number; readonly halfLifeMs: number },
): number | undefined {
  const guess = Math.max(at, Math.floor(at + halfLifeMs * (Math.log2(size(at)) - Math.log2(value))));
  let step = 1;
  let before = guess;
  while (before > at && size(before) <= value) {
    before = Math.max(at, before - step);
    step *= 2;
  }
  step = 1;
  let after = guess + 1;
  while (size(after) > value) {
    // A double halves no further: so small a value is never come to.
    if (after > at + 2_400 * halfLifeMs) return undefined;
    before = after;
    after += step;
    step *= 2;
  }
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (size(middle) > value) before = middle;
    else after = middle;
  }
  return after;
}
