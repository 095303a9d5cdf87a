import { assert } from '../assert.ts';
import type { CustomerState, Profile } from '../model/customer-state.ts';

/**
 * The stored form of a customer: JSON in one fixed order of keys, so that equal states are equal bytes in every store
 * and whatever order they came about in. The order of values that channels sent (a trait that is an object) is theirs.
 */
export function encodeState(state: CustomerState): string {
  const { schema, key, own, sources, forward, seen, timers } = state;
  return JSON.stringify({
    schema,
    key,
    own: inOrder(own),
    sources: Object.fromEntries(
      Object.entries(sorted(sources)).map(([source, profile]) => [source, inOrder(profile)]),
    ),
    forward,
    seen,
    timers,
  });
}

export function decodeState(value: string): CustomerState {
  const state = JSON.parse(value) as CustomerState;
  assert(state.schema === 1, `customer state of an unknown schema: ${state.schema}`);
  return state;
}

function inOrder({ firstSeenAt, lastSeenAt, traits, features, consent, contacts }: Profile): Profile {
  return {
    firstSeenAt,
    lastSeenAt,
    traits: sorted(traits),
    features: sorted(features),
    consent: sorted(consent),
    contacts,
  };
}

/** Names rarely come anew, so the record mostly is in order already. */
function sorted<Value>(record: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> {
  let last = '';
  for (const name in record) {
    if (name < last) return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
    last = name;
  }
  return record;
}
