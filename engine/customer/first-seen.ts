import { compareText } from '../compare-text.ts';
import type { CustomerState, Profile } from '../model/customer-state.ts';
import type { CustomerKey } from '../model/ids.ts';

/**
 * The id of a customer that was seen first: by its first event, or by its first contact where that came before. Of two
 * seen at the same moment it is the one whose key sorts first; ids that were never seen come last.
 *
 * It is a function of the profiles alone, so it does not depend on the order in which they were merged, and an un-merge
 * gives both sides theirs back. Whoever was a visitor before signing in keeps the visitor's. Another id becomes the first
 * only by an event or a contact that is told late, or when a contact is forgotten that came before all events of its id.
 */
export function firstSeenKey(state: CustomerState): CustomerKey {
  let first = state.key;
  let firstAt = seenSince(state.own);
  for (const [key, profile] of Object.entries(state.sources) as [CustomerKey, Profile][]) {
    const at = seenSince(profile);
    if (at > firstAt || (at === firstAt && compareText(key, first) > 0)) continue;
    first = key;
    firstAt = at;
  }
  return first;
}

function seenSince({ firstSeenAt, lastSeenAt, contacts }: Profile): number {
  const event = lastSeenAt > 0 ? firstSeenAt : Number.POSITIVE_INFINITY;
  return Math.min(event, contacts[0]?.at ?? Number.POSITIVE_INFINITY);
}
