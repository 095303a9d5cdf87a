import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstSeenKey } from '../../../engine/customer/first-seen.ts';
import { anonymousKey, type CustomerKey, newCustomerState, userKey } from '../../../engine/index.ts';
import { hour, noon, track } from '../support/events.ts';
import {
  contacted,
  happened,
  identityBook,
  openIdentityWorld,
  requested,
  rootsOf,
  unmerged,
} from '../support/identity-world.ts';

const book = identityBook();
const ids: readonly CustomerKey[] = [
  ...['ada', 'bob', 'cyd'].map(userKey),
  ...['d1', 'd2', 'd3', 'd4'].map(anonymousKey),
];

function seenFirst(key: CustomerKey, at: number, messageId: string) {
  const who = key.startsWith('u:') ? { userId: key.slice(2) } : { anonymousId: key.slice(2) };
  const { userId: _, ...event } = track('Cart Looked At', { timestamp: at, messageId });
  return happened({ ...event, ...who });
}

/** Of several ids, the one that comes first by time, then by its key. */
function earliest(times: ReadonlyMap<CustomerKey, number>, among: readonly CustomerKey[]): CustomerKey {
  const inTurn = [...among].sort((one, other) => {
    const [left, right] = [times.get(one) ?? 0, times.get(other) ?? 0];
    return left - right || (one < other ? -1 : 1);
  });
  return inTurn[0] as CustomerKey;
}

/** Few different times, so that ties happen. */
const times = fc
  .array(fc.integer({ min: 1, max: 5 }), { minLength: ids.length, maxLength: ids.length })
  .map((hours) => new Map(ids.map((id, index) => [id, noon - (hours[index] as number) * hour] as const)));
const pairs = fc.array(fc.tuple(fc.constantFrom(...ids), fc.constantFrom(...ids)), { maxLength: 12 });
const partings = fc.array(fc.constantFrom(...ids), { maxLength: 4 });

describe('the id that arms are drawn for', () => {
  it('is the first seen of all ids of a customer, after any merges and un-merges in any order', () => {
    fc.assert(
      fc.property(
        times,
        pairs,
        partings,
        fc.infiniteStream(fc.nat(1_000)),
        (times, pairs, partings, choices) => {
          const world = openIdentityWorld(book);
          for (const [id, at] of times) world.append(seenFirst(id, at, `seen-${id}`));
          world.drain();
          pairs.forEach(([one, other], index) => {
            world.append(requested(`merge${index}`, one, other));
            for (let steps = Number(choices.next().value) % 3; steps > 0; steps -= 1)
              world.step(Number(choices.next().value));
          });
          while (world.step(Number(choices.next().value)));
          partings.forEach((id, index) => {
            world.append(unmerged(`part${index}`, id, id));
            world.drain();
          });
          for (const root of rootsOf(world)) {
            const among = [root.key, ...(Object.keys(root.sources) as CustomerKey[])];
            expect(firstSeenKey(root)).toBe(earliest(times, among));
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('stays the visitor’s when a visitor signs in for the first time, and is the user’s own again when they are parted', () => {
    const visitor = anonymousKey('d1');
    const world = openIdentityWorld(book);
    world.append(seenFirst(visitor, noon - hour, 'as-visitor'));
    world.append(requested('sign-in', visitor, userKey('ada')));
    world.drain();
    world.append(seenFirst(userKey('ada'), noon, 'as-user'));
    world.drain();
    const [customer] = rootsOf(world);
    expect(customer?.key).toBe(userKey('ada'));
    expect(customer && firstSeenKey(customer)).toBe(visitor);
    world.append(unmerged('part', userKey('ada'), visitor));
    world.drain();
    expect(rootsOf(world).map(firstSeenKey).sort()).toEqual([visitor, userKey('ada')]);
  });

  it('is a visitor’s who was shown something before any event came', () => {
    const visitor = anonymousKey('d1');
    const world = openIdentityWorld(book);
    world.append(contacted('shown', visitor));
    world.append(requested('sign-in', visitor, userKey('ada')));
    world.append(seenFirst(userKey('ada'), noon + hour, 'as-user'));
    world.drain();
    expect(rootsOf(world).map(firstSeenKey)).toEqual([visitor]);
  });

  it('changes when an event is told late that is older than all others', () => {
    const visitor = anonymousKey('d1');
    const world = openIdentityWorld(book);
    world.append(seenFirst(visitor, noon - hour, 'as-visitor'));
    world.append(requested('sign-in', visitor, userKey('ada')));
    world.append(seenFirst(userKey('ada'), noon - 2 * hour, 'told-late'));
    world.drain();
    expect(rootsOf(world).map(firstSeenKey)).toEqual([userKey('ada')]);
  });

  it('is the document’s own while nothing is known at all', () => {
    expect(firstSeenKey(newCustomerState(userKey('ada')))).toBe(userKey('ada'));
  });
});
