import { afterEach, describe, expect, it } from 'vitest';
import { MemoryTableArchive } from '../../../adapters/memory/memory-table-archive.ts';
import { digestState } from '../../../adapters/system/state-digest.ts';
import {
  anonymousKey,
  type DecideAnswer,
  limits,
  type OverlayLoad,
  type Partition,
  userKey,
} from '../../../engine/index.ts';
import { bookOf, shopYaml } from '../support/book.ts';
import { hour, noon, track } from '../support/events.ts';
import { ask, startNode, type TestNode } from '../support/node.ts';
import { type Answer, OverlayService } from '../support/overlay-service.ts';

const yaml = `${shopYaml}
---
overlays:
  scores:
    attributes: { churn: number, band: text }
    expires: 2h
    service: { url: "https://scores.example/{{ customer.id }}?k=1", timeout: 20ms, headers: { X-Key: ENRICH_KEY } }
  visitors: { by: anonymousId, attributes: { churn: number } }
  postcodes: { key: traits.postcode, attributes: { region: text }, expires: 3h }
---
action: stay
group: retention/calls
value: 500
eligibility: { fact: overlay.scores.churn, operator: greaterThan, value: 0.5 }
treatments: { hero: { channel: web, placements: [hero], content: { title: "Band {{ overlay.scores.band }}" } } }
---
action: north
group: service/advice
value: 400
eligibility: { fact: overlay.postcodes.region, operator: equal, value: north }
treatments:
  hero: { channel: web, placements: [hero], content: { title: "{{ overlay.postcodes.region }}" } }
  push: { channel: push, content: { text: North } }
`;
const book = bookOf(yaml);

const running: TestNode[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(({ node }) => node.stop()));
});

interface Given {
  readonly test: TestNode;
  readonly archive: MemoryTableArchive;
  readonly service: OverlayService;
}

function start(): Given {
  const archive = new MemoryTableArchive();
  const service = new OverlayService();
  service.always = { body: undefined };
  const test = startNode(book, {}, (ports) => ({ ...ports, tables: archive, enrichment: service }));
  running.push(test);
  return { test, archive, service };
}

async function* rowsOf(...rows: readonly Readonly<Record<string, unknown>>[]): OverlayLoad['rows'] {
  yield rows;
}

function load(
  { node }: TestNode,
  overlay: string,
  rows: readonly Readonly<Record<string, unknown>>[],
  at = noon,
) {
  return node.overlays.load({ overlay, at, source: `${overlay}.csv@1`, rows: rowsOf(...rows) });
}

function firstOf({ decision }: DecideAnswer) {
  const [treatment] = decision.placements[0]?.treatments ?? [];
  return [treatment?.action, treatment?.content];
}

const postcode = (code: string) => track('identify', { type: 'identify', traits: { postcode: code } });

