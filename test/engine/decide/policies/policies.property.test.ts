import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addContacts } from '../../../../engine/customer/contacts.ts';
import { markOutcome } from '../../../../engine/customer/outcomes.ts';
import {
  type Contact,
  type CustomerState,
  day,
  decide,
  type OutcomeKind,
  type Rulebook,
} from '../../../../engine/index.ts';
import { hour, noon } from '../../support/events.ts';
import { breaches, type Told } from './brute-force.ts';
import { bookWithActions, contact, inputOf, reasonOf, shownBy, stateOf } from './policy-world.ts';

/**
 * Random policies of all kinds over random courses of requests and outcomes, held against a checker of its own that
 * knows nothing of the engine: it reads the policies as they are written and counts contacts one by one.
 */

const scope = fc.constantFrom('customer', 'channel', 'placement', 'issue', 'group', 'action', 'treatment');
const wide = fc.constantFrom('customer', 'channel', 'placement', 'issue', 'group');
const counted = fc.constantFrom<'decided' | OutcomeKind>('decided', 'impression', 'click', 'dismiss');
const hours = (max: number) => fc.integer({ min: 1, max }).map((count) => `${count}h`);
const match = fc.constantFrom<object>(
  {},
  { channels: ['web'] },
  { placements: ['side'] },
  { groups: ['sales'] },
  { groups: ['sales/coats'] },
  { actions: ['a1', 'b1', 'c1'] },
  { treatments: ['a1/web', 'b1/mail'] },
);

const counts = fc.record({ counts: counted, reserve: hours(3) }, { requiredKeys: [], noNullPrototype: true });

/** A reservation is for what is not counted at once. */
function tidy<T extends { readonly counts?: unknown; readonly reserve?: unknown }>(policy: T): T {
  if (policy.counts !== undefined && policy.counts !== 'decided') return policy;
  const { reserve: _, ...rest } = policy;
  return rest as T;
}

const cap = fc
  .tuple(
    fc.record({
      scope,
      match,
      limit: fc.nat(3),
      within: fc.oneof(hours(60), fc.constantFrom('day', 'week', 'session', 'ever')),
    }),
    counts,
  )
  .map(([policy, more]) => tidy({ ...policy, ...more }));
const coolDown = fc
  .tuple(fc.record({ scope, match, pause: hours(30) }), counts)
  .map(([policy, more]) => tidy({ ...policy, ...more }));
const rest = fc.record({
  scope,
  match,
  after: fc.record({
    outcome: fc.constantFrom('dismiss', 'click'),
    times: fc.integer({ min: 1, max: 3 }),
    within: hours(40),
  }),
  rest: hours(60),
});
const forbid = fc.record({ forbid: fc.constant(true as const), match });
const times = fc.constantFrom('00:00', '06:30', '09:00', '15:00', '21:00');
const open = fc
  .record({
    match,
    hours: fc.record({
      from: times,
      until: times.map((time) => (time === '00:00' ? '24:00' : time)),
      days: fc.uniqueArray(fc.constantFrom('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'), {
        minLength: 1,
      }),
    }),
  })
  .filter((policy) => policy.hours.from !== policy.hours.until);
const exclusive = fc
  .tuple(fc.record({ match, scope: wide, exclusive: fc.record({ within: hours(60) }) }), counts)
  .map(([policy, more]) => tidy({ ...policy, ...more }));
const related = fc
  .tuple(
    fc.record({
      match,
      scope: wide,
      notAfter: fc.record({
        actions: fc.subarray(['a2', 'b2'], { minLength: 1 }),
        groups: fc.subarray(['service']),
        within: hours(60),
      }),
    }),
    counts,
  )
  .map(([policy, more]) => tidy({ ...policy, ...more }));

const policy = fc.oneof(
  { arbitrary: cap, weight: 4 },
  coolDown,
  rest,
  { arbitrary: forbid, weight: 1 },
  open,
  exclusive,
  related,
);
const policies = fc.array(policy, { minLength: 1, maxLength: 5 });

/** One request, or one outcome of an earlier contact, some time after the step before. */
const step = fc.oneof(
  fc.record({
    kind: fc.constant('ask' as const),
    after: fc.integer({ min: 0, max: 20 * hour }),
    placements: fc.uniqueArray(fc.constantFrom('hero', 'side', 'letter'), { minLength: 1 }),
    session: fc.constantFrom(undefined, 's1', 's2'),
    limit: fc.integer({ min: 1, max: 4 }),
    through: fc.constantFrom('own', 'other'),
  }),
  fc.record({
    kind: fc.constant('outcome' as const),
    after: fc.integer({ min: 0, max: 3 * hour }),
    which: fc.nat(100),
    outcome: fc.constantFrom<OutcomeKind>('impression', 'click', 'dismiss'),
    late: fc.integer({ min: 0, max: 30 * hour }),
  }),
);

function written(list: readonly object[]): string {
  return list.map((entry, index) => `  p${index}: ${JSON.stringify(entry)}`).join('\n');
}

