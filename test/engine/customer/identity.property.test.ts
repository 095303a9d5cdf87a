import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identitiesOf, survives } from '../../../engine/customer/identities.ts';
import {
  anonymousKey,
  type CustomerKey,
  type CustomerState,
  decodeState,
  encodeState,
  identifierKey,
  kindOfId,
  type LogMessage,
  type Rulebook,
  type TouchpointEvent,
  userKey,
} from '../../../engine/index.ts';
import { noon, track } from '../support/events.ts';
import {
  contacted,
  faultsOf,
  happened,
  type IdentityWorld,
  identityBook,
  openIdentityWorld,
  requested,
  rootsOf,
  spared,
  unmerged,
} from '../support/identity-world.ts';

const users = ['ada', 'bob', 'cyd'];
const devices = ['d1', 'd2', 'd3'];
const cards = ['c1', 'c2'];
const ids: readonly CustomerKey[] = [
  ...users.map(userKey),
  ...devices.map(anonymousKey),
  ...cards.map((card) => identifierKey('card', card)),
];
const presented = ids.slice(0, 6);

type Act =
  | { readonly does: 'order' | 'cart' | 'subscribe' | 'contact' | 'spare'; readonly who: CustomerKey }
  | { readonly does: 'identify'; readonly user: string; readonly device: string }
  | { readonly does: 'alias'; readonly user: string; readonly previous: string }
  | { readonly does: 'card'; readonly who: CustomerKey; readonly card: string }
  | { readonly does: 'merge' | 'unmerge'; readonly who: CustomerKey; readonly other: CustomerKey };

const who = fc.constantFrom(...presented);
const anyone = fc.constantFrom(...ids);
const user = fc.constantFrom(...users);

const activity: fc.Arbitrary<Act> = fc.record({
  does: fc.constantFrom('order', 'subscribe', 'contact', 'spare'),
  who,
});
/** Starts the wait of its id anew: which event a wait is of follows from the order of the events, as it should. */
const cart: fc.Arbitrary<Act> = fc.record({ does: fc.constant('cart' as const), who });
const evidence: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ does: fc.constant('identify' as const), user, device: fc.constantFrom(...devices) }),
  fc.record({ does: fc.constant('alias' as const), user, previous: user }),
  fc.record({ does: fc.constant('card' as const), who, card: fc.constantFrom(...cards) }),
  fc.record({ does: fc.constant('merge' as const), who: anyone, other: anyone }),
);
/** Asked of the id itself, which leads to whoever it is part of; now and then of somebody else. */
const parting: fc.Arbitrary<Act> = fc
  .tuple(anyone, fc.option(anyone, { freq: 1 }))
  .map(([other, asked]) => ({ does: 'unmerge', who: asked ?? other, other }));

/** The message of an act; the number makes its id and its time. */
function messageOf(act: Act, number: number): LogMessage {
  const id = `m${number}`;
  const at = { messageId: id, timestamp: noon - number };
  switch (act.does) {
    case 'order':
      return happened(
        by(act.who, track('Order Completed', { ...at, properties: { revenue: number, category: id } })),
      );
    case 'cart':
      return happened(by(act.who, track('Cart Updated', at)));
    case 'subscribe':
      return happened(
        by(act.who, track(number % 2 ? 'Newsletter Subscribed' : 'Newsletter Unsubscribed', at)),
      );
    case 'contact':
      return contacted(id, act.who);
    case 'spare':
      return spared(id, act.who);
    case 'identify':
      return happened(
        track('identify', {
          ...at,
          type: 'identify',
          userId: act.user,
          anonymousId: act.device,
          traits: { level: number },
        }),
      );
    case 'alias':
      return happened(track('alias', { ...at, type: 'alias', userId: act.user, previousId: act.previous }));
    case 'card':
      return happened(by(act.who, track('Card Shown', { ...at, properties: { card: act.card } })));
    case 'merge':
      return requested(id, act.who, act.other);
    case 'unmerge':
      return unmerged(id, act.who, act.other);
  }
}

function by(key: CustomerKey, event: TouchpointEvent): TouchpointEvent {
  const { userId: _, ...rest } = event;
  return key.startsWith('u:') ? { ...rest, userId: key.slice(2) } : { ...rest, anonymousId: key.slice(2) };
}

/** Every id was seen once before anything is merged: an alias of a user id that nobody used does nothing. */
function worldOf(book: Rulebook, options: { readonly merges?: boolean } = {}): IdentityWorld {
  const world = openIdentityWorld(book, options);
  presented.forEach((key, index) => {
    world.append(
      happened(by(key, track('Cart Updated', { messageId: `first${index}`, timestamp: noon - 1_000 }))),
    );
  });
  world.drain();
  return world;
}

