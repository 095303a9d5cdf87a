import type { Rulebook } from './rulebook.ts';

/** What a request is answered with while the store that knows the customers does not answer. */
export interface DegradedRules {
  /** How long a request waits for the store. */
  readonly afterMs: number;
  /** Names of the actions that may be shown then, as they are written, and full names of groups. */
  readonly actions: readonly string[];
  readonly groups: readonly string[];
  /** The book by which it is decided then: the open actions in their placements, and nothing that counts or limits. */
  readonly book: Rulebook;
}
