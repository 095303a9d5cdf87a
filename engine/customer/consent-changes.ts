import { readPath } from '../facts/read-path.ts';
import { limits } from '../limits.ts';
import type { ConsentState } from '../model/customer-state.ts';
import { readInstant } from '../model/read-touchpoint-time.ts';
import type { ConsentRule, FactValues, Rulebook } from '../model/rulebook.ts';
import type { TouchpointEvent } from '../model/touchpoint-event.ts';

export interface ConsentChange {
  /** `marketing` or `marketing/email`. */
  readonly name: string;
  readonly state: ConsentState;
}

/** What an event says about consent, in the order of the rules. `facts` are those of the event alone. */
export function consentChanges(
  event: TouchpointEvent,
  rulebook: Rulebook,
  facts: FactValues,
): readonly ConsentChange[] {
  const rules = rulebook.consentByEvent.get(event.name);
  if (rules === undefined) return [];
  return rules
    .filter(({ where }) => !where || where.holds(facts))
    .map((rule) => ({ name: consentName(rule), state: stateOf(rule, event) }));
}

export function consentName({ purpose, channel }: Pick<ConsentRule, 'purpose' | 'channel'>): string {
  return channel === undefined ? purpose : `${purpose}/${channel}`;
}

function stateOf(rule: ConsentRule, event: TouchpointEvent): ConsentState {
  const { status } = rule;
  const expiresAt = status === 'granted' ? expiryOf(rule, event) : undefined;
  return {
    status,
    at: event.timestamp,
    source: sourceOf(event),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

/** The event's own word goes first. A word that is no time allows nothing: a grant whose end is unknown is over at once. */
function expiryOf({ expiresMs, expiresFrom }: ConsentRule, event: TouchpointEvent): number | undefined {
  const told = expiresFrom && readPath(event, expiresFrom);
  if (told !== undefined && told !== null) return readInstant(told) ?? event.timestamp;
  return expiresMs === undefined ? undefined : event.timestamp + expiresMs;
}

function sourceOf(event: TouchpointEvent): string {
  const source = event.properties.source;
  return typeof source === 'string' ? source.slice(0, limits.idLengthMax) : event.name;
}
