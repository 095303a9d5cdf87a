import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../../adapters/system/sha256.ts';
import {
  type CustomerKey,
  explainReceipt,
  type Partition,
  type Receipt,
  userKey,
} from '../../../engine/index.ts';
import type { PlacedEntry, ReceiptItem, ReceiptStream } from '../../../engine/ports.ts';
import { bookOf, shopYaml } from '../support/book.ts';
import { hour, track } from '../support/events.ts';
import { overriding } from '../support/faulty-store.ts';
import { ask, startNode, type TestNode } from '../support/node.ts';
import { audit, receiptsOf, testVersions, withReceipts } from '../support/receipts.ts';

/** A day in the life of two customers, of which somebody then changes what was kept. */

const book = bookOf(shopYaml);
let home: TestNode;
/** By partition. */
let kept: readonly (readonly ReceiptItem[])[] = [];

beforeAll(async () => {
  home = startNode(book, { madeBy: testVersions }, withReceipts);
  for (let round = 0; round < 6; round += 1) {
    for (const userId of ['ada', 'bob', 'eve']) {
      await home.node.ingest([track('Product Viewed', { userId, properties: { category: 'boots' } })]);
      await ask(home, { customer: userKey(userId), placements: ['hero', 'side'], context: { round } });
      await ask(home, { customer: userKey(userId) });
    }
    home.clock.time += hour;
    await home.node.settled();
  }
  kept = await Promise.all([0, 1, 2, 3].map((partition) => itemsOf(partition as Partition)));
});

afterAll(() => home.node.stop());

async function itemsOf(partition: Partition): Promise<readonly ReceiptItem[]> {
  const reader = receiptsOf(home).read(partition, 0);
  const items = await reader.next({ max: 10_000, waitMs: 0 });
  await reader.close();
  return items;
}

/** The same stream, holding other items in one partition. */
function holding(at: number, items: readonly ReceiptItem[]): ReceiptStream {
  const entries = items.filter(isEntry);
  return overriding(receiptsOf(home), {
    head: async (partition) => (partition === at ? entries.at(-1) : receiptsOf(home).head(partition)),
    before: async (partition, { after }) =>
      after === 0 || partition !== at ? 'aged' : entries.find(({ sequence }) => sequence === after),
    read: (partition, since) => {
      if (partition !== at) return receiptsOf(home).read(partition, since);
      const left = items.filter(({ storedAt }) => storedAt >= since);
      return { next: async ({ max }) => left.splice(0, max), close: async () => undefined };
    },
  });
}

function isEntry(item: ReceiptItem | undefined): item is PlacedEntry {
  return item !== undefined && 'entry' in item;
}

/** A text in which one character is another. */
function altered(text: string, index: number): string {
  const at = index % text.length;
  const other = text[at] === '1' ? '2' : '1';
  return `${text.slice(0, at)}${other}${text.slice(at + 1)}`;
}

type Tampering = (items: readonly ReceiptItem[], index: number) => readonly ReceiptItem[];

const tamperings: Readonly<Record<string, Tampering>> = {
  'an item is taken away': (items, index) => items.toSpliced(index, 1),
  'everything from some entry on is taken away': (items, index) => items.slice(0, index),
  'a character of a receipt is changed': (items, index) =>
    items.map((item, at) =>
      at === index && 'text' in item ? { ...item, text: altered(item.text, index * 31) } : item,
    ),
  'a time in an entry is changed': (items, index) =>
    items.map((item, at) =>
      at === index && 'entry' in item
        ? {
            ...item,
            entry: {
              ...item.entry,
              receipts: item.entry.receipts.map((mark) => ({ ...mark, at: mark.at + 1 })),
            },
          }
        : item,
    ),
  'a receipt is taken out of an entry': (items, index) =>
    items.map((item, at) =>
      at === index && 'entry' in item
        ? { ...item, entry: { ...item.entry, receipts: item.entry.receipts.slice(1) } }
        : item,
    ),
  'an entry is put in a second time': (items, index) =>
    isEntry(items[index]) ? items.toSpliced(index, 0, items[index] as ReceiptItem) : items,
};

