import { profilesOf } from '../customer/profile.ts';
import type { CustomerState } from '../model/customer-state.ts';
import type { DecisionMessage, LogEntry } from '../model/log-message.ts';
import type { CachedDocument, DocumentCache } from './document-cache.ts';

/**
 * What is in memory of the documents that these messages are for; undefined where it is to be read. `isLive`: what the
 * messages tell was stored before they came.
 */
export function copiesFor(
  entries: readonly LogEntry[],
  cache: DocumentCache,
  isLive: boolean,
): ReadonlyMap<string, CachedDocument | undefined> {
  const copies = new Map<string, CachedDocument | undefined>();
  for (const { message } of entries) {
    if (!('key' in message)) continue;
    const { key } = message;
    const copy = copies.has(key) ? copies.get(key) : cache.get(key);
    const isOutdated = isLive && message.kind === 'decision' && lacks(copy?.state, message);
    copies.set(key, isOutdated ? undefined : copy);
  }
  return copies;
}

/** A decision is in the document before its message is in the log: a copy without it is older than what another node wrote. */
function lacks(state: CustomerState | undefined, { contacts }: DecisionMessage): boolean {
  const [made] = contacts;
  if (!state || !made) return false;
  return profilesOf(state).every((profile) =>
    profile.contacts.every(({ decision }) => decision !== made.decision),
  );
}
