import { applyEvent } from '../../../engine/customer/apply-event.ts';
import { clockAt, readEventFacts } from '../../../engine/facts/read-facts.ts';
import { readFeature, readFeaturePart } from '../../../engine/features/read-feature.ts';
import {
  emptyProfile,
  type Feature,
  type FeatureState,
  type Json,
  type Profile,
  type Rulebook,
} from '../../../engine/index.ts';
import { bookOf } from '../support/book.ts';

/** One event of one customer. */
export interface Happening {
  readonly at: number;
  readonly name?: string;
  readonly properties?: Readonly<Record<string, Json>>;
  /** How long after it happened it arrives, ms. */
  readonly late?: number;
}

/** A book of these features, each as it stands in a rule file. */
export function featureBook(features: Readonly<Record<string, string>>): Rulebook {
  const lines = Object.entries(features).map(([name, written]) => `  ${name}: ${written}\n`);
  return bookOf(`features:\n${lines.join('')}`);
}

/** A customer after these events, in the order in which they arrive. The time zone, if any, is a trait. */
export function profileAfter(
  rulebook: Rulebook,
  happenings: readonly Happening[],
  { zone, before = emptyProfile }: { readonly zone?: string; readonly before?: Profile } = {},
): Profile {
  let profile: Profile = {
    ...before,
    ...(zone !== undefined && { traits: { timeZone: [zone, 0] } }),
  };
  for (const { at, name = 'E', properties = {}, late = 0 } of happenings) {
    const event = {
      messageId: idOf({ at, name, properties }),
      type: 'track' as const,
      name,
      timestamp: at,
      properties,
    };
    profile = applyEvent(
      profile,
      { event, receivedAt: at + late },
      rulebook,
      readEventFacts(rulebook, event),
    );
  }
  return profile;
}

/** An event's id goes with the event, in whatever order it arrives. */
export function idOf({ at, name = 'E', properties = {} }: Happening): string {
  return `${at}-${name}-${JSON.stringify(properties)}`;
}

export function featureOf(rulebook: Rulebook, name: string): Feature {
  const feature = rulebook.features.get(name);
  if (!feature) throw new Error(`no feature ${name}`);
  return feature;
}

export function valueAt(
  rulebook: Rulebook,
  name: string,
  profiles: readonly Profile[],
  now: number,
): Json | undefined {
  return readFeature(featureOf(rulebook, name), profiles, clockAt(rulebook, { profiles, now, context: {} }));
}

export function partAt(
  rulebook: Rulebook,
  [name, part]: readonly [name: string, part: string],
  profiles: readonly Profile[],
  now: number,
): Json | undefined {
  const clock = clockAt(rulebook, { profiles, now, context: {} });
  return readFeaturePart(featureOf(rulebook, name), part, profiles, clock);
}

export function stateOf(rulebook: Rulebook, name: string, profile: Profile): FeatureState | undefined {
  return profile.features[featureOf(rulebook, name).key];
}

/** What the store gives back. */
export function stored<T>(value: T): T {
  return value === undefined ? value : JSON.parse(JSON.stringify(value));
}
