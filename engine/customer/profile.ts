import { compareText } from '../compare-text.ts';
import type { ConsentState, Contact, CustomerState, Profile, TraitState } from '../model/customer-state.ts';
import type { CustomerKey } from '../model/ids.ts';
import type { Json } from '../model/json.ts';

/**
 * The customer's own contribution and those of the ids merged into it, own first, then in the order of the ids: where
 * two say different things at the same moment, the answer must not depend on which came in first.
 */
export function profilesOf(state: CustomerState): readonly Profile[] {
  const sources = Object.keys(state.sources);
  if (sources.length === 0) return [state.own];
  sources.sort();
  return [state.own, ...sources.map((key) => state.sources[key] as Profile)];
}

/** The contribution of one presented id; absent until it spoke. */
export function profileFor(state: CustomerState, presented: CustomerKey): Profile | undefined {
  return presented === state.key ? state.own : state.sources[presented];
}

export function withProfile(state: CustomerState, presented: CustomerKey, profile: Profile): CustomerState {
  return presented === state.key
    ? { ...state, own: profile }
    : { ...state, sources: { ...state.sources, [presented]: profile } };
}

/** The newest setting of one trait wins, whichever id it came from. */
export function traitOf(profiles: readonly Profile[], name: string): Json | undefined {
  let newest: TraitState | undefined;
  for (const profile of profiles) {
    const trait = Object.hasOwn(profile.traits, name) ? profile.traits[name] : undefined;
    if (trait && (!newest || trait[1] > newest[1])) newest = trait;
  }
  return newest?.[0];
}

/** In the order of their names, as a stored customer has them: what shows all of them must not depend on who came first. */
export function traitsOf(profiles: readonly Profile[]): Record<string, Json> {
  const traits: Record<string, Json> = {};
  const names = new Set(profiles.flatMap((profile) => Object.keys(profile.traits)));
  for (const name of [...names].sort()) {
    const value = traitOf(profiles, name);
    if (value !== undefined) traits[name] = value;
  }
  return traits;
}

/** The newest change of consent wins; of two at the same moment the one that allows less. */
export function consentOf(profiles: readonly Profile[], name: string): ConsentState | undefined {
  let newest: ConsentState | undefined;
  for (const profile of profiles) {
    const consent = Object.hasOwn(profile.consent, name) ? profile.consent[name] : undefined;
    if (consent && (!newest || overrules(consent, newest))) newest = consent;
  }
  return newest;
}

/**
 * Whether one state of a consent stands against another, whichever came in first. The order is total: of two different
 * states exactly one stands, so that the same changes come to the same consent in any order and any repetition.
 */
export function overrules(consent: ConsentState, other: ConsentState): boolean {
  return (
    (consent.at - other.at ||
      strictness[consent.status] - strictness[other.status] ||
      (other.expiresAt ?? Number.POSITIVE_INFINITY) - (consent.expiresAt ?? Number.POSITIVE_INFINITY) ||
      compareText(consent.source, other.source)) > 0
  );
}

const strictness = { granted: 0, denied: 1, withdrawn: 2 } as const;

/** A grant that is over counts as if it had never been given. */
export function isGranted(consent: ConsentState | undefined, now: number): boolean {
  return consent?.status === 'granted' && !isExpired(consent, now);
}

export function isExpired({ status, expiresAt }: ConsentState, now: number): boolean {
  return status === 'granted' && expiresAt !== undefined && expiresAt <= now;
}

/** The one ledger: contacts through every id, oldest first. */
export function contactsOf(profiles: readonly Profile[]): readonly Contact[] {
  if (profiles.length === 1) return profiles[0]?.contacts ?? [];
  return profiles.flatMap((profile) => profile.contacts).sort(byTime);
}

type Timed = Pick<Contact, 'at' | 'decision'>;

export function byTime(left: Timed, right: Timed): number {
  return left.at - right.at || (left.decision < right.decision ? -1 : left.decision > right.decision ? 1 : 0);
}

/** Whether two ledgers tell of one contact. */
export function isSameContact(one: Contact, other: Contact): boolean {
  return (
    one.decision === other.decision &&
    one.placement === other.placement &&
    one.action === other.action &&
    one.treatment === other.treatment
  );
}
