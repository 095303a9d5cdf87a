import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addContacts } from '../../../engine/customer/contacts.ts';
import {
  anonymousKey,
  type Contact,
  type CustomerKey,
  type CustomerMessage,
  type CustomerState,
  type DecisionId,
  day,
  decodeState,
  defaultTenant,
  emptyModel,
  encodeState,
  foldCustomer,
  type Lesson,
  type LogMessage,
  newCustomerState,
  type OutcomeKind,
  type Partition,
  partitionOf,
  userKey,
} from '../../../engine/index.ts';
import { bookOf } from '../support/book.ts';
import { hour, noon, track } from '../support/events.ts';
import { received } from '../support/fold.ts';
import {
  happened,
  type IdentityWorld,
  openIdentityWorld,
  requested,
  unmerged,
} from '../support/identity-world.ts';

const book = bookOf(`
channels:
  web: { direction: pull }
  mail: { direction: push, views: required }
placements:
  hero: { channel: web, limit: 1, fallback: { title: Hello } }
  inbox: { channel: mail, limit: 1 }
policies:
  remembered: { scope: customer, limit: 1000, within: 60d, counts: decided }
outcomes:
  opened: { on: Mail Opened, outcome: impression, within: 7d, channels: [mail] }
  bought: { on: Order Completed, outcome: conversion, within: 7d }
---
action: hello
group: service/advice
value: 10
treatments:
  card: { channel: web, content: { title: Hello } }
  letter: { channel: mail, content: { title: Hello } }
`);

const ada = userKey('ada');
const home = { tenant: defaultTenant, partition: 0 as Partition };

/** Contacts are told apart by the feature id that they were served with. */
function contactNumber(number: number, at: number, isMail: boolean): Contact {
  const [channel, placement, treatment] = isMail ? ['mail', 'inbox', 'letter'] : ['web', 'hero', 'card'];
  return {
    ...{ decision: `d${number}` as DecisionId, at, action: 'hello', group: 'service/advice' },
    ...{ treatment, channel, placement, served: [{ code: 1, ids: [number], score: 0 - number }] },
    ...(isMail && { needsView: true as const }),
  };
}

/** How often each contact was told of, by the kind of lesson; the n-th entry is contact n. */
function timesTold(lessons: readonly Lesson[], kind: 'shown' | 'converted'): ReadonlyMap<number, number> {
  const times = new Map<number, number>();
  for (const lesson of lessons) {
    if (lesson.kind !== kind) continue;
    const number = lesson.served[0]?.ids[0] ?? -1;
    times.set(number, (times.get(number) ?? 0) + 1);
  }
  return times;
}

interface Act {
  readonly does: 'web' | 'mail' | 'open' | 'order' | 'report';
  readonly afterMs: number;
  readonly of: number;
  readonly outcome: OutcomeKind;
  readonly slowMs: number;
}

const someActs = fc.array(
  fc.record<Act>({
    does: fc.constantFrom('web', 'mail', 'open', 'order', 'report'),
    afterMs: fc.constantFrom(0, hour, day, 3 * day),
    of: fc.nat(6),
    outcome: fc.constantFrom('impression', 'click', 'conversion', 'delivered'),
    slowMs: fc.constantFrom(0, 0, hour, 9 * day),
  }),
  { minLength: 1, maxLength: 30 },
);

/** The log that the acts come to: contacts are numbered as they come, and outcomes name one of them or none. */
function logOf(acts: readonly Act[]): readonly LogMessage[] {
  let at = noon;
  let made = 0;
  return acts.map(({ does, afterMs, of, outcome, slowMs }, index) => {
    at += afterMs;
    if (does === 'web' || does === 'mail') {
      const contacts = [contactNumber(made, at, does === 'mail')];
      made += 1;
      return { kind: 'decision', id: `d:d${made - 1}`, ...home, receivedAt: at, key: ada, contacts };
    }
    if (does === 'report') {
      const decision = `d${of % Math.max(1, made)}` as DecisionId;
      const envelope = { id: `m${index}`, ...home, receivedAt: at + slowMs, key: ada };
      return { kind: 'outcome', ...envelope, decision, outcome, timestamp: at };
    }
    const name = does === 'open' ? 'Mail Opened' : 'Order Completed';
    return received(track(name, { messageId: `m${index}`, timestamp: at }), at + slowMs);
  });
}

interface Run {
  readonly lessons: readonly Lesson[];
  readonly trials: number;
  readonly positives: number;
}

/** Folds the log in batches; between two of them only what is stored is left. */
function run(log: readonly LogMessage[], sizes: readonly number[]): Run {
  const lessons: Lesson[] = [];
  let [trials, positives] = [0, 0];
  let state: CustomerState | undefined;
  let left = 0;
  for (const [index, message] of log.entries()) {
    if (left === 0) {
      if (state) state = decodeState(encodeState(state));
      left = sizes[index % sizes.length] ?? 1;
    }
    left -= 1;
    const result = foldCustomer(state, message as CustomerMessage, {
      ...home,
      ...{ partitions: 1, rulebook: book, model: emptyModel, budgets: { left: () => 0 } },
    });
    state = result.state;
    lessons.push(...(result.lessons ?? []));
    for (const [tried, converted] of Object.values(result.learned)) {
      trials += tried;
      positives += converted;
    }
  }
  return { lessons, trials, positives };
}

