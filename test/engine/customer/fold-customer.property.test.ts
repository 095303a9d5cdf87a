import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CustomerKey,
  type CustomerState,
  decodeState,
  defaultTenant,
  encodeState,
  featuresOf,
  type LogMessage,
  type Partition,
  profilesOf,
} from '../../../engine/index.ts';
import { foldBatch } from '../../../engine/runtime/fold-batch.ts';
import { emptyPartitionDocument } from '../../../engine/runtime/partition-document.ts';
import { bookOf, shopYaml } from '../support/book.ts';
import { hour, noon } from '../support/events.ts';
import { base64Of, openLedger, received } from '../support/fold.ts';
import { someEvents } from '../support/random-log.ts';

const book = bookOf(shopYaml);
const evening = noon + 8 * hour;

/** What each surviving customer amounts to: the values of features over all ids, and each id's own contribution. */
function customersOf(states: ReadonlyMap<CustomerKey, CustomerState>): unknown {
  const customers = [...states.values()].filter(({ forward }) => forward === undefined);
  return Object.fromEntries(
    customers
      .sort((left, right) => (left.key < right.key ? -1 : 1))
      .map((state) => {
        const own = { [state.key]: state.own.features, ...mapOf(state.sources, ({ features }) => features) };
        const known = Object.entries(own).filter(([, features]) => Object.keys(features).length > 0);
        return [
          state.key,
          { values: featuresOf(profilesOf(state), book, evening), by: Object.fromEntries(known) },
        ];
      }),
  );
}

function mapOf<From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

/** The log that comes of the messages when it is cut into batches, with nothing kept in memory between them. */
function foldInBatches(
  messages: readonly LogMessage[],
  sizes: readonly number[],
): Readonly<Record<string, string>> {
  const stored = new Map<CustomerKey, Uint8Array>();
  let partition = emptyPartitionDocument;
  let sequence = 0;
  const log = [...messages];
  for (let round = 0; log.length > 0; round += 1) {
    const entries = log.splice(0, sizes[round % sizes.length]).map((message) => {
      sequence += 1;
      return { sequence, message };
    });
    const before = new Map([...stored].map(([key, value]) => [key as string, decodeState(value)]));
    const folded = foldBatch(entries, before, partition, {
      tenant: defaultTenant,
      partition: 0 as Partition,
      partitions: 1,
      rulebook: book,
      budgets: { left: () => Number.MAX_SAFE_INTEGER },
      marks: new Map(),
    });
    expect(folded.dead).toEqual([]);
    partition = folded.partition;
    for (const [key, state] of folded.states) {
      if (state === undefined) stored.delete(key);
      else stored.set(key, encodeState(state));
    }
    log.push(...folded.outbox.flatMap((item) => (item.to === 'log' ? [item.message] : [])));
  }
  return Object.fromEntries([...stored].sort().map(([key, value]) => [key, base64Of(value)]));
}

describe('the customer fold', () => {
  it('comes to the same features in whatever order the events and the merges arrive', () => {
    const shuffled = someEvents.chain((events) =>
      fc.tuple(fc.constant(events), fc.shuffledSubarray([...events], { minLength: events.length })),
    );
    fc.assert(
      fc.property(shuffled, ([events, order]) => {
        const straight = openLedger(book);
        straight.fold(...events.map((event) => received(event, evening)));
        const mixed = openLedger(book);
        for (const event of order) mixed.fold(received(event, evening));
        expect(customersOf(mixed.states)).toEqual(customersOf(straight.states));
      }),
      { numRuns: 150 },
    );
  });

  it('comes to the same bytes however the log is cut into batches', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(someEvents, sizes, (events, cuts) => {
        const messages = events.map((event) => received(event));
        // What follows from a message goes to the end of the log; here, in both cases, behind all events.
        const whole = foldInBatches(messages, [messages.length]);
        expect(foldInBatches(messages, [messages.length])).toEqual(whole);
        expect(foldInBatches(messages, cuts)).toEqual(whole);
      }),
      { numRuns: 150 },
    );
  });

  it('changes nothing for messages that are sent again, alone or as a batch', () => {
    const repeated = someEvents.chain((events) =>
      fc.tuple(
        fc.constant(events),
        fc.array(fc.record({ from: fc.nat(events.length), length: fc.nat(10) }), { maxLength: 4 }),
      ),
    );
    fc.assert(
      fc.property(repeated, ([events, resends]) => {
        const once = openLedger(book);
        for (const event of events) once.fold(received(event));
        const again = openLedger(book);
        for (const [index, event] of events.entries()) {
          again.fold(received(event));
          for (const { from, length } of resends) {
            if (from !== index) continue;
            // The channel sends the last few once more, and they are taken in later than at first.
            const resent = events.slice(Math.max(0, index - length), index + 1);
            again.fold(...resent.map((event) => received(event, event.timestamp + hour)));
          }
        }
        expect(again.encoded()).toEqual(once.encoded());
        expect(again.decisions).toEqual(once.decisions);
      }),
      { numRuns: 150 },
    );
  });

  it('judges a wait the same whether its own message or the customer’s next event ends it', () => {
    fc.assert(
      fc.property(someEvents, (events) => {
        const alone = openLedger(book);
        for (const event of events) alone.fold(received(event));
        const woken = openLedger(book);
        for (const event of events) {
          for (const { key, timers } of [...woken.states.values()]) {
            for (const { due } of timers.filter((timer) => timer.due <= event.timestamp)) {
              woken.fold(timerOf(key, due));
            }
          }
          woken.fold(received(event));
        }
        for (const ledger of [alone, woken]) {
          for (const key of [...ledger.states.keys()]) ledger.fold(timerOf(key, evening));
        }
        expect(woken.encoded()).toEqual(alone.encoded());
        expect(woken.decisions.map(({ id }) => id).sort()).toEqual(
          alone.decisions.map(({ id }) => id).sort(),
        );
      }),
      { numRuns: 150 },
    );
  });
});

function timerOf(key: CustomerKey, due: number): LogMessage {
  const home = { tenant: defaultTenant, partition: 0 as Partition };
  return { kind: 'timer', id: `timer:${key}:${due}`, ...home, receivedAt: due, key, due };
}
