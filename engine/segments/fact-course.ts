import { zoneOf } from '../facts/read-facts.ts';
import { FeatureClock } from '../features/feature-clock.ts';
import {
  type FactCourse,
  featureCourse,
  passing,
  steady,
  unknownCourse,
} from '../features/feature-course.ts';
import { day } from '../limits.ts';
import type { FactRead } from '../model/condition.ts';
import type { Profile } from '../model/customer-state.ts';
import type { Guesses } from '../model/quiet-hours.ts';
import type { FactSource, Feature, Overlay, Rulebook } from '../model/rulebook.ts';
import type { SegmentView } from '../model/segmentation.ts';
import { isCurrent, overlayOf } from '../overlays/overlay-values.ts';

/** What courses are worked out with. */
export interface CourseBook {
  readonly features: ReadonlyMap<string, Feature>;
  readonly overlays: ReadonlyMap<string, Overlay>;
  readonly sourceOf: (fact: string) => FactSource | undefined;
  readonly timeZones: Rulebook['timeZones'];
  readonly jurisdictions: Rulebook['jurisdictions'];
}

/** How a fact goes on from the view's moment; absent: time alone never changes it. */
export function courseOfFact(
  { name }: FactRead,
  book: CourseBook,
): ((view: SegmentView) => FactCourse) | undefined {
  const source = book.sourceOf(name);
  switch (source?.kind) {
    case 'feature': {
      const feature = book.features.get(source.feature);
      return feature && ((view) => courseOfFeature(feature, view, book));
    }
    case 'traits':
      return undefined;
    case 'customer':
      return courseOfCustomer(source.path[0], book);
    case 'now':
      return ({ at }) => ({ kind: 'moves', passes: (value) => passing(value, at) });
    case 'overlay':
      return courseOfOverlay(source.overlay, book);
    default:
      return () => unknownCourse;
  }
}

export function zoneOfView({ profiles, at, tables }: SegmentView, book: CourseBook): string {
  return zoneOf(book, { profiles, now: at, context: {}, ...(tables && { tables }) }).value;
}

/** When time alone may change which zone is the customer's; absent: never. */
export function courseOfZone(book: CourseBook): ((view: SegmentView) => FactCourse) | undefined {
  const { from, byJurisdiction } = book.timeZones;
  return earliestCourse(byJurisdiction.size > 0 ? [...from, ...book.jurisdictions.from] : from, book);
}

function earliestCourse(places: Guesses, book: CourseBook): ((view: SegmentView) => FactCourse) | undefined {
  // What traits say stays, and what requests bring is not there; the features among them have no window.
  const courses = places.flatMap(({ source }) =>
    source.kind === 'overlay' ? (courseOfOverlay(source.overlay, book) ?? []) : [],
  );
  if (courses.length === 0) return undefined;
  return (view) => {
    let next = Number.POSITIVE_INFINITY;
    for (const course of courses) {
      const told = course(view);
      if (told.kind === 'steps') next = Math.min(next, told.at);
    }
    return next === Number.POSITIVE_INFINITY ? steady : { kind: 'steps', at: next };
  };
}

function courseOfFeature(feature: Feature, view: SegmentView, book: CourseBook): FactCourse {
  const clockAt = (at: number) => new FeatureClock(at, () => zoneOfView(view, book), book.timeZones);
  return featureCourse(feature, view.profiles, { at: view.at, clockAt });
}

function courseOfCustomer(
  name: string | undefined,
  book: CourseBook,
): ((view: SegmentView) => FactCourse) | undefined {
  switch (name) {
    case 'timeZone':
    case 'timeZoneFrom':
      return courseOfZone(book);
    case 'jurisdiction':
    case 'jurisdictionFrom':
      return earliestCourse(book.jurisdictions.from, book);
    case 'daysSinceFirstSeen':
      return ({ profiles, at }) =>
        since(
          seen(profiles).reduce((first, profile) => Math.min(first, profile.firstSeenAt), Infinity),
          at,
        );
    case 'daysSinceLastSeen':
      return ({ profiles, at }) =>
        since(
          seen(profiles).reduce((last, profile) => Math.max(last, profile.lastSeenAt), -Infinity),
          at,
        );
    default:
      return undefined;
  }
}

function seen(profiles: readonly Profile[]): readonly Profile[] {
  return profiles.filter(({ lastSeenAt }) => lastSeenAt > 0);
}

function since(then: number, at: number): FactCourse {
  return Number.isFinite(then) ? { kind: 'moves', passes: (days) => passing(then + days * day, at) } : steady;
}

/**
 * What was told of the customer expires at a moment that is known. A table may be replaced at any moment; whoever was not
 * judged for another reason is looked at with the new day.
 */
function courseOfOverlay(
  name: string,
  { overlays }: CourseBook,
): ((view: SegmentView) => FactCourse) | undefined {
  if (overlays.get(name)?.join.kind === 'key') {
    return ({ at }) => ({ kind: 'steps', at: (Math.floor(at / day) + 1) * day });
  }
  return ({ profiles, at }) => {
    const state = overlayOf(profiles, name);
    return state?.expiresAt !== undefined && isCurrent(state, at)
      ? { kind: 'steps', at: state.expiresAt }
      : steady;
  };
}
