import { describe, expect, test } from 'vitest';
import type { CustomerKey } from '../../../engine/index.ts';
import { bookOf } from '../support/book.ts';
import { hour, noon, track } from '../support/events.ts';
import { received } from '../support/fold.ts';
import { SegmentLog } from '../support/segment-log.ts';

const ada = 'u:ada' as CustomerKey;
const book = bookOf(`
channels: { push: { direction: push } }
placements: { note: { channel: push, limit: 1 } }
features:
  visits_2h: { count: Visit, within: 2h }
  moves: { count: [Segment Entered, Segment Left] }
  last-move: { last: Segment Entered, of: properties.segment }
segments:
  busy: { when: { fact: visits_2h, operator: greaterThanInclusive, value: 2 } }
  away: { when: { fact: customer.daysSinceLastSeen, operator: greaterThanInclusive, value: 1 } }
triggers:
  moved: { on: [Segment Entered, Segment Left], ask: note }
---
action: hello
group: service/notes
treatments:
  push: { channel: push, content: { text: "{{ event.properties.segment }} {{ event.properties.because }}, {{ features.moves }} moves" } }
`);

function texts(log: SegmentLog): readonly unknown[] {
  return log.decisions.flatMap(({ placements }) =>
    placements.flatMap(({ treatments }) => treatments.map(({ content }) => content)),
  );
}

describe('the events of segments', () => {
  test('are told with their cause and time, are counted by features and set off triggers on the spot', () => {
    const log = new SegmentLog(book);
    log.fold(received(track('Visit')), received(track('Visit', { timestamp: noon + 1_000 })));
    log.passTime(noon + 3 * hour);
    expect(log.told.map(({ key, event }) => ({ key, ...event }))).toMatchObject([
      {
        key: ada,
        type: 'track',
        userId: 'ada',
        name: 'Segment Entered',
        timestamp: noon + 1_000,
        properties: { segment: 'busy', because: 'event' },
      },
      {
        name: 'Segment Left',
        timestamp: noon + 2 * hour,
        properties: { segment: 'busy', because: 'time', since: noon + 1_000 },
      },
    ]);
    expect(texts(log)).toEqual([{ text: 'busy event, 1 moves' }, { text: 'busy time, 2 moves' }]);
    expect(log.decisions.map(({ at }) => at)).toEqual([noon + 1_000, noon + 2 * hour]);
  });

  test('are no sign of life: who entered because of silence is still silent', () => {
    const log = new SegmentLog(book);
    log.fold(received(track('Visit')));
    log.passTime(noon + 72 * hour);
    expect(log.kept(ada)).toEqual(['away']);
    expect(log.states.get(ada)?.own.lastSeenAt).toBe(noon);
    expect(log.told).toHaveLength(1);
    expect(log.waitOf(ada)).toBeUndefined();
  });

  test('are applied once: the copy in the log changes nothing', () => {
    const log = new SegmentLog(book);
    log.fold(received(track('Visit')), received(track('Visit')));
    const before = log.encoded();
    log.fold(...log.told, ...log.told);
    expect(log.encoded()).toEqual(before);
    expect(log.decisions).toHaveLength(1);
  });

  test('do not come when a merged document was in the same segment, and sizes count the person once', () => {
    const log = new SegmentLog(book);
    const asVisitor = (event: ReturnType<typeof track>) => {
      const { userId: _, ...rest } = event;
      return received({ ...rest, anonymousId: 'v1' });
    };
    log.fold(asVisitor(track('Visit')), asVisitor(track('Visit', { timestamp: noon + 1_000 })));
    log.fold(received(track('identify', { type: 'identify', anonymousId: 'v1', timestamp: noon + 2_000 })));
    expect(log.kept(ada)).toEqual(['busy']);
    expect(log.states.get(ada)?.segments.busy).toEqual({ since: noon + 1_000, value: 0 });
    expect(log.kept('a:v1' as CustomerKey)).toEqual([]);
    expect(log.waitOf('a:v1' as CustomerKey)).toBeUndefined();
    expect(log.told.map(({ key, event }) => `${key} ${event.name}`)).toEqual(['a:v1 Segment Entered']);
    expect(Object.fromEntries(log.sizes)).toEqual({ busy: 1 });
  });

  test('do not come for who is taken out of a customer and stays in the segment, and sizes count both again', () => {
    const log = new SegmentLog(book);
    const visitor = 'a:v1' as CustomerKey;
    const asVisitor = (event: ReturnType<typeof track>) => {
      const { userId: _, ...rest } = event;
      return received({ ...rest, anonymousId: 'v1' });
    };
    for (let second = 0; second < 2; second += 1) {
      log.fold(asVisitor(track('Visit', { timestamp: noon + second })));
      log.fold(received(track('Visit', { timestamp: noon + 10 + second })));
    }
    const told = () => log.told.map(({ key, event }) => `${key} ${event.name}`);
    const before = told();
    expect(before.sort()).toEqual(['a:v1 Segment Entered', 'u:ada Segment Entered']);
    log.fold(received(track('identify', { type: 'identify', anonymousId: 'v1', timestamp: noon + 1_000 })));
    expect(Object.fromEntries(log.sizes)).toEqual({ busy: 1 });
    const { partition, tenant } = received(track('Visit'));
    const envelope = { tenant, partition, receivedAt: noon + 2_000 };
    log.fold({ kind: 'unlink', id: 'unlink', ...envelope, key: ada, take: visitor });
    expect([log.kept(ada), log.kept(visitor)]).toEqual([['busy'], ['busy']]);
    expect(Object.fromEntries(log.sizes)).toEqual({ busy: 2 });
    expect(told()).toEqual(before);
    log.passTime(noon + 3 * hour);
    expect(told().slice(2).sort()).toEqual(['a:v1 Segment Left', 'u:ada Segment Left']);
    expect(Object.fromEntries(log.sizes)).toEqual({});
  });

  test('are looked for when a trait becomes another, not when it is told again', () => {
    const tiers = new SegmentLog(
      bookOf('segments: { gold: { when: { fact: traits.tier, operator: equal, value: gold } } }'),
    );
    const isNow = (tier: string, timestamp: number) =>
      tiers.fold(
        received(track('identify', { type: 'identify', traits: { tier, page: timestamp }, timestamp })),
      );
    isNow('gold', noon);
    isNow('gold', noon + 1_000);
    expect(tiers.states.get(ada)?.judgedAt).toBe(noon);
    isNow('silver', noon + 2_000);
    expect(tiers.told.map(({ event }) => `${event.name} ${event.timestamp - noon}`)).toEqual([
      'Segment Entered 0',
      'Segment Left 2000',
    ]);
  });

  test('do not come for a customer who is erased, who is no longer counted', () => {
    const log = new SegmentLog(book);
    log.fold(received(track('Visit')), received(track('Visit')));
    expect(Object.fromEntries(log.sizes)).toEqual({ busy: 1 });
    const { partition, tenant } = received(track('Visit'));
    log.fold({
      kind: 'erase',
      id: 'erase',
      tenant,
      partition,
      receivedAt: noon + 1,
      key: ada,
      until: noon + 1,
    });
    expect(log.states.has(ada)).toBe(false);
    expect(Object.fromEntries(log.sizes)).toEqual({});
    expect(log.told).toHaveLength(1);
  });
});
