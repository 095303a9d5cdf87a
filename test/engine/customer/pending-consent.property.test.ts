import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectConsent, withPendingConsent } from '../../../engine/customer/pending-consent.ts';
import { consentOf, profilesOf } from '../../../engine/customer/profile.ts';
import {
  type CustomerKey,
  type CustomerState,
  decodeState,
  defaultTenant,
  emptyModel,
  encodeState,
  type FoldContext,
  foldCustomer,
  type LogMessage,
  type Partition,
  type TouchpointEvent,
} from '../../../engine/index.ts';
import { noTables } from '../../../engine/overlays/reference-table.ts';
import { eventMessage } from '../../../engine/runtime/messages.ts';
import { bookOf, shopYaml } from '../support/book.ts';
import { noon } from '../support/events.ts';
import { base64Of } from '../support/fold.ts';

/** With two rules that grant on the same event, so that the register has something to settle. */
const book = bookOf(
  shopYaml.replace(
    'consent:\n',
    `consent:
  - { on: Newsletter Subscribed, grants: marketing, expires: 2d, where: { fact: event.properties.short, operator: equal, value: true } }
  - { on: Product Viewed, grants: marketing, expiresAt: properties.until }
`,
  ),
);

const home = { tenant: defaultTenant, partitions: 1 };
const context: FoldContext = {
  ...home,
  partition: 0 as Partition,
  rulebook: book,
  model: emptyModel,
  tables: noTables,
  budgets: { left: () => Number.MAX_SAFE_INTEGER },
};

interface Step {
  readonly speaker: 'ada' | 'bob' | 'phone';
  readonly name: string;
  readonly minutes: number;
  readonly isShort: boolean;
  /** How many messages are folded between this event's arrival and the next one's. */
  readonly folds: number;
  /** Whether the write ahead reaches the store. */
  readonly isAhead: boolean;
}

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    speaker: fc.constantFrom('ada' as const, 'bob' as const, 'phone' as const),
    name: fc.constantFrom(
      'Newsletter Subscribed',
      'Newsletter Unsubscribed',
      'Push Disabled',
      'Product Viewed',
      'identify',
    ),
    // Few moments, so that changes of the same moment meet.
    minutes: fc.integer({ min: 0, max: 4 }),
    isShort: fc.boolean(),
    folds: fc.integer({ min: 0, max: 3 }),
    isAhead: fc.boolean(),
  }),
  { maxLength: 25 },
);

function eventOf({ speaker, name, minutes, isShort }: Step, index: number): TouchpointEvent {
  const timestamp = noon + minutes * 60_000;
  const until = isShort ? { until: '2026-03-01T12:03:00Z', short: true, source: 'form' } : {};
  const event = { messageId: `m${index}`, timestamp, properties: { category: 'boots', ...until } };
  if (name === 'identify') return { ...event, type: 'identify', name, userId: 'ada', anonymousId: 'phone' };
  const who = speaker === 'phone' ? { anonymousId: speaker } : { userId: speaker };
  return { ...event, ...who, type: 'track', name };
}

/** A log and documents that a write ahead may reach at any time before the fold does. */
class Place {
  readonly documents = new Map<CustomerKey, Uint8Array>();
  readonly log: LogMessage[] = [];
  readonly decided: string[] = [];
  #folded = 0;

  fold(count: number): void {
    for (let left = count; left > 0 && this.#folded < this.log.length; left -= 1) {
      const message = this.log[this.#folded] as LogMessage;
      this.#folded += 1;
      if (!('key' in message)) continue;
      const { state, messages, decisions } = foldCustomer(this.read(message.key), message, context);
      if (state) this.documents.set(message.key, encodeState(state));
      this.log.push(...messages);
      this.decided.push(...decisions.map((decision) => JSON.stringify(decision)));
    }
  }

  read(key: CustomerKey): CustomerState | undefined {
    const stored = this.documents.get(key);
    return stored && decodeState(stored);
  }

  /** As the runtime does it: at the document where the event will be applied, under the id that it arrives with. */
  writeAhead(event: TouchpointEvent): void {
    let message = eventMessage(home, event, { receivedAt: event.timestamp });
    for (;;) {
      const state = this.read(message.key);
      if (state?.forward === undefined) {
        const after = expectConsent(state, message, { rulebook: book });
        if (after) this.documents.set(message.key, encodeState(after));
        return;
      }
      const { forward } = state;
      message = {
        ...message,
        id: `${message.id}>${forward}`,
        key: forward,
        presentedAs: message.presentedAs ?? message.key,
      };
    }
  }
}

function run(all: readonly Step[], isAhead: (step: Step) => boolean): Place {
  const place = new Place();
  for (const [index, step] of all.entries()) {
    const event = eventOf(step, index);
    place.log.push(eventMessage(home, event, { receivedAt: event.timestamp }));
    if (isAhead(step)) place.writeAhead(event);
    place.fold(step.folds);
  }
  place.fold(Number.POSITIVE_INFINITY);
  return place;
}

const bytesOf = ({ documents }: Place) => [...documents].map(([key, value]) => [key, base64Of(value)]).sort();

test('P1: a customer comes to the same bytes, and triggers to the same decisions, whether consent was written ahead or not', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const without = run(all, () => false);
      const ahead = run(all, ({ isAhead }) => isAhead);
      expect(bytesOf(ahead)).toEqual(bytesOf(without));
      expect(ahead.decided).toEqual(without.decided);
      for (const state of ahead.documents.values()) expect(decodeState(state).pendingConsent).toBeUndefined();
    }),
    { numRuns: 300 },
  );
});

test('P2: what is pending answers as the fold will, while no merge is under way', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const own = all.filter(({ speaker, name }) => speaker === 'ada' && name !== 'identify');
      const ahead = new Place();
      for (const [index, step] of own.entries()) {
        const event = eventOf(step, index);
        ahead.log.push(eventMessage(home, event, { receivedAt: event.timestamp }));
        ahead.writeAhead(event);
      }
      const key = 'u:ada' as CustomerKey;
      const said = ahead.read(key);
      const expected = run(own, () => false).read(key);
      for (const name of ['marketing', 'marketing/push']) {
        const now = said && consentOf(profilesOf(withPendingConsent(said)), name);
        expect(now).toEqual(expected && consentOf(profilesOf(expected), name));
      }
    }),
    { numRuns: 200 },
  );
});
