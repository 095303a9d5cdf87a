import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  anonymousKey,
  type CustomerKey,
  defaultTenant,
  type LogMessage,
  type Partition,
  userKey,
} from '../../../engine/index.ts';
import { bookOf } from '../support/book.ts';
import { hour, noon } from '../support/events.ts';
import { received } from '../support/fold.ts';
import { SegmentLog } from '../support/segment-log.ts';

/** Segments over every way in which time alone can change a fact. */
const book = bookOf(`
timeZone: Europe/Oslo
channels: { push: { direction: push } }
placements: { note: { channel: push, limit: 1 } }
policies:
  few: { scope: channel, match: { channels: [push] }, limit: 3, within: 1d, counts: decided }
triggers:
  entered: { on: Segment Entered, when: { fact: event.properties.segment, operator: in, value: [busy, lapsing, warm] }, ask: note }
  left: { on: Segment Left, when: { fact: event.properties.because, operator: equal, value: time }, ask: note, wait: 45m }
features:
  visits: { count: Visit }
  visits_2h: { count: Visit, within: 2h }
  spent_6h: { sum: Visit, of: properties.amount, within: 6h }
  mean_6h: { avg: Visit, of: properties.amount, within: 6h }
  most_3h: { max: Visit, of: properties.amount, within: 3h }
  least_3h: { min: Visit, of: properties.amount, within: 3h }
  pages_4h: { distinct: Visit, of: properties.page, within: 4h }
  first_5h: { first: Visit, of: properties.page, within: 5h }
  last_2h: { last: Visit, of: properties.page, within: 2h }
  by_page_4h: { count: Visit, by: properties.page, within: 4h }
  visits_today: { count: Visit, within: today }
  spent_this_week: { sum: Visit, of: properties.amount, within: this week }
  since_visit: { recency: Visit, unit: hours }
  heat: { decayed: Visit, halfLife: 3h }
  engagement: { score: { Visit: 5, Purchase: 20 }, halfLife: 10h }
  rfm: { rfm: Visit, of: properties.amount, edges: { recency: [0.1, 0.5, 1, 2], frequency: [1, 2, 3, 4], monetary: [1, 5, 10, 20] } }
  sessions: { sessions: Visit, gap: 30m }
  mean_ratio: { ratio: visits_2h, over: visits }
  entered: { count: Segment Entered, within: 1d }
segments:
  anyone: { when: { fact: visits, operator: greaterThan, value: 0 } }
  busy: { when: { fact: visits_2h, operator: greaterThanInclusive, value: 3 }, value: spent_6h }
  quiet: { when: { fact: visits_2h, operator: equal, value: 0 } }
  spender: { when: { fact: spent_6h, operator: between, value: [5, 20] }, value: visits }
  mean: { when: { fact: mean_6h, operator: greaterThan, value: 4 } }
  extremes: { when: { any: [{ fact: most_3h, operator: greaterThan, value: 8 }, { fact: least_3h, operator: lessThan, value: 2 }] } }
  curious: { when: { fact: pages_4h, operator: greaterThan, value: 1 } }
  began-at-home: { when: { fact: first_5h, operator: equal, value: home } }
  ended-at-home: { when: { fact: last_2h, operator: equal, value: home } }
  cart: { when: { fact: by_page_4h.cart, operator: greaterThan, value: 1 } }
  today: { when: { fact: visits_today, operator: greaterThan, value: 1 } }
  this-week: { when: { fact: spent_this_week, operator: greaterThan, value: 10 } }
  lapsing: { when: { all: [{ fact: since_visit, operator: greaterThanInclusive, value: 5 }, { fact: since_visit, operator: lessThan, value: 30 }] } }
  warm: { when: { fact: heat, operator: greaterThan, value: 1.2 } }
  cold: { when: { fact: heat, operator: "not:greaterThan", value: 0.3 } }
  engaged: { when: { fact: engagement, operator: greaterThanInclusive, value: 12 } }
  champions: { when: { fact: rfm.recency, operator: greaterThanInclusive, value: 4 } }
  in-session: { when: { fact: sessions.current_events, operator: greaterThan, value: 0 } }
  share: { when: { fact: mean_ratio, operator: greaterThan, value: 0.4 } }
  at-night: { when: { all: [{ fact: now, operator: timeBetween, value: ["22:00", "06:30"] }, { fact: visits_2h, operator: greaterThan, value: 0 }] } }
  weekend: { when: { fact: now, operator: weekdayIn, value: [sat, sun] } }
  in-march: { when: { fact: now, operator: dateBetween, value: [2026-03-02, 2026-03-03] } }
  later: { when: { fact: now, operator: after, value: 2026-03-02T10:00 } }
  due: { when: { fact: traits.due, operator: before, value: { fact: now } } }
  birthday: { when: { fact: traits.born, operator: anniversaryToday, value: true } }
  old-friend: { when: { fact: customer.daysSinceFirstSeen, operator: greaterThan, value: 1.5 } }
  away: { when: { fact: customer.daysSinceLastSeen, operator: greaterThanInclusive, value: 0.25 } }
  nested: { when: { all: [{ fact: customer, operator: inSegment, value: old-friend }, { not: { any: [{ fact: customer, operator: inSegment, value: busy }, { fact: heat, operator: lessThan, value: 0.5 }] } }] } }
---
action: hello
group: service/notes
applicability: { fact: entered, operator: greaterThan, value: 2 }
treatments: { push: { channel: push, content: { text: Hello } } }
---
action: other
group: service/notes
treatments: { push: { channel: push, content: { text: Other } } }
`);