describe('an audit', () => {
  it('finds nothing in what nobody changed', async () => {
    const report = await audit(home, [book]);
    expect(report).toMatchObject({ mismatches: 0, breaks: 0, erased: 0, repeated: 0, cut: [] });
    expect(report.decisions).toBe(36 + boots(home));
    for (const items of kept.filter((each) => each.length > 0)) expect(items.length).toBeGreaterThan(4);
  });

  for (const [name, tamper] of Object.entries(tamperings)) {
    it(`notices when ${name}`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.nat(), fc.nat(), async (which, where) => {
          const at = pickPartition(which);
          const items = kept[at] ?? [];
          const tampered = tamper(items, where % items.length);
          // Some of them change nothing where they strike.
          fc.pre(JSON.stringify(tampered) !== JSON.stringify(items));
          const ports = { ...home.ports, receipts: holding(at, tampered) };
          const { breaks, mismatches } = await audit({ ports }, [book]);
          expect(breaks + mismatches).toBeGreaterThan(0);
        }),
        { numRuns: 25 },
      );
    });
  }

  it('notices a receipt that fits its entry and was decided otherwise', async () => {
    const at = pickPartition(0);
    const other = bookOf(shopYaml.replace('value: 50', 'value: 500'));
    const report = await audit(home, [other]);
    expect(report.mismatches).toBeGreaterThan(0);
    expect(report.firstMismatches[0]).toMatchObject({ path: expect.any(String), versions: [] });
    expect(report.breaks).toBe(0);
    expect(kept[at]?.length).toBeGreaterThan(0);
  });

  it('tells a chain that was written anew from what an earlier audit saw', async () => {
    const earlier = await audit(home, [book]);
    const at = pickPartition(0) as Partition;
    const known = earlier.ends.map((end) => (end.partition === at ? { ...end, hash: 'another' } : end));
    const report = await audit(home, [book], { known });
    expect(report.firstBreaks).toMatchObject([{ partition: at, kind: 'end-changed' }]);
    expect(await audit(home, [book], { known: earlier.ends })).toMatchObject({ breaks: 0 });
  });

  it('does not miss what left by its age since an earlier audit, and does where it was too young to leave', async () => {
    const earlier = await audit(home, [book]);
    const at = pickPartition(0) as Partition;
    const gone = holding(at, []);
    const auditAfter = async (days: number) => {
      const ports = {
        ...home.ports,
        clock: { now: () => home.clock.time + days * 24 * hour },
        receipts: overriding(gone, { keptMs: async () => 30 * 24 * hour }),
      };
      return audit({ ports }, [book], { known: earlier.ends });
    };
    const young = (await auditAfter(1)).firstBreaks.filter(({ partition }) => partition === at);
    expect(young).toMatchObject([{ kind: 'end-missing' }]);
    expect((await auditAfter(31)).firstBreaks.filter(({ partition }) => partition === at)).toEqual([]);
  });

  it('counts what cannot be judged apart', async () => {
    const total = (await audit(home, [book])).decisions;
    expect(await audit(home, [])).toMatchObject({ decisions: 0, unknownBooks: total, breaks: 0 });
    const elsewhere = await audit(home, [bookOf(shopYaml.replace('value: 50', 'value: 500'))], {
      madeBy: { nextbest: '9.9.9' },
    });
    expect(elsewhere.mismatches).toBe(0);
    expect(elsewhere.otherVersions).toBeGreaterThan(0);
    expect(elsewhere.firstMismatches[0]?.versions).toEqual(['nextbest 0.0.0-test, now 9.9.9']);
  });

  it('notices that the entry is missing behind which the period begins', async () => {
    const at = pickPartition(0);
    const items = kept[at] ?? [];
    const [first, second] = [...new Set(items.filter(isEntry).map(({ storedAt }) => storedAt))];
    if (first === undefined || second === undefined) throw new Error('it was stored at several moments');
    const gone = items.findLast((item) => isEntry(item) && item.storedAt === first);
    const ports = {
      ...home.ports,
      receipts: holding(
        at,
        items.filter((item) => item !== gone),
      ),
    };
    const since = first + hour / 2;
    expect(await audit(home, [book], { since })).toMatchObject({ breaks: 0 });
    const report = await audit({ ports }, [book], { since });
    expect(report.firstBreaks).toMatchObject([{ partition: at, kind: 'entries-missing' }]);
  });

  it('judges the period it is asked for', async () => {
    const late = await audit(home, [book], { since: home.clock.time - 2 * hour - 1 });
    expect(late.decisions).toBeGreaterThan(0);
    expect(late.decisions).toBeLessThan((await audit(home, [book])).decisions);
    expect(await audit(home, [book], { since: home.clock.time + hour })).toMatchObject({
      decisions: 0,
      breaks: 0,
    });
  });
});