interface Course {
  readonly told: readonly Told[];
  readonly state: CustomerState;
}

function play(
  book: Rulebook,
  steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[],
): Course {
  const told: Told[] = [];
  let state = stateOf({}, { 'a:visitor': stateOf({}).own });
  let now = noon;
  for (const [index, next] of steps.entries()) {
    now += next.after;
    if (next.kind === 'outcome') {
      const contacts = [
        ...state.own.contacts,
        ...Object.values(state.sources).flatMap((one) => one.contacts),
      ];
      const chosen = contacts[next.which % Math.max(1, contacts.length)];
      if (!chosen) continue;
      const at = Math.max(chosen.at, now - next.late);
      state = markOutcome(state, { contact: chosen, outcome: next.outcome, at }).state;
      told.push({
        kind: 'outcome',
        at,
        contact: chosen.decision,
        placement: chosen.placement,
        action: chosen.action,
        outcome: next.outcome,
      });
      continue;
    }
    const context = next.session === undefined ? {} : { sessionId: next.session };
    const id = `d${index}` as Contact['decision'];
    const { contacts } = decide(
      inputOf({ book, state, id, now, placements: next.placements, context, limit: next.limit }),
    );
    told.push({ kind: 'ask', at: now, session: next.session, contacts });
    const through = next.through === 'other' ? ('a:visitor' as CustomerState['key']) : undefined;
    state = addContacts(state, contacts, { now, rulebook: book, presented: through });
  }
  return { told, state };
}

describe('contact policies of all kinds', () => {
  it('are kept by every decision of a random course', () => {
    fc.assert(
      fc.property(policies, fc.array(step, { minLength: 1, maxLength: 14 }), (list, steps) => {
        const book = bookWithActions(written(list), {});
        const { told } = play(book, steps);
        expect(breaches(list, told)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('forbid no contact that the same checker would allow', () => {
    fc.assert(
      fc.property(policies, fc.array(step, { minLength: 1, maxLength: 10 }), (list, steps) => {
        const book = bookWithActions(written(list), {});
        const { told, state } = play(book, steps);
        const now = (told.at(-1)?.kind === 'ask' ? told.at(-1)?.at : undefined) ?? noon + 400 * hour;
        const ask = { book, state, now, id: 'last' as Contact['decision'], placements: ['hero'] };
        const [shown = []] = shownBy(ask);
        for (const action of ['a1', 'a2', 'b1', 'b2', 'c1', 'c2']) {
          if (shown.includes(action) || shown.length > 0) continue;
          expect(reasonOf(ask, action)?.code).toBe('contact-policy');
          const { group, ...rest } = contact(action, now);
          const would: Told = {
            kind: 'ask',
            at: now,
            session: undefined,
            contacts: [{ ...rest, group, decision: ask.id }],
          };
          expect(breaches(list, [...told, would])).not.toEqual([]);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('allow no more for more history, where they are caps', () => {
    const past = fc.record({
      action: fc.constantFrom('a1', 'a2', 'b1', 'b2', 'c1', 'c2'),
      ago: fc.integer({ min: 0, max: 3 * day }),
      clicked: fc.boolean(),
    });
    const caps = fc.array(fc.oneof(cap, coolDown, rest), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(caps, fc.array(past, { maxLength: 12 }), fc.nat(12), (list, history, cut) => {
        const book = bookWithActions(written(list), {});
        const contacts = history.map(({ action, ago, clicked }) =>
          contact(
            action,
            noon - ago,
            clicked ? { outcomes: { click: noon - ago, dismiss: noon - ago } } : {},
          ),
        );
        const permitted = (known: readonly Contact[], name: string) => {
          const reason = reasonOf({ book, contacts: known, limit: 1 }, name);
          return reason?.code !== 'contact-policy' || reason.treatment === undefined;
        };
        const first = shownBy({ book, contacts: contacts.slice(0, cut) })[0] ?? [];
        const all = shownBy({ book, contacts })[0] ?? [];
        // The best that is permitted is shown: with more history it is the same one, or one further down.
        if (all[0] !== undefined) expect(first[0] !== undefined && first[0] <= all[0]).toBe(true);
        if (first[0] === undefined) expect(permitted(contacts, 'a1')).toBe(false);
      }),
      { numRuns: 150 },
    );
  });

  it('say truly from when on they would not stand in the way', () => {
    fc.assert(
      fc.property(policy, fc.array(step, { minLength: 1, maxLength: 8 }), (entry, steps) => {
        const book = bookWithActions(written([entry]), {});
        const { state, told } = play(book, steps);
        const now = Math.max(noon, ...told.map(({ at }) => at));
        const ask = { book, state, now, id: 'last' as Contact['decision'] };
        const reason = reasonOf(ask, 'a1');
        const until = reason?.code === 'contact-policy' ? reason.seen?.until : undefined;
        if (until === undefined || shownBy(ask)[0]?.length !== 0) return;
        expect(until).toBeGreaterThan(now);
        expect(shownBy({ ...ask, now: until })[0]).not.toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