describe('attributes of customers', () => {
  it('are facts and fill texts once they were loaded, and are shown with where they come from', async () => {
    const { test } = start();
    const report = await load(test, 'scores', [
      { userId: 'ada', churn: '0.75', band: 'A' },
      { userId: 'bob', churn: 'high' },
      { churn: '0.1' },
      { userId: 'cy', colour: 'red' },
    ]);
    expect(report).toMatchObject({ overlay: 'scores', rows: 4, loaded: 1, rejected: 3 });
    expect(report.rejections).toEqual([
      { row: 2, reason: 'churn: expected a number, found "high"' },
      { row: 3, reason: 'expected the column userId, found churn' },
      { row: 4, reason: 'it holds none of the attributes' },
    ]);
    await test.node.settled();
    expect(firstOf(await ask(test))).toEqual(['stay', { title: 'Band A' }]);
    expect((await test.node.customer(userKey('ada')))?.overlays).toEqual({
      scores: {
        values: { churn: 0.75, band: 'A' },
        source: 'scores.csv@1',
        at: noon,
        expiresAt: noon + 2 * hour,
        isExpired: false,
      },
    });
  });

  it('count no more once they expire', async () => {
    const { test } = start();
    await load(test, 'scores', [{ userId: 'ada', churn: 0.75 }]);
    await test.node.settled();
    test.clock.time = noon + 2 * hour;
    expect(firstOf(await ask(test))[0]).toBe('voucher');
    expect((await test.node.customer(userKey('ada')))?.overlays.scores).toMatchObject({
      values: {},
      isExpired: true,
    });
  });

  it('come to the same when they are loaded again, and older ones change nothing', async () => {
    const { test } = start();
    await load(test, 'scores', [{ userId: 'ada', churn: 0.75 }], noon - hour);
    await test.node.settled();
    const { digest } = await digestState(test.ports.store);
    await load(test, 'scores', [{ userId: 'ada', churn: 0.75 }], noon - hour);
    await test.node.settled();
    expect((await digestState(test.ports.store)).digest).toBe(digest);
    await load(test, 'scores', [{ userId: 'ada', churn: 0.1 }], noon - 1.5 * hour);
    await test.node.settled();
    expect(firstOf(await ask(test))[0]).toBe('stay');
  });

  it('are joined to visitors where the overlay says so', async () => {
    const { test } = start();
    await load(test, 'visitors', [{ anonymousId: 'x1', churn: 0.3 }]);
    await test.node.settled();
    expect((await test.node.customer(anonymousKey('x1')))?.overlays.visitors?.values).toEqual({ churn: 0.3 });
  });

  it('follow a customer whose id was merged', async () => {
    const { test } = start();
    await test.node.ingest([track('identify', { type: 'identify', userId: 'ada', anonymousId: 'x1' })]);
    await test.node.settled();
    await load(test, 'visitors', [{ anonymousId: 'x1', churn: 0.3 }]);
    await test.node.settled();
    expect((await test.node.customer(userKey('ada')))?.overlays.visitors?.values).toEqual({ churn: 0.3 });
  });

  it('are refused when they have expired already, lie ahead of the clock, or belong to no overlay', async () => {
    const { test } = start();
    const row = [{ userId: 'ada', churn: 1 }];
    await expect(load(test, 'scores', row, noon - 2 * hour)).rejects.toMatchObject({
      code: 'NB_INVALID_INPUT',
    });
    await expect(load(test, 'scores', row, noon + hour)).rejects.toMatchObject({ code: 'NB_INVALID_INPUT' });
    await expect(load(test, 'score', row)).rejects.toThrow('did you mean "scores"?');
  });
});

