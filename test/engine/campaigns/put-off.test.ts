import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  anonymousKey,
  type CustomerKey,
  type CustomerState,
  decodeState,
  defaultTenant,
  encodeState,
  type LogMessage,
  type Partition,
  type TouchpointEvent,
  userKey,
} from '../../../engine/index.ts';
import { bookOf } from '../support/book.ts';
import { hour, track } from '../support/events.ts';
import { openLedger, received } from '../support/fold.ts';

const [ada, visitor] = [userKey('ada'), anonymousKey('v1')];

/** A shop in Oslo that lets people sleep: `shipped` decides at once, `cart` after a wait. */
function bookWith(
  quiet = 'from: "21:00", until: "08:00", then: queue',
  more = '',
  actions = '',
  letter = '',
) {
  return bookOf(`
timeZone: Europe/Oslo
channels: { push: { direction: push }, email: { direction: push } }
placements: { note: { channel: push }, letter: { channel: email, ${letter} } }
features:
  orders: { count: Order Completed }
  seen: { last: Product Viewed, of: properties.sku }
consent:
  - { on: Subscribed, grants: news }
  - { on: Unsubscribed, withdraws: news }
quietHours:
  night: { channels: [push], ${quiet} }
${more}
triggers:
  shipped: { on: Shipped, ask: note }
  cart: { on: Cart Updated, when: { fact: orders, operator: equal, value: 0 }, ask: note, wait: 2h }
  moved: { on: Product Viewed, when: { fact: seen, operator: changed, value: true }, ask: note }
  both: { on: Both, ask: [letter, note] }
---
action: parcel
group: service
purpose: news
treatments: { push: { channel: push, content: { text: "{{ event.properties.parcel }} {{ traits.name }}" } } }
${actions}
`);
}

/** A moment in Oslo in the winter of 2026. */
const oslo = (day: number, clock: string) => Date.parse(`2026-01-${day}T${clock}:00+01:00`);
const at = (timestamp: number, name: string, options: Partial<TouchpointEvent> = {}) =>
  received(track(name, { ...options, timestamp }));
const subscribed = at(oslo(14, '12:00'), 'Subscribed');

function wakeUp(key: CustomerKey, due: number): LogMessage {
  const home = { tenant: defaultTenant, partition: 0 as Partition };
  return { kind: 'timer', id: `timer:${key}:${due}`, ...home, receivedAt: due, key, due };
}

function shopWith(...quiet: Parameters<typeof bookWith>) {
  const ledger = openLedger(bookWith(...quiet));
  ledger.fold(subscribed);
  return {
    ...ledger,
    waits: (key = ada) => ledger.states.get(key)?.timers ?? [],
    /** When something was sent, and what. */
    sent: () =>
      ledger.decisions.flatMap((decision) =>
        decision.placements.flatMap(({ treatments }) =>
          treatments.map(({ content }) => [decision.at, (content as { text: string }).text] as const),
        ),
      ),
  };
}

