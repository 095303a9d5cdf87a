import type { JsonObject } from './json.ts';

/** What a touchpoint can say; the closed set of the Segment spec. */
export type TouchpointType = 'track' | 'identify' | 'page' | 'screen' | 'group' | 'alias';

/** One thing that happened at a touchpoint, already validated and normalised by the adapter that took it in. */
export interface TouchpointEvent {
  /** Unique per event and stable over retries; duplicates are dropped by it. */
  readonly messageId: string;
  readonly type: TouchpointType;
  readonly userId?: string;
  readonly anonymousId?: string;
  /** `alias` only: the id that was used before. */
  readonly previousId?: string;
  /** The name of a tracked event; for the other types the type itself (`page`, `identify`, ...). */
  readonly name: string;
  /** When it happened, epoch milliseconds; windows roll on this time. */
  readonly timestamp: number;
  readonly properties: JsonObject;
  /** `identify` and `group`: attributes to remember. */
  readonly traits?: JsonObject;
  /** Page, campaign, locale and the like, as the channel sent it. */
  readonly context?: JsonObject;
}
