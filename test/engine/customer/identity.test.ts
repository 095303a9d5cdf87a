import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { partedFrom } from '../../../engine/customer/identities.ts';
import {
  anonymousKey,
  type CustomerKey,
  defaultTenant,
  identifierKey,
  type LogMessage,
  type Partition,
  type TouchpointEvent,
  userKey,
} from '../../../engine/index.ts';
import { noon, track } from '../support/events.ts';
import {
  contacted,
  faultsOf,
  happened,
  identityBook,
  openIdentityWorld,
  requested,
  unmerged,
} from '../support/identity-world.ts';

const [ada, bob] = [userKey('ada'), userKey('bob')];
const [phone, tablet] = [anonymousKey('phone'), anonymousKey('tablet')];
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

function onDevice(device: string, name: string, properties: TouchpointEvent['properties'] = {}): LogMessage {
  const { userId: _, ...event } = track(name, { properties });
  return happened({ ...event, anonymousId: device });
}

const signIn = (userId: string, device: string): LogMessage =>
  happened(track('identify', { type: 'identify', userId, anonymousId: device }));

function worldWith(identity?: string) {
  const world = openIdentityWorld(identityBook(identity));
  return {
    ...world,
    take: (...messages: readonly LogMessage[]) => {
      for (const message of messages) world.append(message);
      world.drain();
      expect(faultsOf(world)).toEqual([]);
    },
    idsOf: (key: CustomerKey) => Object.keys(world.states.get(key)?.sources ?? {}).sort(),
    forwardOf: (key: CustomerKey) => world.states.get(key)?.forward,
  };
}

describe('declared identifiers', () => {
  it('bring together two devices that carry the same address, however it is written', () => {
    const world = worldWith();
    world.take(onDevice('phone', 'Signed Up', { email: ' Ada@Example.org' }));
    world.take(onDevice('tablet', 'Signed Up', { email: 'ada@example.ORG ' }));
    const email = identifierKey('email', sha256('ada@example.org'));
    expect(world.idsOf(phone)).toEqual([tablet, email].sort());
    expect(JSON.stringify([...world.states])).not.toMatch(/example/i);
  });

  it('take a value that is a hash already for that hash', () => {
    const world = worldWith();
    world.take(onDevice('phone', 'Signed Up', { email: 'ada@example.org' }));
    world.take(onDevice('tablet', 'Signed Up', { email: sha256('ada@example.org').toUpperCase() }));
    expect(world.idsOf(phone)).toContain(tablet);
  });

  it('are left alone where many people share the value, or it is none', () => {
    const world = worldWith('block: ["test@*", "*@shop.example"]');
    for (const email of [
      'test@example.org',
      'desk@shop.example',
      'unknown',
      'NULL',
      '0',
      '',
      17.5,
      true,
      {},
    ]) {
      world.take(onDevice('phone', 'Signed Up', { email: email as string }));
    }
    expect(world.idsOf(phone)).toEqual([identifierKey('email', sha256('17.5'))]);
  });

  it('do not ask for a merge again once it was made', () => {
    const world = worldWith();
    world.take(onDevice('phone', 'Signed Up', { card: 'c1' }));
    world.append(onDevice('phone', 'Card Shown', { card: 'c1' }));
    let steps = 0;
    while (world.step(0)) steps += 1;
    expect(steps).toBe(1);
  });
});

describe('a merge is refused', () => {
  it('on a device that a second person signs in to, and the second person hears of it, once', () => {
    const world = worldWith('limits: { user: 1 }');
    world.take(signIn('ada', 'phone'), signIn('bob', 'phone'), signIn('bob', 'phone'));
    expect(world.forwardOf(phone)).toBe(ada);
    expect(world.forwardOf(bob)).toBeUndefined();
    expect(world.told).toMatchObject([
      { name: 'Merge Refused', userId: 'bob', properties: { kind: 'anonymous', reason: 'limit' } },
    ]);
  });

  it('whatever ids the events of others have: none is taken for the refusal, or for having been told of it', () => {
    const refused = worldWith('limits: { user: 1 }');
    refused.take(signIn('ada', 'phone'), signIn('bob', 'phone'));
    const [refusal] = refused.told;
    const world = worldWith('limits: { user: 1 }');
    world.take(signIn('ada', 'phone'), happened(track('Visit', { ...refusal, name: 'Visit' })));
    world.take(signIn('bob', 'phone'));
    expect(world.told).toEqual(refused.told);
  });

  it('of two people who share an address', () => {
    const world = worldWith('limits: { user: 1 }');
    world.take(happened(track('Signed Up', { userId: 'ada', properties: { email: 'us@example.org' } })));
    world.take(happened(track('Signed Up', { userId: 'bob', properties: { email: 'us@example.org' } })));
    expect(world.forwardOf(bob)).toBeUndefined();
    expect(world.told).toMatchObject([{ properties: { kind: 'email', reason: 'limit' } }]);
  });

  it('beyond the number of ids that one customer may have, however many come at once', () => {
    const world = worldWith('limits: { anonymous: 2, card: 2 }');
    world.take(signIn('ada', 'phone'), signIn('ada', 'tablet'), signIn('ada', 'watch'));
    for (const card of ['c1', 'c2', 'c3']) {
      world.take(happened(track('Card Shown', { properties: { card } })));
    }
    expect(world.idsOf(ada).filter((id) => id.startsWith('a:'))).toHaveLength(2);
    expect(world.idsOf(ada).slice(2)).toEqual([identifierKey('card', 'c1'), identifierKey('card', 'c2')]);
    expect(world.told.map(({ properties }) => properties)).toEqual([
      { kind: 'anonymous', reason: 'limit' },
      { kind: 'card', reason: 'limit' },
    ]);
  });

  it('with an id that many people share', () => {
    const world = worldWith('block: ["kiosk-*"]');
    world.take(signIn('ada', 'kiosk-7'), signIn('unknown', 'phone'));
    expect(world.idsOf(ada)).toEqual([]);
    expect(world.idsOf(userKey('unknown'))).toEqual([]);
    expect(world.told).toMatchObject([
      { userId: 'ada', properties: { reason: 'blocked' } },
      { userId: 'unknown', properties: { reason: 'blocked' } },
    ]);
  });

  it('but not where an alias says that two user ids are one person, or a person does', () => {
    const world = worldWith('limits: { user: 1 }');
    const page = (userId: string) => happened(track('Page', { userId }));
    world.take(page('ada'), page('bob'), page('cyd'));
    world.take(happened(track('alias', { type: 'alias', userId: 'bob', previousId: 'ada' })));
    world.take(requested('m1', userKey('cyd'), bob));
    expect(world.idsOf(ada)).toEqual([anonymousKey('ada'), bob, userKey('cyd')]);
    expect(world.told).toEqual([]);
  });
});

