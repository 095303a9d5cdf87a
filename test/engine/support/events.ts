import type { TouchpointEvent } from '../../../engine/index.ts';
import { nextNumber } from './serial-numbers.ts';

/** Noon, 1 March 2026 UTC. */
export const noon = Date.UTC(2026, 2, 1, 12);
export const hour = 3_600_000;

/** A tracked event with an id of its own unless one is given. */
export function track(
  name: string,
  options: Partial<TouchpointEvent> & { readonly properties?: TouchpointEvent['properties'] } = {},
): TouchpointEvent {
  return {
    messageId: `event-${nextNumber('event')}`,
    type: 'track',
    userId: 'ada',
    name,
    timestamp: noon,
    properties: {},
    ...options,
  };
}
