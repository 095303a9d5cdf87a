import { applyFeature } from '../features/apply-feature.ts';
import { limits } from '../limits.ts';
import type { ConsentState, FeatureState, Profile, TraitState } from '../model/customer-state.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { ConsentRule, FactValues, Rulebook } from '../model/rulebook.ts';
import type { TouchpointEvent } from '../model/touchpoint-event.ts';
import { overrules } from './profile.ts';

/**
 * A profile after one event: times seen, traits, features and consent. Contacts are the ledger's business
 * (`outcomes.ts`). Events may come in any order: everything here is decided by event time.
 */
export function applyEvent(
  profile: Profile,
  event: TouchpointEvent,
  rulebook: Rulebook,
  facts: FactValues,
): Profile {
  return {
    ...profile,
    firstSeenAt: profile.lastSeenAt === 0 ? event.timestamp : Math.min(profile.firstSeenAt, event.timestamp),
    lastSeenAt: Math.max(profile.lastSeenAt, event.timestamp),
    traits: applyTraits(profile.traits, event),
    features: applyFeatures(profile.features, event, rulebook, facts),
    consent: applyConsent(profile.consent, event, rulebook.consentByEvent.get(event.name), facts),
  };
}

function applyFeatures(
  features: Profile['features'],
  event: TouchpointEvent,
  rulebook: Rulebook,
  facts: FactValues,
): Profile['features'] {
  let next: Record<string, FeatureState> | undefined;
  for (const feature of rulebook.featuresByEvent.get(event.name) ?? []) {
    const before = features[feature.name];
    const after = applyFeature(feature, before, event, facts);
    if (after !== undefined && after !== before) {
      next ??= { ...features };
      next[feature.name] = after;
    }
  }
  return next ?? features;
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
  rules: readonly ConsentRule[] | undefined,
  facts: FactValues,
): Profile['consent'] {
  let next: Record<string, ConsentState> | undefined;
  for (const rule of rules ?? []) {
    if (rule.where && !rule.where.holds(facts)) continue;
    const name = rule.channel === undefined ? rule.purpose : `${rule.purpose}/${rule.channel}`;
    const change: ConsentState = { status: rule.status, at: event.timestamp, source: sourceOf(event) };
    const before = (next ?? consent)[name];
    if (before ? !overrules(change, before) : Object.keys(next ?? consent).length >= limits.consentsMax)
      continue;
    next ??= { ...consent };
    next[name] = change;
  }
  return next ?? consent;
}

function sourceOf(event: TouchpointEvent): string {
  const source = event.properties.source;
  return typeof source === 'string' ? source.slice(0, limits.idLengthMax) : event.name;
}
