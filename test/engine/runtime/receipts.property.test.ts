import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  anonymousKey,
  type CustomerKey,
  type JsonObject,
  type Ports,
  type TouchpointEvent,
  userKey,
} from '../../../engine/index.ts';
import { bookOf, shopYaml } from '../support/book.ts';
import { hour } from '../support/events.ts';
import { type Fate, overriding, withCommitFates } from '../support/faulty-store.ts';
import { startNode, type TestNode } from '../support/node.ts';
import { someEvents } from '../support/random-log.ts';
import { audit, receiptsOf, testVersions, withReceipts } from '../support/receipts.ts';

/** Receipts of whatever happened, through crashes of the store and of their stream, audited in the end. */

const books = [
  bookOf(shopYaml, 'first'),
  bookOf(
    shopYaml.replace('exploration: 0,', 'exploration: 0.5,').replace('total: 10,', 'total: 3,'),
    'second',
  ),
  bookOf(
    shopYaml
      .replace(
        'title: Guide }',
        'title: "Guide {{ traits | json }} {{ context.page }} {{ features | json }}" }',
      )
      .replace('value: 100', 'value: 1'),
    'third',
  ),
];

const speakers: readonly CustomerKey[] = [userKey('ada'), userKey('bob'), anonymousKey('device-1')];

type Step =
  | { readonly kind: 'events'; readonly count: number }
  | {
      readonly kind: 'ask';
      readonly customer: CustomerKey;
      readonly placements: readonly string[];
      readonly context: JsonObject;
      readonly limit: number | undefined;
      readonly explain: boolean;
      readonly brings: boolean;
    }
  | { readonly kind: 'book'; readonly index: number }
  | { readonly kind: 'erase'; readonly customer: CustomerKey }
  | { readonly kind: 'settle' };

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('events' as const), count: fc.nat(6) }) },
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant('ask' as const),
        customer: fc.constantFrom(...speakers),
        placements: fc.subarray(['hero', 'side'], { minLength: 1 }),
        context: fc.constantFrom<JsonObject>({}, { page: 'sale' }, { page: [1, { deep: -0.5 }], z: 1, a: 2 }),
        limit: fc.constantFrom(undefined, 1, 2),
        explain: fc.boolean(),
        brings: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('book' as const), index: fc.nat(2) }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('erase' as const), customer: fc.constantFrom(...speakers) }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('settle' as const) }) },
  ),
  { minLength: 1, maxLength: 25 },
);

const fates = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant<Fate>('passes') },
    { weight: 1, arbitrary: fc.constant<Fate>('lost') },
    { weight: 1, arbitrary: fc.constant<Fate>('answer-lost') },
  ),
  { maxLength: 40 },
);

interface Dealt {
  readonly store: readonly Fate[];
  readonly stream: readonly Fate[];
  readonly clear: readonly Fate[];
}

/** Pauses are short, and calls meet the fates that are dealt to them, one after the other. */
function faulty(ports: Ports, dealt: Dealt): Ports {
  const [store, stream, clear] = [[...dealt.store], [...dealt.stream], [...dealt.clear]];
  const sleep: Ports['timing']['sleep'] = (ms, signal) => ports.timing.sleep(Math.min(ms, 2), signal);
  const receipts = receiptsOf({ ports });
  const met = async <Result>(fate: Fate, work: () => Promise<Result>): Promise<Result> => {
    const result = fate === 'lost' ? undefined : { value: await work() };
    if (result === undefined || fate === 'answer-lost') throw new Error('the answer did not come');
    return result.value;
  };
  const base = withCommitFates({ ...ports, timing: { sleep } }, () => store.shift() ?? 'passes');
  return {
    ...base,
    receipts: overriding(receipts, {
      append: (...args) => met(stream.shift() ?? 'passes', () => receipts.append(...args)),
      remove: (...args) => met(stream.shift() ?? 'passes', () => receipts.remove(...args)),
    }),
    store: overriding(base.store, {
      clearOutbox: (...args) => met(clear.shift() ?? 'passes', () => base.store.clearOutbox(...args)),
      writeNote: (...args) => met(clear.shift() ?? 'passes', () => base.store.writeNote(...args)),
    }),
  };
}

async function take(nodes: readonly TestNode[], step: Step, events: TouchpointEvent[]): Promise<void> {
  const home = nodes[0] as TestNode;
  switch (step.kind) {
    case 'events':
      return home.node.ingest(events.splice(0, step.count), { receivedAt: ({ timestamp }) => timestamp });
    case 'ask': {
      const { kind: _, limit, brings, ...request } = step;
      const brought = brings ? events.splice(0, 1) : [];
      await Promise.all(
        // The second node answers as well, on whatever the first one has done.
        nodes.map(({ node }) =>
          node.decide({ ...request, events: brought, ...(limit !== undefined && { limit }) }),
        ),
      );
      return;
    }
    case 'book':
      for (const each of nodes) each.rulebook = books[step.index];
      return;
    case 'erase':
      await home.node.erase(step.customer);
      return;
    case 'settle':
      home.clock.time += hour / 4;
      return home.node.settled();
  }
}

const nothing: Dealt = { store: [], stream: [], clear: [] };

/** What the world failed at is told to whoever asked, and asked again by nobody here. */
async function live(plan: readonly Step[], someOf: readonly TouchpointEvent[], dealt: Dealt) {
  const [first] = books;
  if (!first) throw new Error('there are books');
  const home = startNode(first, { madeBy: testVersions }, (ports) => faulty(withReceipts(ports), dealt));
  const other = home.another();
  const events = [...someOf];
  try {
    for (const step of plan) await take([home, other], step, events).catch(() => undefined);
    await home.node.settled();
  } finally {
    await Promise.all([home.node.stop(), other.node.stop()]);
  }
  return home;
}

test('every decision comes out again, and no honest crash breaks a chain', async () => {
  let decided = 0;
  await fc.assert(
    fc.asyncProperty(steps, someEvents, fates, fates, fates, async (plan, events, store, stream, clear) => {
      const home = await live(plan, events, { store, stream, clear });
      const report = await audit(home, books);
      expect(report).toMatchObject({ mismatches: 0, otherVersions: 0, breaks: 0, unknownBooks: 0 });
      decided += report.decisions;
    }),
    { numRuns: 40 },
  );
  expect(decided).toBeGreaterThan(100);
});

test('there is one receipt for every decision that was stored', async () => {
  await fc.assert(
    fc.asyncProperty(steps, someEvents, async (plan, events) => {
      const kept = plan.filter(({ kind }) => kind !== 'erase');
      const home = await live(kept, events, nothing);
      const ids = new Set(await recordedDecisions(home));
      const report = await audit(home, books);
      expect(report).toMatchObject({ decisions: ids.size, mismatches: 0, breaks: 0, erased: 0 });
    }),
    { numRuns: 15 },
  );
});

async function recordedDecisions({ ports, node }: TestNode): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { key } of ports.store.documents()) {
    if (key.startsWith('p:')) continue;
    const held = await node.exportCustomer(key as CustomerKey);
    ids.push(...(held?.decisions ?? []).map(({ id }) => id));
  }
  // Somebody who was asked for and is not known yet has records and no document.
  for (const speaker of speakers) {
    for (let partition = 0; partition < 4; partition += 1) {
      const found = await ports.store.recordsOf(partition as never, speaker);
      ids.push(...found.map(({ id }) => id).filter((id) => /^\w+-[\w-]{24}$/.test(id)));
    }
  }
  return ids;
}