describe('a decision in quiet hours', () => {
  it('is put off until they are over, and made once with what is known then', () => {
    const shop = shopWith();
    const from = { context: { device: 'phone' } };
    shop.fold(at(oslo(15, '23:30'), 'Shipped', { ...from, properties: { parcel: 'A' } }));
    const morning = oslo(16, '08:00');
    expect(shop.decisions).toMatchObject([
      {
        at: oslo(15, '23:30'),
        putOffUntil: morning,
        placements: [
          {
            treatments: [],
            reasons: [{ action: 'parcel', code: 'quiet-hours', by: 'night', until: morning }],
          },
        ],
      },
    ]);
    expect(shop.waits()).toMatchObject([{ due: morning, trigger: 'shipped', since: oslo(15, '23:30') }]);
    // Of the event what may be read is kept, and not who it was of.
    expect(Object.keys(shop.waits()[0]?.event ?? {})).toEqual([
      'name',
      'type',
      'timestamp',
      'properties',
      'context',
    ]);
    shop.fold(at(oslo(16, '07:00'), 'identify', { type: 'identify', traits: { name: 'Ada' } }));
    shop.fold(wakeUp(ada, morning), wakeUp(ada, morning + hour));
    expect(shop.sent()).toEqual([[morning, 'A Ada']]);
    expect(shop.waits()).toEqual([]);
    const [first, second] = shop.decisions;
    expect(second?.id).not.toBe(first?.id);
    expect(second?.cause).toMatchObject({ kind: 'trigger', trigger: 'shipped', since: oslo(15, '23:30') });
    expect(second).not.toHaveProperty('putOffUntil');
  });

  it('is not made when consent was withdrawn meanwhile', () => {
    const shop = shopWith();
    shop.fold(at(oslo(15, '23:30'), 'Shipped'), at(oslo(16, '06:00'), 'Unsubscribed'));
    shop.fold(wakeUp(ada, oslo(16, '08:00')));
    expect(shop.sent()).toEqual([]);
    expect(shop.decisions.at(-1)?.placements[0]?.reasons).toMatchObject([{ code: 'consent' }]);
    expect(shop.waits()).toEqual([]);
  });

  it('is dropped where the quiet hours discard', () => {
    const shop = shopWith('from: "21:00", until: "08:00"');
    shop.fold(at(oslo(15, '23:30'), 'Shipped'));
    expect(shop.waits()).toEqual([]);
    expect(shop.decisions[0]).not.toHaveProperty('putOffUntil');
    expect(shop.decisions[0]?.placements[0]?.reasons).toMatchObject([
      { code: 'quiet-hours', until: oslo(16, '08:00') },
    ]);
  });

  it('is dropped where others discard as well: the strictest counts', () => {
    const shop = shopWith(
      'from: "21:00", until: "08:00", then: queue',
      '  late: { channels: [push], from: "23:00", until: "05:00" }',
    );
    shop.fold(at(oslo(15, '22:30'), 'Shipped', { properties: { parcel: 'A' } }));
    shop.fold(at(oslo(15, '23:30'), 'Shipped', { properties: { parcel: 'B' } }));
    expect(shop.waits()).toMatchObject([{ due: oslo(16, '08:00') }]);
    shop.fold(wakeUp(ada, oslo(16, '08:00')));
    expect(shop.sent().map(([, text]) => text.trim())).toEqual(['A']);
  });

  it('is dropped when it would be kept for too long, counted from when it was asked for first', () => {
    const night = 'from: "21:00", until: "08:00", then: queue';
    const tooLong = shopWith(`${night}, keep: 8h`);
    tooLong.fold(at(oslo(15, '23:59'), 'Shipped'), at(oslo(16, '00:00'), 'Shipped'));
    expect(tooLong.waits()).toMatchObject([{ since: oslo(16, '00:00') }]);
    // A day and a night of quiet: longer than the 24 hours that a message is kept unless said otherwise.
    const holiday = shopWith(`${night}, dates: [2026-01-16]`);
    holiday.fold(at(oslo(16, '07:59'), 'Shipped'), at(oslo(16, '08:00'), 'Shipped'));
    expect(holiday.waits()).toMatchObject([{ since: oslo(16, '08:00'), due: oslo(17, '08:00') }]);
  });

  it('is put off again when the customer turns out to be elsewhere, and dropped at the end of its time', () => {
    const shop = shopWith('from: "21:00", until: "08:00", then: queue, keep: 14h');
    shop.fold(at(oslo(15, '21:30'), 'Shipped', { properties: { parcel: 'A' } }));
    shop.fold(
      at(oslo(16, '07:00'), 'identify', { type: 'identify', traits: { timeZone: 'Atlantic/Azores' } }),
    );
    shop.fold(wakeUp(ada, oslo(16, '08:00')));
    // Eight o'clock in Oslo is six o'clock there.
    expect(shop.waits()).toMatchObject([{ due: oslo(16, '10:00'), since: oslo(15, '21:30') }]);
    shop.fold(
      at(oslo(16, '09:00'), 'identify', { type: 'identify', traits: { timeZone: 'America/Denver' } }),
    );
    shop.fold(wakeUp(ada, oslo(16, '10:00')));
    expect(shop.waits()).toEqual([]);
    expect(shop.sent()).toEqual([]);
    expect(new Set(shop.decisions.map(({ id }) => id)).size).toBe(3);
  });

  it('is put off for every event of a trigger that decides at once', () => {
    const shop = shopWith();
    for (const [index, parcel] of ['A', 'B', 'C'].entries())
      shop.fold(
        at(oslo(15, `22:0${index}`), 'Shipped', { messageId: `m${9 - index}`, properties: { parcel } }),
      );
    shop.fold(wakeUp(ada, oslo(16, '08:00')));
    expect(shop.sent().map(([, text]) => text.trim())).toEqual(['A', 'B', 'C']);
    expect(new Set(shop.decisions.map(({ id }) => id)).size).toBe(6);
  });

  it('goes on as the wait of a trigger that waits, and a further event starts it anew', () => {
    const shop = shopWith();
    shop.fold(at(oslo(15, '20:00'), 'Cart Updated', { properties: { parcel: 'one' } }));
    shop.fold(at(oslo(16, '02:00'), 'Cart Updated', { properties: { parcel: 'two' } }));
    expect(shop.waits()).toMatchObject([{ due: oslo(16, '04:00') }]);
    shop.fold(wakeUp(ada, oslo(16, '08:00')));
    expect(shop.sent().map(([, text]) => text.trim())).toEqual(['two']);
  });

  it('is judged again by the condition of its trigger, unless that reads what was before the event', () => {
    const shop = shopWith();
    shop.fold(at(oslo(15, '21:00'), 'Cart Updated'), at(oslo(16, '07:00'), 'Order Completed'));
    shop.fold(at(oslo(16, '07:00'), 'Product Viewed', { properties: { sku: 'x', parcel: 'x' } }));
    shop.fold(wakeUp(ada, oslo(16, '08:00')));
    expect(shop.sent().map(([, text]) => text.trim())).toEqual(['x']);
  });

  it('is not put off when something else was chosen, or nothing would be without them either', () => {
    const letter = `---
action: letter
group: service
treatments: { mail: { channel: email, content: { text: letter } } }`;
    const both = shopWith(undefined, '', letter);
    both.fold(at(oslo(15, '22:00'), 'Both'));
    expect(both.sent()).toEqual([[oslo(15, '22:00'), 'letter']]);
    expect(both.waits()).toEqual([]);
    const refused = shopWith();
    refused.fold(at(oslo(15, '22:00'), 'Unsubscribed'), at(oslo(15, '22:00'), 'Shipped'));
    expect(refused.waits()).toEqual([]);
  });

  it('is not put off when a fallback went out: it would go out again', () => {
    const letter = `---
action: letter
group: service
purpose: letters
treatments: { mail: { channel: email, content: { text: letter } } }`;
    const shop = shopWith(undefined, '', letter, 'fallback: { text: hello }');
    shop.fold(at(oslo(15, '22:00'), 'Both'));
    expect(shop.waits()).toEqual([]);
    shop.fold(wakeUp(ada, oslo(16, '08:00')));
    const fallbacks = shop.decisions.flatMap(({ placements }) =>
      placements.filter(({ fallback }) => fallback),
    );
    expect(fallbacks).toHaveLength(1);
    expect(shop.decisions[0]).not.toHaveProperty('putOffUntil');
  });

  it('waits no more than the customer has room for', () => {
    const shop = shopWith();
    for (let count = 0; count < 80; count += 1) shop.fold(at(oslo(15, '22:00'), 'Shipped'));
    expect(shop.waits().length).toBe(64);
    const told = shop.decisions.filter(({ putOffUntil }) => putOffUntil !== undefined);
    expect(told.length).toBe(64);
  });

  it('goes along with a merge, and home with an un-merge', () => {
    const shop = shopWith();
    const { userId: _, ...event } = track('Shipped', { timestamp: oslo(15, '23:00') });
    shop.fold(received({ ...event, name: 'Subscribed', messageId: 's', anonymousId: 'v1' }));
    shop.fold(received({ ...event, anonymousId: 'v1', properties: { parcel: 'A' } }));
    shop.fold(at(oslo(15, '23:10'), 'Shipped', { properties: { parcel: 'B' } }));
    const before = shop.waits(visitor);
    shop.fold(at(oslo(16, '00:00'), 'identify', { type: 'identify', anonymousId: 'v1' }));
    expect(shop.waits().map(({ of }) => of)).toEqual([visitor, undefined]);
    expect(shop.waits(visitor)).toEqual([]);
    const merged = new Map(shop.states);
    shop.fold({
      kind: 'unlink',
      id: 'part',
      tenant: defaultTenant,
      partition: 0 as Partition,
      receivedAt: oslo(16, '01:00'),
      key: ada,
      take: visitor,
    });
    expect(shop.waits(visitor)).toEqual(before);
    for (const key of [ada, visitor]) shop.fold(wakeUp(key, oslo(16, '08:00')));
    expect(
      shop
        .sent()
        .map(([, text]) => text.trim())
        .sort(),
    ).toEqual(['A', 'B']);
    // Had they stayed together, both would have been sent to the one customer.
    for (const [key, state] of merged) shop.states.set(key, state);
    shop.decisions.length = 0;
    shop.fold(wakeUp(ada, oslo(16, '08:00')));
    expect(
      shop
        .sent()
        .map(([, text]) => text.trim())
        .sort(),
    ).toEqual(['A', 'B']);
  });

  it('of a trigger that waits is asked for once by a customer with two ids', () => {
    const shop = shopWith();
    const { userId: _, ...event } = track('Cart Updated', { timestamp: oslo(15, '21:00') });
    shop.fold(received({ ...event, anonymousId: 'v1', properties: { parcel: 'A' } }));
    shop.fold(at(oslo(15, '22:00'), 'Cart Updated', { properties: { parcel: 'B' } }));
    shop.fold(at(oslo(15, '22:10'), 'identify', { type: 'identify', anonymousId: 'v1' }));
    shop.fold(wakeUp(ada, oslo(16, '09:00')));
    expect(shop.sent()).toHaveLength(1);
    expect(shop.waits()).toEqual([]);
  });
});

