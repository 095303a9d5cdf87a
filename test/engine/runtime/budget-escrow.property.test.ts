import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allowanceAt } from '../../../engine/budgets/budget-pace.ts';
import { windowOf } from '../../../engine/budgets/budget-window.ts';
import type { Budget, Partition } from '../../../engine/index.ts';
import { bookOf } from '../support/book.ts';
import { BudgetNode, BudgetWorld, type CallFate } from '../support/budget-nodes.ts';

const minute = 60_000;

/** A book of budgets without actions: who spends is the test. */
function worldOf(budgets: readonly string[], partitions: number): BudgetWorld {
  const lines = budgets.map((fields, index) => `  pot-${index}: { ${fields} }`).join('\n');
  return new BudgetWorld(bookOf(`channels:\n  web: { direction: pull }\nbudgets:\n${lines}\n`), partitions);
}

async function check(world: BudgetWorld): Promise<void> {
  for (const budget of world.book.budgets.values()) {
    const { reserved, partitions } = await world.standing(budget);
    for (const { granted, spent, returning, held } of partitions) {
      expect(spent).toBeLessThanOrEqual(granted);
      expect(granted + returning).toBeLessThanOrEqual(held);
    }
    expect(partitions.reduce((sum, { held }) => sum + held, 0)).toBe(reserved);
    expect(reserved).toBeLessThanOrEqual(dueOf(world, budget));
  }
}

function dueOf(world: BudgetWorld, budget: Budget): number {
  const window = windowOf(budget, world.time, world.book.timeZones);
  return window ? allowanceAt(budget, window, world.time) : 0;
}

/** Looks until nothing lies idle any more. */
async function rest(world: BudgetWorld, node: BudgetNode): Promise<void> {
  world.fates = [];
  for (let look = 0; look < 4; look += 1) await node.look();
}

async function checkAtRest(world: BudgetWorld): Promise<void> {
  for (const budget of world.book.budgets.values()) {
    const { reserved, spent, partitions } = await world.standing(budget);
    for (const { granted, returning, spent: spentHere } of partitions) {
      expect({ granted, returning }).toEqual({ granted: spentHere, returning: 0 });
    }
    expect(reserved).toBe(spent);
  }
}

const fate: fc.Arbitrary<CallFate> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<CallFate>('passes') },
  { weight: 1, arbitrary: fc.constant<CallFate>('lost') },
  { weight: 1, arbitrary: fc.constant<CallFate>('answer-lost') },
);

const budgets = fc.array(
  fc.oneof(
    fc.integer({ min: 1, max: 40 }).map((total) => `unit: contacts, total: ${total}, period: total`),
    fc.integer({ min: 1, max: 400 }).map((total) => `unit: contacts, total: ${total}, period: day`),
    fc
      .integer({ min: 1, max: 90 })
      .map((total) => `unit: contacts, total: ${total}, period: hour, pace: even`),
  ),
  { minLength: 1, maxLength: 2 },
);

type Step =
  | {
      readonly kind: 'work';
      readonly asks: readonly { node: number; partition: number; amount: number }[];
      /** Nodes that look at the same time. */
      readonly looks: readonly number[];
    }
  | { readonly kind: 'crash'; readonly node: number }
  | { readonly kind: 'wait'; readonly minutes: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 7,
    arbitrary: fc.record({
      kind: fc.constant('work' as const),
      asks: fc.array(
        fc.record({ node: fc.nat(2), partition: fc.nat(3), amount: fc.integer({ min: 1, max: 3 }) }),
        { maxLength: 8 },
      ),
      looks: fc.array(fc.nat(2), { maxLength: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('crash' as const), node: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), minutes: fc.nat(20) }) },
);

async function take(world: BudgetWorld, nodes: BudgetNode[], taken: Step): Promise<void> {
  const nodeAt = (index: number) => nodes[index] as BudgetNode;
  switch (taken.kind) {
    case 'work': {
      const spends = taken.asks.map(({ node, partition, amount }) =>
        nodeAt(node).spend(partition as Partition, amount),
      );
      await Promise.allSettled([...spends, ...taken.looks.map((node) => nodeAt(node).look())]);
      return;
    }
    case 'crash':
      nodes[taken.node] = new BudgetNode(world);
      return;
    case 'wait':
      world.time += taken.minutes * minute;
  }
}