describe('a reference table', () => {
  it('is in force as a whole once it was loaded, and a decision tells its version', async () => {
    const { test } = start();
    await test.node.ingest([postcode('24103')]);
    await test.node.settled();
    const report = await load(test, 'postcodes', [
      { postcode: '24103', region: 'north' },
      { postcode: '24103', region: 'south' },
    ]);
    expect(report).toMatchObject({ rows: 2, loaded: 1, rejected: 1, isNew: true });
    expect(report.rejections[0]?.reason).toBe('an earlier row has the key "24103" already');
    const answer = await ask(test);
    expect(firstOf(answer)).toEqual(['north', { title: 'north' }]);
    expect(answer.decision.tables).toEqual({ postcodes: report.version });
    expect((await test.node.customer(userKey('ada')))?.overlays.postcodes).toMatchObject({
      values: { region: 'north' },
      key: '24103',
      version: report.version,
    });
    expect((await load(test, 'postcodes', [{ postcode: '24103', region: 'north' }])).isNew).toBe(false);
  });

  it('is read by another node within a second or two, and expires', async () => {
    const { test } = start();
    const other = test.another();
    running.push(other);
    await load(test, 'postcodes', [{ postcode: '24103', region: 'north' }]);
    await test.node.ingest([postcode('24103')]);
    await test.node.settled();
    await expect.poll(async () => firstOf(await ask(other))[0]).toBe('north');
    test.clock.time = noon + 3 * hour;
    expect(firstOf(await ask(other))[0]).not.toBe('north');
  });

  it('comes to folds through the log: reading the log again decides with the tables of that time', async () => {
    const { test, archive } = start();
    const boots = (user: string) => [
      track('identify', { type: 'identify', userId: user, traits: { postcode: '24103' } }),
      track('Product Viewed', { userId: user, properties: { category: 'boots' } }),
    ];
    await test.node.ingest(boots('ada'));
    await load(test, 'postcodes', [{ postcode: '24103', region: 'north' }]);
    await test.node.settled();
    await test.node.ingest(boots('bob'));
    await test.node.settled();
    await load(test, 'postcodes', [{ postcode: '24103', region: 'south' }], noon + 1);
    await test.node.settled();
    await test.node.ingest(boots('cy'));
    await test.node.settled();
    const triggered = test.decisions.map(({ customer, placements, tables }) => [
      customer,
      placements[0]?.treatments[0]?.action,
      tables?.postcodes,
    ]);
    const { tables } = await archive.read();
    const [south, north] = (tables.postcodes ?? []).map(({ version }) => version);
    expect(triggered).toEqual([
      ['u:ada', 'cart-push', undefined],
      ['u:bob', 'north', north],
      ['u:cy', 'cart-push', south],
    ]);
    const before = await digestState(test.ports.store);
    await test.node.stop();
    await test.ports.store.wipe();
    const again = test.another();
    running.push(again);
    await again.node.settled();
    expect(await digestState(again.ports.store)).toEqual(before);
    // Partitions are read side by side, so only each one's order is told.
    expect(new Map(again.decisions.map((made) => [made.id, made]))).toEqual(
      new Map(test.decisions.map((made) => [made.id, made])),
    );
  });

  it('of a version that is no longer kept reads as empty, and the operator is told', async () => {
    const { test, archive } = start();
    for (let version = 0; version <= limits.tableVersionsMax; version += 1) {
      test.clock.time += 1;
      await load(test, 'postcodes', [{ postcode: `${version}`, region: 'north' }], noon);
    }
    await test.node.settled();
    const { tables } = await archive.read();
    expect(tables.postcodes).toHaveLength(limits.tableVersionsMax);
    await test.node.stop();
    await test.ports.store.wipe();
    const again = test.another();
    running.push(again);
    await again.node.settled();
    expect(again.troubles.map(String).join()).toContain('is no longer kept');
    const head = await test.ports.store.checkpoint(0 as Partition);
    expect(head.sequence).toBe(await test.ports.log.head(0 as Partition));
  });

  it('is never left half loaded by rows that break off', async () => {
    const { test } = start();
    const rows = async function* (): OverlayLoad['rows'] {
      yield [{ postcode: '1', region: 'north' }];
      throw new Error('cut off');
    };
    await expect(
      test.node.overlays.load({ overlay: 'postcodes', at: noon, source: 'x', rows: rows() }),
    ).rejects.toThrow('cut off');
    await expect(load(test, 'postcodes', [{ postcode: '1' }])).rejects.toThrow('none that can be taken');
    expect(test.node.overlays.list().find(({ name }) => name === 'postcodes')?.kept).toEqual([]);
  });
});

