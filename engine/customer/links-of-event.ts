import { readPath } from '../facts/read-path.ts';
import { limits } from '../limits.ts';
import type { CustomerState } from '../model/customer-state.ts';
import { anonymousKey, type CustomerKey, userKey } from '../model/ids.ts';
import type { EventMessage, LinkCause, LogMessage } from '../model/log-message.ts';
import type { IdentityRules } from '../model/rulebook.ts';
import type { FoldContext } from './fold-context.ts';
import { partedFrom } from './identities.ts';
import { linkExport } from './link.ts';
import { type RefusalReason, refusalMessage, wasRefused } from './refusal.ts';

/** The merges that an event asks for: `identify` with both ids, `alias` of a previous id, identifiers that it carries. */
export function linksOf(
  state: CustomerState,
  message: EventMessage,
  context: FoldContext,
): readonly LogMessage[] {
  const { identity } = context.rulebook;
  const { type } = message.event;
  // Nearly every event says nothing of this kind.
  const isSilent = identity.identifiers.length === 0 && type !== 'identify' && type !== 'alias';
  if (isSilent || message.origin !== undefined) return [];
  const evidence = evidenceOf(message.event, identity);
  const messages: LogMessage[] = [];
  for (const [other, cause] of evidence) {
    if (other === state.key || Object.hasOwn(state.sources, other) || wasRefused(state, other)) continue;
    const pair = { asked: state.key, other };
    const reason = reasonAtOnce(state, message, other, context);
    const id = `link:${other}>${state.key}:${message.id}`;
    messages.push(
      reason === undefined
        ? linkExport({ ...pair, key: other, cause, id }, state, message, context)
        : refusalMessage({ ...pair, name: 'Merge Refused', reason }, message, context),
    );
  }
  return messages;
}

function evidenceOf(event: EventMessage['event'], rules: IdentityRules): ReadonlyMap<CustomerKey, LinkCause> {
  const evidence = new Map<CustomerKey, LinkCause>();
  if (event.type === 'identify' && event.userId !== undefined && event.anonymousId !== undefined) {
    evidence.set(anonymousKey(event.anonymousId), 'identify');
  }
  if (event.type === 'alias' && event.previousId !== undefined) {
    evidence.set(anonymousKey(event.previousId), 'alias').set(userKey(event.previousId), 'alias');
  }
  for (const { from, keyOf } of rules.identifiers) {
    for (const path of from) {
      const key = keyOf(readPath(event, path));
      if (key !== undefined) evidence.set(key, 'identifier');
    }
  }
  return evidence;
}

/** What stands against a merge before the other document is asked. */
function reasonAtOnce(
  state: CustomerState,
  { key, presentedAs = key }: EventMessage,
  other: CustomerKey,
  { rulebook }: FoldContext,
): RefusalReason | undefined {
  if ([state.key, presentedAs, other].some(rulebook.identity.isBlocked)) return 'blocked';
  if (partedFrom(state).includes(other)) return 'parted';
  return Object.keys(state.sources).length >= limits.sourcesPerCustomerMax ? 'limit' : undefined;
}
