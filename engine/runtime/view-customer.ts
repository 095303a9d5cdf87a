import { identitiesOf } from '../customer/link.ts';
import { consentOf, contactsOf, profilesOf, traitsOf } from '../customer/profile.ts';
import { armOf } from '../decide/hold-out.ts';
import { readFeature } from '../features/read-feature.ts';
import type { ConsentState, CustomerState, Profile } from '../model/customer-state.ts';
import type { Json } from '../model/json.ts';
import type { Rulebook } from '../model/rulebook.ts';
import type { CustomerView } from './application.ts';

/** A customer as people look at one: all contributions together, features at `now`. */
export function viewCustomer(state: CustomerState, rulebook: Rulebook, now: number): CustomerView {
  const profiles = profilesOf(state);
  const seen = profiles.filter(({ lastSeenAt }) => lastSeenAt > 0);
  const holdout = armOf(rulebook.holdout, state.key);
  return {
    key: state.key,
    identities: identitiesOf(state),
    firstSeenAt: seen.reduce(
      (first, profile) => Math.min(first, profile.firstSeenAt),
      seen[0]?.firstSeenAt ?? 0,
    ),
    lastSeenAt: seen.reduce((last, profile) => Math.max(last, profile.lastSeenAt), 0),
    traits: traitsOf(profiles),
    features: featuresOf(profiles, rulebook, now),
    consent: consentsOf(profiles),
    contacts: contactsOf(profiles),
    ...(holdout && { holdout }),
  };
}

/** Every declared feature that has a value now. */
export function featuresOf(
  profiles: readonly Profile[],
  rulebook: Rulebook,
  now: number,
): Readonly<Record<string, Json>> {
  const values: Record<string, Json> = {};
  for (const feature of rulebook.features.values()) {
    const contributions = profiles.map((profile) => profile.features[feature.name]);
    const value = readFeature(feature, contributions, now);
    if (value !== undefined) values[feature.name] = value;
  }
  return values;
}

function consentsOf(profiles: readonly Profile[]): Readonly<Record<string, ConsentState>> {
  const consents: Record<string, ConsentState> = {};
  for (const name of new Set(profiles.flatMap(({ consent }) => Object.keys(consent)))) {
    const consent = consentOf(profiles, name);
    if (consent) consents[name] = consent;
  }
  return consents;
}
