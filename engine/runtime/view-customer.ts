import { identitiesOf } from '../customer/identities.ts';
import { withPendingConsent } from '../customer/pending-consent.ts';
import { consentOf, contactsOf, profilesOf, traitsOf } from '../customer/profile.ts';
import { armsTold, drawArms, drawnFor } from '../experiments/draw-arms.ts';
import { featureValues } from '../facts/feature-values.ts';
import type { ConsentState, CustomerState, Profile, SegmentMembership } from '../model/customer-state.ts';
import type { Json } from '../model/json.ts';
import type { Rulebook } from '../model/rulebook.ts';
import type { TablesInForce } from '../overlays/reference-table.ts';
import type { CustomerView } from './application.ts';
import { overlaysOf } from './view-overlays.ts';

/** A customer as people look at one: all contributions together, features at `now`. */
export function viewCustomer(
  state: CustomerState,
  rulebook: Rulebook,
  { now, tables }: { readonly now: number; readonly tables: TablesInForce },
): CustomerView {
  const profiles = profilesOf(withPendingConsent(state));
  const seen = profiles.filter(({ lastSeenAt }) => lastSeenAt > 0);
  const arms = drawArms(rulebook, { of: drawnFor(state, { customer: state.key }), now });
  return {
    key: state.key,
    identities: identitiesOf(state),
    via: state.via,
    firstSeenAt: seen.reduce(
      (first, profile) => Math.min(first, profile.firstSeenAt),
      seen[0]?.firstSeenAt ?? 0,
    ),
    lastSeenAt: seen.reduce((last, profile) => Math.max(last, profile.lastSeenAt), 0),
    traits: traitsOf(profiles),
    features: featuresOf(profiles, rulebook, now),
    consent: consentsOf(profiles),
    contacts: contactsOf(profiles),
    overlays: overlaysOf(rulebook, { key: state.key, profiles, now, context: {}, tables }),
    segments: segmentsOf(state, rulebook),
    arms: armsTold(arms),
  };
}

/** Those that the rulebook does not have any more are on their way out. */
function segmentsOf({ segments }: CustomerState, rulebook: Rulebook): CustomerView['segments'] {
  const known = Object.keys(segments).filter((name) => rulebook.segments.has(name));
  return Object.fromEntries(known.sort().map((name) => [name, segments[name] as SegmentMembership]));
}

/** Every declared feature that has a value now, with its parts. */
export function featuresOf(
  profiles: readonly Profile[],
  rulebook: Rulebook,
  now: number,
): Readonly<Record<string, Json>> {
  const values: Record<string, Json> = {};
  for (const [name, value] of featureValues(rulebook, { profiles, now, context: {} })) {
    if (value !== undefined) values[name] = value;
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
