import fc from 'fast-check';
import { expect, it } from 'vitest';
import { identitiesOf } from '../../../engine/customer/identities.ts';
import { anonymousKey, type CustomerKey, type LogMessage, userKey } from '../../../engine/index.ts';
import { noon, track } from '../support/events.ts';
import {
  erased,
  faultsOf,
  happened,
  type IdentityWorld,
  identityBook,
  openIdentityWorld,
  requested,
  rootsOf,
  unmerged,
} from '../support/identity-world.ts';

const users = ['ada', 'bob', 'cyd'];
const devices = ['d1', 'd2'];
const ids: readonly CustomerKey[] = [...users.map(userKey), ...devices.map(anonymousKey)];

type Act = {
  readonly does: 'identify' | 'merge' | 'unmerge';
  readonly who: CustomerKey;
  readonly other: CustomerKey;
};

const anyone = fc.constantFrom(...ids);
const act: fc.Arbitrary<Act> = fc.record({
  does: fc.constantFrom('identify' as const, 'merge' as const, 'unmerge' as const),
  who: anyone,
  other: anyone,
});
const acts = fc.array(act, { maxLength: 10 });
const choices = fc.array(fc.nat(3), { maxLength: 40 });

const book = identityBook('limits: { user: 2, anonymous: 50 }');

function messageOf({ does, who, other }: Act, number: number): LogMessage {
  const id = `m${number}`;
  if (does === 'merge') return requested(id, who, other);
  if (does === 'unmerge') return unmerged(id, who, other);
  const userId = users[number % users.length] as string;
  const anonymousId = devices[number % devices.length] as string;
  return happened(
    track('identify', { messageId: id, timestamp: noon - number, type: 'identify', userId, anonymousId }),
  );
}

/** A world in which everybody was seen, and then this happened. */
function worldAfter(happenings: readonly Act[]): IdentityWorld {
  const world = openIdentityWorld(book);
  for (const key of ids) {
    const who = key.startsWith('u:') ? { userId: key.slice(2) } : { anonymousId: key.slice(2) };
    const { userId: _, ...event } = track('Order Completed', { messageId: `first-${key}` });
    world.append(happened({ ...event, ...who }));
  }
  world.drain();
  for (const [number, happening] of happenings.entries()) world.append(messageOf(happening, number));
  return world;
}

it('takes exactly the ids of the customer, through whichever of them it is asked', () => {
  fc.assert(
    fc.property(acts, choices, anyone, (happenings, order, asked) => {
      const world = worldAfter(happenings);
      world.drain(order);
      world.drain();
      const root = rootsOf(world).find((state) => identitiesOf(state).includes(asked));
      const gone = root ? identitiesOf(root) : [];
      world.append(erased('x', asked));
      world.drain();
      expect([...world.states.keys()].sort()).toEqual(ids.filter((id) => !gone.includes(id)).sort());
      expect(faultsOf(world)).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

it('reaches the whole customer while merges and partings are on their way, and leaves nobody half', () => {
  fc.assert(
    fc.property(acts, choices, choices, anyone, (happenings, order, rest, asked) => {
      const world = worldAfter(happenings);
      world.drain(order.slice(0, happenings.length));
      world.append(erased('x', asked));
      world.drain(rest);
      world.drain();
      expect(world.states.has(asked)).toBe(false);
      expect(faultsOf(world)).toEqual([]);
    }),
    { numRuns: 400 },
  );
});
