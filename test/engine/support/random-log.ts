import fc from 'fast-check';
import type { TouchpointEvent } from '../../../engine/index.ts';
import { hour, noon } from './events.ts';

/** Who speaks: a known customer, one of two devices, or a device that signs in. */
const speakers = ['ada', 'bob', 'device-1', 'device-2'] as const;

const names = ['Product Viewed', 'Order Completed', 'Cart Updated', 'Newsletter Subscribed', 'Page'] as const;

interface Step {
  readonly speaker: (typeof speakers)[number];
  readonly name: (typeof names)[number] | 'identify';
  readonly minutes: number;
  readonly amount: number;
  readonly category: string;
}

const step: fc.Arbitrary<Step> = fc.record({
  speaker: fc.constantFrom(...speakers),
  name: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...names) },
    { weight: 1, arbitrary: fc.constant('identify' as const) },
  ),
  minutes: fc.integer({ min: 0, max: 6 * 60 }),
  amount: fc.integer({ min: 0, max: 10_000 }),
  category: fc.constantFrom('boots', 'hats'),
});

/** Events of two customers and two devices, ascending in time. `device-1` always signs in as ada, `device-2` as bob. */
export const someEvents: fc.Arbitrary<readonly TouchpointEvent[]> = fc
  .array(step, { minLength: 1, maxLength: 40 })
  .map((steps) => [...steps].sort((left, right) => left.minutes - right.minutes).map(eventOf));

function eventOf({ speaker, name, minutes, amount, category }: Step, index: number): TouchpointEvent {
  const event = {
    messageId: `m${index}`,
    timestamp: noon + (minutes * hour) / 60,
    properties: { revenue: amount / 100, category },
  };
  if (name === 'identify') {
    const isFirst = speaker === 'ada' || speaker === 'device-1';
    return {
      ...event,
      type: 'identify',
      name,
      userId: isFirst ? 'ada' : 'bob',
      anonymousId: isFirst ? 'device-1' : 'device-2',
      traits: { plan: category, level: amount },
    };
  }
  const who = speaker.startsWith('device') ? { anonymousId: speaker } : { userId: speaker };
  return { ...event, ...who, type: 'track', name };
}