function boots({ decisions }: TestNode): number {
  return decisions.filter(({ cause }) => cause.kind === 'trigger').length;
}

function pickPartition(which: number): number {
  const filled = kept.flatMap((items, partition) => (items.length > 0 ? [partition] : []));
  return filled[which % filled.length] ?? 0;
}

describe('the explanation of a receipt', () => {
  it('names the budgets that its decision did not ask, and claims nothing about them', async () => {
    const offers = ['winter', 'summer'].map(
      (name) => `---
action: ${name}
group: sales/offers
value: 10
${name === 'winter' ? 'eligibility: { fact: traits.tier, operator: equal, value: gold }' : ''}
budgets: [${name}]
treatments: { hero: { channel: web, content: {} } }
`,
    );
    const pots = ['winter', 'summer'].map((name) => `  ${name}: { unit: contacts, total: 1, period: total }`);
    const rules = bookOf(`channels: { web: { direction: pull } }
placements: { hero: { channel: web, limit: 1 } }
budgets:
${pots.join('\n')}
${offers.join('')}`);
    const world = startNode(rules, { madeBy: testVersions, partitions: 1 }, withReceipts);
    try {
      await ask(world);
      await world.node.settled();
      const [found] = await receiptsOf(world).receiptsOf(0 as Partition, userKey('ada'));
      const receipt = JSON.parse(found?.text ?? '') as Receipt;
      const { explanation } = explainReceipt(receipt.id, { receipt, rulebook: rules }, { sha256 });
      const winter = explanation.placements[0]?.actions.find(({ action }) => action === 'winter');
      expect(winter?.counterfactual).toMatchObject({ found: true, provided: ['winter'] });
    } finally {
      await world.node.stop();
    }
  });
});

describe('an erasure', () => {
  it('takes the receipts of the customer and of nobody else, and no chain breaks', async () => {
    const world = startNode(book, { madeBy: testVersions, partitions: 1 }, withReceipts);
    try {
      for (const userId of ['ada', 'bob']) {
        await world.node.ingest([track('Product Viewed', { userId })]);
        await ask(world, { customer: userKey(userId) });
        await ask(world, { customer: userKey(userId) });
      }
      await world.node.settled();
      world.clock.time += hour;
      await world.node.erase(userKey('ada'));
      await world.node.settled();
      await ask(world, { customer: userKey('bob') });
      await world.node.settled();
      expect(await audit(world, [book], { partitions: 1 })).toMatchObject({
        decisions: 3,
        erased: 2,
        mismatches: 0,
        breaks: 0,
      });
      const zero = 0 as Partition;
      expect(await receiptsOf(world).receiptsOf(zero, 'u:ada' as CustomerKey)).toEqual([]);
      const reader = receiptsOf(world).read(zero, 0);
      expect(JSON.stringify(await reader.next({ max: 1_000, waitMs: 0 }))).not.toContain('u:ada');
      await reader.close();
    } finally {
      await world.node.stop();
    }
  });

  it('is told from a removal: what no erasure names was taken away', async () => {
    const world = startNode(book, { madeBy: testVersions, partitions: 1 }, withReceipts);
    try {
      await ask(world);
      await world.node.settled();
      const zero = 0 as Partition;
      const found = await receiptsOf(world).receiptsOf(zero, userKey('ada'));
      await receiptsOf(world).remove(
        zero,
        found.map(({ handle }) => handle),
      );
      const report = await audit(world, [book], { partitions: 1 });
      expect(report.firstBreaks).toMatchObject([{ kind: 'receipt-missing', entry: 1 }]);
    } finally {
      await world.node.stop();
    }
  });
});