describe('a service', () => {
  function serving(always: Answer | undefined): Given {
    const given = start();
    given.service.always = always;
    return given;
  }

  it('is asked for a customer of whom nothing current is known; the answer is in the decision and in the log', async () => {
    const { test, service } = serving({ body: { churn: 0.9, band: 'B', other: [1] } });
    expect(firstOf(await ask(test))).toEqual(['stay', { title: 'Band B' }]);
    expect(service.asked).toMatchObject([
      { url: 'https://scores.example/ada?k=1', headers: { 'X-Key': 'ENRICH_KEY' }, timeoutMs: 5_000 },
    ]);
    await test.node.settled();
    expect((await test.node.customer(userKey('ada')))?.overlays.scores).toMatchObject({
      values: { churn: 0.9, band: 'B' },
      source: 'https://scores.example/{{ customer.id }}',
      at: noon,
      expiresAt: noon + 2 * hour,
    });
    await ask(test);
    expect(service.asked).toHaveLength(1);
    test.clock.time = noon + 2 * hour;
    await ask(test);
    expect(service.asked).toHaveLength(2);
  });

  it('is not asked for a visitor, whose id tells it nothing', async () => {
    const { test, service } = serving({ body: { churn: 0.9 } });
    await ask(test, { customer: anonymousKey('x1') });
    expect(service.asked).toEqual([]);
  });

  it('that is slow is not waited for; what it says later is taken in all the same', async () => {
    const { test, service } = serving(undefined);
    expect(firstOf(await ask(test))[0]).toBe('voucher');
    service.answer({ body: { churn: 0.9 } });
    await expect
      .poll(async () => (await test.node.customer(userKey('ada')))?.overlays.scores?.values)
      .toEqual({ churn: 0.9 });
    expect(firstOf(await ask(test))[0]).toBe('stay');
    expect(service.asked).toHaveLength(1);
  });

  it('that answers after the customer was erased brings nobody back', async () => {
    const { test, service } = serving(undefined);
    await ask(test, { placements: [] });
    test.clock.time += 1;
    await test.node.erase(userKey('ada'));
    await test.node.settled();
    test.clock.time += 1;
    service.answer({ body: { churn: 0.9 } });
    await expect.poll(() => test.notes).toContain('attributes:erased');
    await test.node.settled();
    expect(await test.node.customer(userKey('ada'))).toBeUndefined();
  });

  it('is asked once for many decisions at once', async () => {
    const { test, service } = serving(undefined);
    const other = anonymousKey('x2');
    await Promise.all([ask(test), ask(test), ask(test), ask(test, { customer: other })]);
    expect(service.asked).toHaveLength(1);
  });

  it('that knows nothing is left alone for a moment', async () => {
    const { test, service } = serving({ body: undefined });
    await ask(test);
    await ask(test);
    expect(service.asked).toHaveLength(1);
    test.clock.time += limits.enrichmentMemoryMs;
    await ask(test);
    expect(service.asked).toHaveLength(2);
  });

  it('is asked again as soon as its answer has expired, however soon that is', async () => {
    const archive = new MemoryTableArchive();
    const service = new OverlayService();
    service.always = { body: { churn: 0.9 } };
    const brief = bookOf(yaml.replace('expires: 2h', 'expires: 10s'));
    const test = startNode(brief, {}, (ports) => ({ ...ports, tables: archive, enrichment: service }));
    running.push(test);
    expect(firstOf(await ask(test))[0]).toBe('stay');
    test.clock.time += 10_000;
    expect(firstOf(await ask(test))[0]).toBe('stay');
    expect(service.asked).toHaveLength(2);
  });

  it('that answers with values of another kind is not believed in any of them', async () => {
    const { test } = serving({ body: { churn: 0.9, band: { nested: true } } });
    expect(firstOf(await ask(test))[0]).toBe('voucher');
    expect(test.troubles.map(String).join()).toContain('band: expected a text');
    await test.node.settled();
    expect((await test.node.customer(userKey('ada')))?.overlays.scores).toBeUndefined();
  });

  it('that fails again and again is left alone, and then tried by one question', async () => {
    const { test, service } = serving(new Error('it is down'));
    const decide = (name: string) => ask(test, { customer: userKey(name) });
    for (let number = 0; number < 9; number += 1) await decide(`c${number}`);
    expect(service.asked).toHaveLength(limits.enrichmentFailuresMax);
    test.clock.time += limits.enrichmentRestMs;
    service.always = undefined;
    await Promise.all([decide('d1'), decide('d2'), decide('d3')]);
    expect(service.asked).toHaveLength(limits.enrichmentFailuresMax + 1);
    service.answer({ body: undefined });
    service.always = { body: { churn: 0.9 } };
    await expect.poll(async () => firstOf(await decide('e1'))[0]).toBe('stay');
  });

  it('leaves a rebuild with the same states: what it said is in the log', async () => {
    const { test } = serving({ body: { churn: 0.9 } });
    await ask(test);
    await test.node.settled();
    const before = await digestState(test.ports.store);
    await test.node.stop();
    await test.ports.store.wipe();
    const again = test.another((ports) => {
      const { enrichment: _, ...rest } = ports;
      return rest;
    });
    running.push(again);
    await again.node.settled();
    expect(await digestState(again.ports.store)).toEqual(before);
  });
});
