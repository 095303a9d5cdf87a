import type { Counted, Tallying } from '../../model/contact-policy.ts';
import type { Contact } from '../../model/customer-state.ts';

/** When a contact became what is counted; undefined as long as it did not. */
export function becameAt(counts: Counted, contact: Contact): number | undefined {
  return counts === 'decided' ? contact.at : contact.outcomes?.[counts];
}

/**
 * When a contact counted, or `now` while it is reserved: one that was decided may become what is counted at any moment,
 * so it takes its place as if it had happened now. Undefined for one that does not count.
 */
export function countedAt(
  { counts, reserveMs }: Pick<Tallying, 'counts' | 'reserveMs'>,
  contact: Contact,
  now: number,
): number | undefined {
  const at = becameAt(counts, contact);
  if (at !== undefined) return at;
  return reserveMs !== undefined && contact.at > now - reserveMs ? now : undefined;
}

/** From when on a contact counts no more in a window of `ms`, if nothing else becomes of it. */
export function countsUntil(
  { counts, reserveMs = 0 }: Pick<Tallying, 'counts' | 'reserveMs'>,
  contact: Contact,
  ms: number,
): number {
  const at = becameAt(counts, contact);
  return at === undefined ? contact.at + reserveMs : at + ms;
}
