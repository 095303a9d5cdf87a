import type { FactKind } from './fact-table.ts';

/** Which facts exist at a place that takes a condition. */
export interface FactScope {
  readonly kinds: ReadonlySet<FactKind>;
  /** The same for messages. */
  readonly words: string;
}

/** Engagement policies: what is known of the customer and of the request. */
export const customerFacts: FactScope = {
  kinds: new Set(['feature', 'traits', 'context', 'customer', 'overlay', 'now']),
  words: 'features, `traits.*`, `context.*`, `customer.*`, `overlay.*` and `now` at this place',
};

/** Segments: what is known of the customer, whatever they are asked for. */
export const segmentFacts: FactScope = {
  kinds: new Set(['feature', 'traits', 'customer', 'overlay', 'now']),
  words: 'features, `traits.*`, `customer.*`, `overlay.*` and `now` in a segment',
};

/** What a reference table may be looked up with. */
export const overlayKeyKinds: ReadonlySet<FactKind> = new Set(['feature', 'traits', 'context', 'customer']);

/** Conditions on one event: features' and outcomes' `where`, consent. */
export const eventFacts: FactScope = {
  kinds: new Set(['event']),
  words: '`event.*` at this place',
};

const known = ['feature', 'traits', 'context', 'customer', 'overlay', 'event', 'now'] as const;

/** Context weights and triggers that wait. */
export const allFacts: FactScope = {
  kinds: new Set(known),
  words: 'features, `traits.*`, `context.*`, `customer.*`, `overlay.*`, `event.*` and `now` at this place',
};

/**
 * Triggers that decide at once: what was before the event is still at hand. The bodies of named conditions may also read
 * all of this; they are checked where they are used.
 */
export const triggerFacts: FactScope = { ...allFacts, kinds: new Set([...known, 'before']) };