describe('an id that was taken out', () => {
  function parted() {
    const world = worldWith();
    world.take(signIn('ada', 'phone'), onDevice('phone', 'Order Completed', { revenue: 5 }));
    world.take(contacted('d1', phone), unmerged('p1', ada, phone));
    return world;
  }

  it('speaks for itself again, with what happened to it meanwhile', () => {
    const world = parted();
    expect(world.forwardOf(phone)).toBeUndefined();
    expect(world.states.get(phone)?.own.contacts).toMatchObject([{ decision: 'd1' }]);
    expect(world.idsOf(ada)).toEqual([]);
    expect(world.states.get(ada)?.own.contacts).toEqual([]);
  });

  it('takes the outcomes of its contacts, asked of either side', () => {
    const world = parted();
    const home = { tenant: defaultTenant, receivedAt: noon, timestamp: noon };
    const outcome = (id: string, message: Partial<LogMessage>): LogMessage =>
      ({ kind: 'outcome', id, ...home, decision: 'd1', ...message }) as LogMessage;
    const late = happened(track('Noise', { userId: 'ada' }));
    const partition = (late as { partition: Partition }).partition;
    // It was on its way to the customer that spoke for the phone when the phone was taken out.
    world.take(
      outcome('o1', { key: ada, partition, presentedAs: phone, outcome: 'click' } as Partial<LogMessage>),
    );
    expect(world.states.get(phone)?.own.contacts).toMatchObject([{ outcomes: { click: noon } }]);
  });

  it('is not brought back by events, and the customer hears of it', () => {
    const world = parted();
    world.take(signIn('ada', 'phone'));
    expect(world.forwardOf(phone)).toBeUndefined();
    expect(world.told).toMatchObject([
      { userId: 'ada', properties: { kind: 'anonymous', reason: 'parted' } },
    ]);
  });

  it('is not brought back through a third id either', () => {
    const world = parted();
    world.take(onDevice('phone', 'Card Shown', { card: 'c1' }));
    world.take(happened(track('Card Shown', { properties: { card: 'c1' } })));
    expect(world.forwardOf(phone)).toBeUndefined();
    expect(world.told).toMatchObject([{ properties: { kind: 'card', reason: 'parted' } }]);
  });

  it('comes back when a person asks for it', () => {
    const world = parted();
    world.take(requested('m1', ada, phone));
    expect(world.idsOf(ada)).toEqual([phone]);
    expect(partedFrom(world.states.get(ada) ?? { splits: [ada, phone] })).toEqual([]);
  });

  it('is told to whoever asked when it cannot be done', () => {
    const world = parted();
    world.take(unmerged('p2', ada, ada), unmerged('p3', ada, phone));
    expect(world.told).toMatchObject([
      { name: 'Unmerge Refused', properties: { reason: 'main-id' } },
      { name: 'Unmerge Refused', properties: { reason: 'not-merged' } },
    ]);
  });
});

describe('merges that run in a circle', () => {
  it('come to an end with one customer', () => {
    const world = worldWith();
    const names = ['ada', 'bob', 'cyd'];
    for (const userId of names) world.append(happened(track('Page', { userId })));
    world.drain();
    names.forEach((userId, index) => {
      world.append(
        happened(track('alias', { type: 'alias', userId, previousId: names[(index + 1) % 3] as string })),
      );
    });
    world.drain();
    expect(faultsOf(world)).toEqual([]);
    expect(world.idsOf(ada)).toEqual([...names.map(anonymousKey), bob, userKey('cyd')]);
  });
});