describe('the lessons of a log', () => {
  it('are the same however it is cut into batches, and whatever is told again', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 });
    const repeats = fc.array(fc.tuple(fc.nat(30), fc.nat(30)), { maxLength: 6 });
    fc.assert(
      fc.property(someActs, sizes, repeats, (acts, cuts, again) => {
        const log = logOf(acts);
        const whole = run(log, [log.length]);
        const doubled = [...log];
        for (const [from, behind] of again) {
          const message = log[from % log.length] as LogMessage;
          const place = doubled.lastIndexOf(message) + 1 + (behind % 5);
          // The customer's memory of messages is shorter than some acts are apart.
          const isFresh = doubled
            .slice(doubled.lastIndexOf(message), place)
            .every(({ receivedAt }) => Math.abs(receivedAt - message.receivedAt) < day);
          if (isFresh) doubled.splice(place, 0, message);
        }
        expect(run(log, cuts)).toEqual(whole);
        expect(run(doubled, cuts)).toEqual(whole);
      }),
    );
  });

  it('AT3: tell of each contact once that it was shown, and at most once thereafter that it converted', () => {
    fc.assert(
      fc.property(someActs, (acts) => {
        const log = logOf(acts);
        const { lessons, trials, positives } = run(log, [1]);
        const shown = new Set<number>();
        for (const lesson of lessons) {
          if (lesson.kind === 'context') continue;
          const number = lesson.served[0]?.ids[0] as number;
          if (lesson.kind === 'shown') {
            expect(shown.has(number)).toBe(false);
            shown.add(number);
          } else expect(shown.has(number)).toBe(true);
        }
        for (const times of timesTold(lessons, 'converted').values()) expect(times).toBe(1);
        const converted = timesTold(lessons, 'converted').size;
        // The tallies know no window, so they may count more, and never less.
        expect(shown.size).toBeLessThanOrEqual(trials);
        expect(converted).toBeLessThanOrEqual(positives);
        expect(positives).toBeLessThanOrEqual(trials);
      }),
    );
  });

  it('AT4: are the same whether a view or the conversion that it preceded is told of first', () => {
    const views = fc.constantFrom<OutcomeKind>('impression', 'click');
    fc.assert(
      fc.property(fc.nat(5), fc.nat(5), views, (viewedAfter, convertedAfter, kind) => {
        const [decided] = logOf([{ does: 'mail', afterMs: 0, of: 0, outcome: 'click', slowMs: 0 }]);
        const told = (outcome: OutcomeKind, hours: number): LogMessage => ({
          ...{ kind: 'outcome', id: outcome, ...home, receivedAt: noon + day, key: ada, outcome },
          ...{ decision: 'd0' as DecisionId, timestamp: noon + hours * hour },
        });
        const [view, conversion] = [told(kind, viewedAfter), told('conversion', convertedAfter)];
        const straight = run([decided as LogMessage, view, conversion], [1]);
        expect(run([decided as LogMessage, conversion, view], [1])).toEqual(straight);
        expect(straight.positives).toBe(viewedAfter <= convertedAfter ? 1 : 0);
      }),
    );
  });
});

const people = [userKey('ada'), userKey('bob'), anonymousKey('d1'), anonymousKey('d2')];

interface IdentityAct {
  readonly does: 'contact' | 'order' | 'merge' | 'unmerge';
  readonly who: CustomerKey;
  readonly other: CustomerKey;
  /** Steps that the logs go on before the next act. */
  readonly steps: readonly number[];
  /** The request's own commit puts the contact into the document, ahead of the log. */
  readonly isStored: boolean;
}

const someone = fc.constantFrom(...people);
const identityActs = fc.array(
  fc.record<IdentityAct>({
    does: fc.constantFrom('contact', 'contact', 'order', 'order', 'merge', 'unmerge'),
    who: someone,
    other: someone,
    steps: fc.array(fc.nat(20), { maxLength: 3 }),
    isStored: fc.boolean(),
  }),
  { maxLength: 24 },
);

/** As a request stores it: in the document that speaks for the customer, which it found by its marks. */
function store({ states }: IdentityWorld, who: CustomerKey, contact: Contact): void {
  let key = who;
  for (let next = states.get(key)?.forward; next !== undefined; next = states.get(key)?.forward) key = next;
  const state = states.get(key) ?? newCustomerState(key);
  states.set(key, addContacts(state, [contact], { now: noon, rulebook: book, presented: who }));
}

function perform(world: IdentityWorld, act: IdentityAct, number: number): void {
  const { does, who, other } = act;
  const id = `m${number}`;
  if (does === 'merge') world.append(requested(id, who, other));
  else if (does === 'unmerge') world.append(unmerged(id, who, other));
  else if (does === 'order') {
    const { userId: _, ...event } = track('Order Completed', { messageId: id, timestamp: noon + number });
    const isUser = who.startsWith('u:');
    world.append(
      happened({ ...event, ...(isUser ? { userId: who.slice(2) } : { anonymousId: who.slice(2) }) }),
    );
  } else {
    const contact = contactNumber(number, noon + number, false);
    if (act.isStored) store(world, who, contact);
    const partition = partitionOf(defaultTenant, who, 4);
    const envelope = { tenant: defaultTenant, partition, receivedAt: noon, key: who };
    world.append({ kind: 'decision', id: `d:${id}`, ...envelope, contacts: [contact] });
  }
  for (const choice of act.steps) world.step(choice);
}

describe('the lessons of customers who are merged and parted', () => {
  it('AT6: tell of each contact once that it was shown, and at most once that it converted', () => {
    fc.assert(
      fc.property(identityActs, (acts) => {
        const world = openIdentityWorld(book);
        for (const [number, act] of acts.entries()) perform(world, act, number);
        world.drain();
        const made = acts.flatMap(({ does }, number) => (does === 'contact' ? [number] : []));
        const shown = timesTold(world.lessons, 'shown');
        expect([...shown.keys()].sort((one, other) => one - other)).toEqual(made);
        for (const times of shown.values()) expect(times).toBe(1);
        for (const times of timesTold(world.lessons, 'converted').values()) expect(times).toBe(1);
      }),
      { numRuns: 300 },
    );
  });
});
