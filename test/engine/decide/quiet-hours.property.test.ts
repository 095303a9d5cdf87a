import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CustomerKey,
  defaultTenant,
  type LogMessage,
  type Partition,
  type TouchpointEvent,
  userKey,
} from '../../../engine/index.ts';
import { bookOf } from '../support/book.ts';
import { hour } from '../support/events.ts';
import { openLedger, received } from '../support/fold.ts';

/** Quiet hours as they are written, before the engine reads them. */
interface Written {
  readonly channels: readonly string[];
  readonly jurisdictions: readonly string[];
  readonly from: string;
  readonly until: string;
  readonly days: readonly string[];
  readonly dates: readonly string[];
  readonly valid: { readonly from: string; readonly until: string };
  readonly queues: boolean;
}

const minute = 60_000;
const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const two = (count: number) => String(count).padStart(2, '0');
const clock = (minutes: number) => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  formats.set(zone, format);
  return format;
}

/** What hangs on the customer's wall, by the platform's own calendar. */
function wallAt(at: number, zone: string): { date: string; time: string } {
  const text = formatOf(zone).format(at);
  return { date: text.slice(0, 10), time: text.slice(11, 16) };
}

const dateBefore = (date: string) => new Date(Date.parse(date) - 24 * hour).toISOString().slice(0, 10);
const weekdayOf = (date: string) => weekdays[(new Date(date).getUTCDay() + 6) % 7] as string;

/** Read off the wall, and compared as text. */
function isQuiet(entry: Written, { date, time }: { date: string; time: string }): boolean {
  const isValid = (day: string) => day >= entry.valid.from && day <= entry.valid.until;
  const begins = (day: string) => isValid(day) && entry.days.includes(weekdayOf(day));
  if (entry.dates.includes(date) && isValid(date)) return true;
  const { from, until } = entry;
  if (from < until) return begins(date) && time >= from && time < until;
  return (begins(date) && time >= from) || (begins(dateBefore(date)) && time < until);
}

function speaksOf(entry: Written, channel: string, place: string): boolean {
  const isThere = entry.jurisdictions.some((other) => other === place || other === place.slice(0, 2));
  return entry.channels.includes(channel) && (entry.jurisdictions.length === 0 || isThere);
}

const zones = [
  'Europe/Oslo',
  'America/Los_Angeles',
  'America/Santiago',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'Asia/Kathmandu',
  'America/Havana',
  'UTC',
] as const;
const places = ['NO', 'US-CA', 'US-NY', 'CL'] as const;
const days = [
  '2026-03-08',
  '2026-03-29',
  '2026-04-05',
  '2026-09-06',
  '2026-10-04',
  '2026-10-25',
  '2026-11-01',
];
const someDate = fc.constantFrom(...days);
const someTime = fc.nat(95).map((quarter) => clock(quarter * 15));

const someEntry: fc.Arbitrary<Written> = fc
  .record({
    channels: fc.subarray(['push', 'email'], { minLength: 1 }),
    jurisdictions: fc.subarray(['NO', 'US', 'US-CA', 'CL']),
    from: someTime,
    until: someTime,
    days: fc.subarray(weekdays, { minLength: 1 }),
    dates: fc.subarray(days, { maxLength: 2 }),
    valid: fc.constantFrom(
      { from: '0000-01-01', until: '9999-12-31' },
      { from: '2026-03-29', until: '2026-10-25' },
    ),
    queues: fc.constantFrom(true, true, false),
  })
  .filter(({ from, until }) => from !== until);

/** Two days around a night in which a clock somewhere changes. */
const someMoment = fc
  .tuple(someDate, fc.integer({ min: -24 * 60, max: 24 * 60 }))
  .map(([date, minutes]) => Date.parse(date) + minutes * minute);

function bookWith(entries: readonly Written[]) {
  const quiet = entries.map((entry, index) => {
    const { queues, ...fields } = entry;
    const what = queues ? 'then: queue, keep: 30d' : 'then: discard';
    return `  q${index}: { ${what}, ${JSON.stringify(fields).slice(1)}`;
  });
  return bookOf(`
channels: { push: { direction: push }, email: { direction: push } }
placements: { note: { channel: push }, letter: { channel: email } }
quietHours:
${quiet.join('\n')}
triggers:
  ping: { on: Ping, ask: note }
  mail: { on: Ping, ask: letter }
---
action: hello
group: service
treatments:
  push: { channel: push, content: { text: Hi } }
  mail: { channel: email, content: { text: Hi } }
`);
}

const ada = userKey('ada');

function wakeUp(key: CustomerKey, due: number): LogMessage {
  const home = { tenant: defaultTenant, partition: 0 as Partition };
  return { kind: 'timer', id: `timer:${key}:${due}`, ...home, receivedAt: due, key, due };
}

function sent(entries: readonly Written[], zone: string, place: string, moments: readonly number[]) {
  const ledger = openLedger(bookWith(entries));
  const first = Math.min(...moments) - minute;
  const said = { messageId: 'who', userId: 'ada', properties: {}, timestamp: first };
  const traits = { timeZone: zone, country: place };
  ledger.fold(received({ ...said, type: 'identify', name: 'identify', traits }));
  for (const [index, timestamp] of [...moments].sort((one, other) => one - other).entries()) {
    const ping: TouchpointEvent = { ...said, type: 'track', name: 'Ping', messageId: `m${index}`, timestamp };
    ledger.fold(received(ping));
  }
  ledger.fold(wakeUp(ada, Math.max(...moments) + 40 * 24 * hour));
  expect(ledger.states.get(ada)?.timers).toEqual([]);
  return ledger.decisions;
}

describe('no message', () => {
  it('is ever sent in a quiet hour of its channel and of where the customer is, nor later than it has to be', () => {
    const situation = fc.record({
      entries: fc.array(someEntry, { minLength: 1, maxLength: 3 }),
      zone: fc.constantFrom(...zones),
      place: fc.constantFrom(...places),
      moments: fc.array(someMoment, { minLength: 1, maxLength: 3 }),
    });
    fc.assert(
      fc.property(situation, ({ entries, zone, place, moments }) => {
        for (const decision of sent(entries, zone, place, moments)) {
          const channel = decision.placements[0]?.channel as string;
          const own = entries.filter((entry) => speaksOf(entry, channel, place));
          const isQuietAt = (at: number) => own.some((entry) => isQuiet(entry, wallAt(at, zone)));
          const isSent = decision.placements.some(({ treatments }) => treatments.length > 0);
          expect(isQuietAt(decision.at)).toBe(!isSent);
          // Whatever was put off waits for the first minute in which nothing is quiet.
          const { putOffUntil: until } = decision;
          const isDiscarded = own.some((entry) => !entry.queues && isQuiet(entry, wallAt(decision.at, zone)));
          if (until === undefined) {
            if (!isSent && !isDiscarded) expect(neverEnds(isQuietAt, decision.at)).toBe(true);
            continue;
          }
          expect(isDiscarded).toBe(false);
          expect(until % minute).toBe(0);
          for (let at = decision.at; at < until; at += minute) expect(isQuietAt(at)).toBe(true);
          expect(isQuietAt(until)).toBe(false);
        }
      }),
      { numRuns: 60 },
    );
  });
});

/** Within the thirty days that messages are kept here. */
function neverEnds(isQuietAt: (at: number) => boolean, from: number): boolean {
  for (let at = from; at < from + 30 * 24 * hour; at += 15 * minute) if (!isQuietAt(at)) return false;
  return true;
}
