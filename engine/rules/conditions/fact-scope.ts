import type { FactKind } from './fact-table.ts';

/** Which facts exist at a place that takes a condition. */
export interface FactScope {
  readonly kinds: ReadonlySet<FactKind>;
  /** The same for messages. */
  readonly words: string;
}

/** Engagement policies: what is known of the customer and of the request. */
export const customerFacts: FactScope = {
  kinds: new Set(['feature', 'traits', 'context', 'customer']),
  words: 'features, `traits.*`, `context.*` and `customer.*` at this place',
};

/** Conditions on one event: features' and outcomes' `where`, consent. */
export const eventFacts: FactScope = {
  kinds: new Set(['event']),
  words: '`event.*` at this place',
};

/** Triggers and context weights, where both are there; and the bodies of named conditions, which are checked on use. */
export const allFacts: FactScope = {
  kinds: new Set(['feature', 'traits', 'context', 'customer', 'event']),
  words: 'features, `traits.*`, `context.*`, `customer.*` and `event.*` at this place',
};