const book = identityBook();
const strictBook = identityBook('limits: { user: 1, anonymous: 2, card: 1 }');

/** The customer as it is stored, but for the memory of messages and, where it says so, for what it has been through. */
function bytesOf(state: CustomerState, without: readonly (keyof CustomerState)[] = []): unknown {
  const { seen: _, ...stored } = decodeState(encodeState(state)) as Partial<CustomerState>;
  for (const name of without) delete (stored as Record<string, unknown>)[name];
  return stored;
}

const schedule = fc.infiniteStream(fc.nat(1_000));

function play(world: IdentityWorld, acts: readonly Act[], choices: Iterator<number>): void {
  acts.forEach((act, index) => {
    world.append(messageOf(act, index));
    for (let steps = Number(choices.next().value) % 4; steps > 0; steps -= 1)
      world.step(Number(choices.next().value));
  });
  while (world.step(Number(choices.next().value)));
}

describe('merges', () => {
  it('come to the same customers whatever comes before what', () => {
    const acts = fc.array(fc.oneof(activity, evidence), { maxLength: 14 });
    fc.assert(
      fc.property(acts, fc.func(fc.nat()), schedule, (acts, order, choices) => {
        const straight = worldOf(book);
        acts.forEach((act, index) => {
          straight.append(messageOf(act, index));
          straight.drain();
        });
        const mixed = worldOf(book);
        const numbered = acts.map((act, index) => ({ act, index, rank: order(index) }));
        for (const { act, index } of numbered.sort((left, right) => left.rank - right.rank)) {
          mixed.append(messageOf(act, index));
          mixed.step(Number(choices.next().value));
        }
        while (mixed.step(Number(choices.next().value)));
        for (const world of [straight, mixed]) expect(faultsOf(world)).toEqual([]);
        expect(rootsOf(mixed).map((state) => bytesOf(state, ['via']))).toEqual(
          rootsOf(straight).map((state) => bytesOf(state, ['via'])),
        );
        for (const root of rootsOf(mixed)) {
          for (const id of identitiesOf(root)) expect(id === root.key || survives(root.key, id)).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('leave each id at one place when merges, partings and activity cross at random', () => {
    const acts = fc.array(fc.oneof(activity, cart, evidence, evidence, parting), { maxLength: 30 });
    fc.assert(
      fc.property(acts, schedule, (acts, choices) => {
        const world = worldOf(book);
        play(world, acts, choices);
        expect(faultsOf(world)).toEqual([]);
        expect(world.hops()).toBeLessThan(30);
      }),
      { numRuns: 300 },
    );
  });

  it('never bring together more ids of a kind than the rules allow, whatever crosses', () => {
    const byEvents = fc
      .oneof(activity, evidence, parting)
      .filter(({ does }) => does !== 'merge' && does !== 'alias');
    fc.assert(
      fc.property(fc.array(byEvents, { maxLength: 30 }), schedule, (acts, choices) => {
        const world = worldOf(strictBook);
        play(world, acts, choices);
        expect(faultsOf(world)).toEqual([]);
        for (const root of rootsOf(world)) {
          const kinds = identitiesOf(root).map(kindOfId);
          for (const [kind, most] of [
            ['user', 1],
            ['anonymous', 2],
            ['card', 1],
          ] as const) {
            expect(kinds.filter((other) => other === kind).length).toBeLessThanOrEqual(most);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('merge, then un-merge', () => {
  it('is as if nothing had been merged, with what happened meanwhile at the id it happened to', () => {
    const acts = fc.array(fc.oneof(activity, cart, evidence, parting), { maxLength: 24 });
    fc.assert(
      fc.property(acts, schedule, (acts, choices) => {
        const world = worldOf(book);
        play(world, acts, choices);
        partAll(world, choices);
        const apart = worldOf(book, { merges: false });
        play(apart, acts, choices);
        const left = ['splits'] as const;
        for (const root of rootsOf(apart)) {
          const mine = world.states.get(root.key);
          expect(mine && bytesOf(mine, left)).toEqual(bytesOf(root, left));
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** Takes one id after the other out, until everybody stands alone. */
function partAll(world: IdentityWorld, choices: Iterator<number>): void {
  for (let number = 0; ; number += 1) {
    const merged = rootsOf(world).flatMap(({ key, sources }) =>
      Object.keys(sources).map((id) => [key, id as CustomerKey] as const),
    );
    const [key, take] = merged[Number(choices.next().value) % merged.length] ?? [];
    if (key === undefined || take === undefined) return;
    world.append(unmerged(`part${number}`, take, take));
    while (world.step(Number(choices.next().value)));
    expect(faultsOf(world)).toEqual([]);
  }
}