const minutes = fc.integer({ min: 0, max: 3 * 24 * 60 });
const someEvents = fc
  .array(fc.record({ name: fc.constantFrom('Shipped', 'Cart Updated', 'Order Completed'), minutes }), {
    maxLength: 20,
  })
  .map((events) =>
    [...events]
      .sort((one, other) => one.minutes - other.minutes)
      .map(({ name, minutes: after }, index) =>
        at(oslo(15, '12:00') + after * 60_000, name, { messageId: `m${index}` }),
      ),
  );

describe('waits for the end of quiet hours', () => {
  const book = bookWith('from: "21:00", until: "08:00", then: queue, keep: 10h');
  const end = oslo(20, '12:00');

  it('end the same whether their own message or the next event ends them, and after a restart', () => {
    fc.assert(
      fc.property(someEvents, (events) => {
        const alone = openLedger(book);
        const woken = openLedger(book);
        alone.fold(subscribed);
        woken.fold(subscribed);
        for (const event of events) {
          alone.fold(event);
          for (;;) {
            const next = woken.states.get(ada)?.timers[0];
            if (!next || next.due > event.receivedAt) break;
            woken.fold(wakeUp(ada, next.due));
          }
          woken.fold(event);
          // What is kept between two messages is bytes.
          const state = woken.states.get(ada) as CustomerState;
          woken.states.set(ada, decodeState(encodeState(state)));
        }
        for (const ledger of [alone, woken]) ledger.fold(wakeUp(ada, end));
        expect(woken.encoded()).toEqual(alone.encoded());
        expect(woken.decisions).toEqual(alone.decisions);
        const ids = alone.decisions.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
      }),
      { numRuns: 100 },
    );
  });
});