const ada = userKey('ada');
const visitor = anonymousKey('v1');
const keys: readonly CustomerKey[] = [ada, userKey('bob'), visitor];

interface Step {
  readonly afterMs: number;
  readonly who: number;
  readonly what: 'Visit' | 'Purchase' | 'traits' | 'link' | 'unlink' | 'erase' | 'probe';
  readonly amount: number;
  readonly page: string;
  readonly slowMs: number;
}

const someStep: fc.Arbitrary<Step> = fc.record({
  afterMs: fc.oneof(
    fc.constantFrom(0, 1, 60_000, hour, 2 * hour, 6 * hour),
    fc.integer({ min: 0, max: 3 * hour }),
    fc.integer({ min: 0, max: 40 * hour }),
  ),
  who: fc.nat(keys.length - 1),
  what: fc.constantFrom(
    'Visit',
    'Visit',
    'Visit',
    'Visit',
    'Purchase',
    'traits',
    'link',
    'unlink',
    'erase',
    'probe',
  ),
  amount: fc.integer({ min: -2, max: 12 }),
  page: fc.constantFrom('home', 'cart', 'shop'),
  slowMs: fc.constantFrom(0, 0, 0, 1_000, hour),
});

const envelope = (receivedAt: number) => ({
  tenant: defaultTenant,
  partition: 0 as Partition,
  receivedAt,
});

/** The messages of some steps, with the moment at which each arrives. */
function messagesOf(
  steps: readonly Step[],
): readonly { readonly at: number; readonly message?: LogMessage }[] {
  let at = noon;
  return steps.map(({ afterMs, who, what, amount, page, slowMs }, index) => {
    at += afterMs;
    const key = keys[who] ?? ada;
    const id = key.startsWith('u:') ? { userId: key.slice(2) } : { anonymousId: key.slice(2) };
    const base = { messageId: `m${index}`, timestamp: at - slowMs, ...id };
    switch (what) {
      case 'probe':
        return { at };
      case 'unlink':
        return {
          at,
          message: { kind: 'unlink', id: base.messageId, ...envelope(at), key: ada, take: visitor },
        };
      case 'erase':
        return { at, message: { kind: 'erase', id: base.messageId, ...envelope(at), key, until: at } };
      case 'traits': {
        const traits = {
          due: new Date(at + amount * hour).toISOString(),
          born: '1990-03-03',
          timeZone: amount > 5 ? 'Asia/Tokyo' : 'America/New_York',
        };
        return {
          at,
          message: received({ ...base, type: 'identify', name: 'identify', properties: {}, traits }, at),
        };
      }
      case 'link':
        return {
          at,
          message: received(
            {
              ...base,
              userId: 'ada',
              anonymousId: 'v1',
              type: 'identify',
              name: 'identify',
              properties: {},
              traits: {},
            },
            at,
          ),
        };
      default:
        return {
          at,
          message: received({ ...base, type: 'track', name: what, properties: { amount, page } }, at),
        };
    }
  });
}

