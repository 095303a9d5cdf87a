import { type ArrivedEvent, applyFeature } from '../features/apply-feature.ts';
import { limits } from '../limits.ts';
import type { ConsentState, FeatureState, Profile, TraitState } from '../model/customer-state.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { EventMessage } from '../model/log-message.ts';
import type { FactValues, Rulebook } from '../model/rulebook.ts';
import type { TouchpointEvent } from '../model/touchpoint-event.ts';
import { consentChanges } from './consent-changes.ts';
import { overrules } from './profile.ts';

/**
 * A profile after one event: times seen, traits, features and consent. Contacts are the ledger's business
 * (`outcomes.ts`). Events may come in any order: everything here is decided by event time.
 */
export function applyEvent(
  profile: Profile,
  arrived: ArrivedEvent & Pick<EventMessage, 'origin'>,
  rulebook: Rulebook,
  facts: FactValues,
): Profile {
  const { event } = arrived;
  const { firstSeenAt, lastSeenAt } = arrived.origin === undefined ? timesSeen(profile, event) : profile;
  return {
    ...profile,
    firstSeenAt,
    lastSeenAt,
    traits: applyTraits(profile.traits, event),
    features: applyFeatures(profile.features, arrived, rulebook, facts),
    consent: applyConsent(profile.consent, event, rulebook, facts),
  };
}

function timesSeen(
  { firstSeenAt, lastSeenAt }: Profile,
  { timestamp }: TouchpointEvent,
): Pick<Profile, 'firstSeenAt' | 'lastSeenAt'> {
  return {
    firstSeenAt: lastSeenAt === 0 ? timestamp : Math.min(firstSeenAt, timestamp),
    lastSeenAt: Math.max(lastSeenAt, timestamp),
  };
}

function applyFeatures(
  features: Profile['features'],
  arrived: ArrivedEvent,
  rulebook: Rulebook,
  facts: FactValues,
): Profile['features'] {
  let next: Record<string, FeatureState> | undefined;
  let isNew = false;
  for (const feature of rulebook.featuresByEvent.get(arrived.event.name) ?? []) {
    const before = features[feature.key];
    const after = applyFeature(feature, before, arrived, facts);
    if (after !== undefined && after !== before) {
      next ??= { ...features };
      next[feature.key] = after;
      isNew ||= before === undefined;
    }
  }
  if (next && isNew) dropUnknown(next, rulebook);
  return next ?? features;
}

/**
 * States that the book does not know are kept, so that a rulebook to which one goes back finds them; but no more than
 * `featuresForgottenMax`, or a document would grow with every change that was ever made to a feature.
 */
function dropUnknown(features: Record<string, FeatureState>, rulebook: Rulebook): void {
  const names = Object.keys(features);
  if (names.length <= limits.featuresForgottenMax) return;
  const known = keysOf(rulebook);
  const unknown = names.filter((name) => !known.has(name)).sort();
  for (const name of unknown.slice(0, -limits.featuresForgottenMax)) delete features[name];
}

/** Made once for a book: whoever has many features gets a new one with nearly every kind of event. */
const keysByBook = new WeakMap<Rulebook, ReadonlySet<string>>();

function keysOf(rulebook: Rulebook): ReadonlySet<string> {
  const made = keysByBook.get(rulebook);
  if (made) return made;
  const keys = new Set([...rulebook.features.values()].map(({ key }) => key));
  keysByBook.set(rulebook, keys);
  return keys;
}

function applyTraits(traits: Profile['traits'], event: TouchpointEvent): Profile['traits'] {
  if (event.traits === undefined) return traits;
  const next: Record<string, TraitState> = { ...traits };
  for (const [name, value] of Object.entries(traitsSet(event, event.traits))) {
    if (value === undefined) continue;
    const before = Object.hasOwn(next, name) ? next[name] : undefined;
    if (before ? before[1] > event.timestamp : Object.keys(next).length >= limits.traitsMax) continue;
    next[name] = [value, event.timestamp];
  }
  return next;
}

/** A group's traits describe the group, not the customer; they stand under one name. */
function traitsSet(event: TouchpointEvent, traits: JsonObject): JsonObject {
  return event.type === 'group' ? { group: traits as Json } : traits;
}

function applyConsent(
  consent: Profile['consent'],
  event: TouchpointEvent,
  rulebook: Rulebook,
  facts: FactValues,
): Profile['consent'] {
  let next: Record<string, ConsentState> | undefined;
  for (const { name, state } of consentChanges(event, rulebook, facts)) {
    const known = next ?? consent;
    const before = Object.hasOwn(known, name) ? known[name] : undefined;
    if (before ? !overrules(state, before) : Object.keys(known).length >= limits.consentsMax) continue;
    next ??= { ...consent };
    next[name] = state;
  }
  return next ?? consent;
}