describe('budgets in escrow', () => {
  it('never spend more than granted, grant more than held, hold more than due, whatever call is lost; at rest nothing is idle', async () => {
    await fc.assert(
      fc.asyncProperty(
        budgets,
        fc.array(step, { minLength: 3, maxLength: 25 }),
        fc.array(fate, { maxLength: 120 }),
        fc.array(fc.nat(12), { maxLength: 200 }),
        async (definitions, steps, fates, delays) => {
          const world = worldOf(definitions, 4);
          const nodes = Array.from({ length: 3 }, () => new BudgetNode(world));
          world.fates = [...fates];
          world.delays = [...delays];
          for (const taken of steps) {
            await take(world, nodes, taken);
            await check(world);
          }
          await rest(world, nodes[0] as BudgetNode);
          await checkAtRest(world);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('complete what was begun, whichever call of reserving and giving back the node died at', async () => {
    for (let calls = 0; calls < 14; calls += 1) {
      for (const last of ['lost', 'answer-lost'] as const) {
        const world = worldOf(['unit: contacts, total: 12, period: total'], 2);
        world.fates = [...Array.from({ length: calls }, (): CallFate => 'passes'), last];
        const dying = new BudgetNode(world);
        const life = async () => {
          await dying.spend(0 as Partition, 3);
          for (let look = 0; look < 3; look += 1) await dying.look();
        };
        await life().catch(() => undefined);
        await check(world);
        const next = new BudgetNode(world);
        await rest(world, next);
        await checkAtRest(world);
        while (await next.spend(1 as Partition, 1));
        const { spent } = await world.standing(world.book.budgets.get('pot-0') as Budget);
        expect(spent, `${last} at call ${calls}`).toBe(12);
      }
    }
  });

  it('end with every unit spent under demand: 1,000 over 64 partitions', async () => {
    const world = worldOf(['unit: contacts, total: 1000, period: total'], 64);
    const nodes = Array.from({ length: 4 }, () => new BudgetNode(world));
    for (let round = 0; round < 64; round += 1) {
      const asks = Array.from({ length: 20 }, (_, index) => ({
        node: index % 4,
        partition: (round * 7 + index * 3) % 64,
      }));
      await Promise.all(asks.map(({ node, partition }) => nodes[node]?.spend(partition as Partition, 1)));
      await check(world);
    }
    const pot = world.book.budgets.get('pot-0') as Budget;
    expect((await world.standing(pot)).spent).toBe(1_000);
  });

  it('pay for a cheap contact right after a dear one that is more than they have', async () => {
    const node = new BudgetNode(worldOf(['unit: contacts, total: 10, period: total'], 2));
    expect(await node.spend(0 as Partition, 20)).toBe(false);
    expect(await node.spend(1 as Partition, 1)).toBe(true);
    expect(await node.spend(0 as Partition, 20)).toBe(false);
  });

  it('give what lies idle in 63 partitions to the one where the demand is', async () => {
    const world = worldOf(['unit: contacts, total: 1000, period: total'], 64);
    const node = new BudgetNode(world);
    for (let number = 0; number < 64; number += 1) await node.spend(number as Partition, 1);
    const only = 5 as Partition;
    while (await node.spend(only, 1));
    const pot = world.book.budgets.get('pot-0') as Budget;
    expect((await world.standing(pot)).spent).toBeLessThan(1_000);
    for (let look = 0; look < 2; look += 1) await node.look();
    world.time += 5_000;
    while (await node.spend(only, 1));
    expect((await world.standing(pot)).spent).toBe(1_000);
  });

  it('do not give back what another node spends at that moment', async () => {
    const world = worldOf(['unit: contacts, total: 320, period: total'], 4);
    const [looking, spending] = [new BudgetNode(world), new BudgetNode(world)];
    const here = 0 as Partition;
    await spending.spend(here, 1);
    await looking.look();
    await spending.spend(here, 1);
    await looking.look();
    // The ledger and the counters answer at once; what was seen there to be idle is set out a moment later.
    world.delays = [0, 0, 50];
    await Promise.all([looking.look(), spending.spend(here, 1)]);
    await check(world);
    const pot = world.book.budgets.get('pot-0') as Budget;
    const { granted, spent } = (await world.standing(pot)).partitions[0] ?? {};
    expect({ granted, spent }).toEqual({ granted: 20, spent: 3 });
  });

  it('take over what the ledger says they hold when their counters are gone', async () => {
    const world = worldOf(['unit: contacts, total: 40, period: total'], 2);
    const before = new BudgetNode(world);
    for (let spent = 0; spent < 10; spent += 1) await before.spend(0 as Partition, 1);
    await world.store.wipe();
    const after = new BudgetNode(world);
    while (await after.spend(0 as Partition, 1));
    await check(world);
    const pot = world.book.budgets.get('pot-0') as Budget;
    // What was spent before is counted again by whoever rebuilds the counters; here nobody does.
    expect((await world.standing(pot)).spent).toBe(40);
  });
});

/** Spends unit by unit until there is no more; how many that were. */
async function spendUp(node: BudgetNode, partition: number): Promise<number> {
  let units = 0;
  while (await node.spend(partition as Partition, 1)) units += 1;
  return units;
}

describe('a budget that was spent', () => {
  const day = 24 * 60 * minute;
  const first = 'unit: contacts, total: 10, campaign: { from: 2026-03-01, until: 2026-03-05 }';
  const longer = 'unit: contacts, total: 10, campaign: { from: 2026-03-01, until: 2026-03-30 }';

  /** Days on which one partition asks in vain; the other, which spent it, has nothing to do. */
  async function pass(world: BudgetWorld, node: BudgetNode, days: number): Promise<void> {
    for (let passed = 0; passed < days; passed += 1) {
      world.time += day;
      await node.look();
      expect(await spendUp(node, 1)).toBe(0);
    }
    expect(await spendUp(node, 0)).toBe(0);
  }

  it('is not there again where its campaign is prolonged while it runs', async () => {
    const world = worldOf([first], 2);
    world.time = Date.UTC(2026, 2, 2);
    const node = new BudgetNode(world);
    expect(await spendUp(node, 0)).toBe(10);
    world.book = worldOf([longer], 2).book;
    await pass(world, node, 20);
  });

  it('is not there again where its campaign is prolonged long after it ended', async () => {
    const world = worldOf([first], 2);
    world.time = Date.UTC(2026, 2, 2);
    const node = new BudgetNode(world);
    expect(await spendUp(node, 0)).toBe(10);
    world.time += 10 * day;
    world.book = worldOf([longer], 2).book;
    await pass(world, node, 5);
  });

  it('once and for all is not there again, however long others ask for it', async () => {
    const world = worldOf(['unit: contacts, total: 10, period: total'], 2);
    const node = new BudgetNode(world);
    expect(await spendUp(node, 0)).toBe(10);
    await pass(world, node, 900);
  });
});

describe('a paced budget', () => {
  it('lets through the share of the time that has passed and a burst of a hundredth, and tells when there is more', async () => {
    const world = worldOf(['unit: contacts, total: 600, period: hour, pace: even'], 4);
    const pot = world.book.budgets.get('pot-0') as Budget;
    const node = new BudgetNode(world);
    const spendAll = async () => {
      for (let number = 0; number < 4; number += 1) while (await node.spend(number as Partition, 1));
      return (await world.standing(pot)).spent;
    };
    expect(await spendAll()).toBe(6);
    world.time += 5_999;
    expect(await spendAll()).toBe(6);
    world.time += 1;
    expect(await spendAll()).toBe(7);
    world.time += 30 * minute;
    expect(await spendAll()).toBe(307);
    world.time += 30 * minute - 6_001;
    expect(await spendAll()).toBe(600);
    world.time += 1;
    expect(await spendAll()).toBe(6);
  });
});