/** Two of three visits leave the window of two hours one after the other: their share of all falls twice. */
const ratioFalls: Step[] = [0, 60_000, 105_881, 2 * hour - 105_881].map((afterMs, index) => ({
  afterMs,
  who: index === 3 ? 0 : 2,
  what: 'Visit',
  amount: 0,
  page: 'home',
  slowMs: 0,
}));

function compare(log: SegmentLog, now: number): void {
  for (const key of log.states.keys())
    expect({ key, now, in: log.kept(key) }).toEqual({ key, now, in: log.exact(key, now) });
}

const anySteps = fc.array(someStep, { maxLength: 14 });
/** Whoever is erased is told of nothing any more, not even of what was over before and not found out yet. */
const someSteps = anySteps.map((steps) => steps.filter(({ what }) => what !== 'erase'));
/** Who is taken out of a customer is in what the customer was in, without having entered it. */
const lastingSteps = someSteps.map((steps) => steps.filter(({ what }) => what !== 'unlink'));
const someRest = fc.integer({ min: 0, max: 60 * hour });

describe('segments as they are kept up', () => {
  test('G1: are what the conditions give, at every moment up to which waits have ended', () => {
    fc.assert(
      fc.property(anySteps, someRest, (steps, restMs) => {
        const log = new SegmentLog(book);
        let end = noon;
        for (const { at, message } of messagesOf(steps)) {
          log.passTime(at);
          compare(log, at);
          if (message) log.fold(message);
          compare(log, at);
          end = at;
        }
        log.passTime(end + restMs);
        compare(log, end + restMs);
      }),
      { numRuns: 50, examples: [[ratioFalls, 0]] },
    );
  });

  test('G2: come to the same bytes, events and decisions whether time is told or found out by the next message', () => {
    fc.assert(
      fc.property(someSteps, someRest, (steps, restMs) => {
        const told = new SegmentLog(book);
        const found = new SegmentLog(book);
        const messages = messagesOf(steps);
        for (const { at, message } of messages) {
          told.passTime(at);
          if (message) told.fold(message);
          if (message) found.fold(message);
        }
        const end = (messages.at(-1)?.at ?? noon) + restMs;
        told.passTime(end);
        found.passTime(end);
        expect(found.encoded()).toEqual(told.encoded());
        expect(found.toldInOrder()).toEqual(told.toldInOrder());
        expect(found.decided()).toEqual(told.decided());
      }),
      { numRuns: 50 },
    );
  });

  test('G3: are entered and left in turn, each told once, by an event that leads to no other', () => {
    fc.assert(
      fc.property(lastingSteps, someRest, (steps, restMs) => {
        const log = playedIn(steps, restMs);
        const isIn = new Set<string>();
        for (const { key, event } of log.told) {
          const { segment } = event.properties;
          const place = `${key} ${segment}`;
          if (event.name === 'Segment Entered') {
            expect(isIn.has(place)).toBe(false);
            isIn.add(place);
          } else if (!isIn.delete(place)) {
            // What a visitor entered, the customer leaves who the visitor turned out to be.
            expect(key).toBe('u:ada');
            expect(isIn.delete(`a:v1 ${segment}`)).toBe(true);
          }
        }
        expect(new Set(log.told.map(({ id }) => id)).size).toBe(log.told.length);
        const before = log.encoded();
        log.fold(...log.told);
        expect(log.encoded()).toEqual(before);
      }),
      { numRuns: 50 },
    );
  });

  test('G5: add up to what the documents say', () => {
    fc.assert(
      fc.property(anySteps, someRest, (steps, restMs) => {
        const log = playedIn(steps, restMs);
        const { sizes, values } = log.recount();
        expect(sorted(log.sizes)).toEqual(sorted(sizes));
        expect(sorted(log.values)).toEqual(sorted(values));
      }),
      { numRuns: 50 },
    );
  });
});

function playedIn(steps: readonly Step[], restMs: number): SegmentLog {
  const log = new SegmentLog(book);
  const messages = messagesOf(steps);
  for (const { at, message } of messages) {
    if (at % 2 === 0) log.passTime(at);
    if (message) log.fold(message);
  }
  log.passTime((messages.at(-1)?.at ?? noon) + restMs);
  return log;
}

function sorted(counts: ReadonlyMap<string, number>): readonly (readonly [string, number])[] {
  return [...counts].filter(([, count]) => count !== 0).sort();
}
