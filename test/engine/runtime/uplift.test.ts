import { describe, expect, it } from 'vitest';
import { MemoryReceiptStream } from '../../../adapters/memory/memory-receipt-stream.ts';
import { MemoryStateStore } from '../../../adapters/memory/memory-state-store.ts';
import {
  defaultTenant,
  draw,
  explainReceipt,
  limits,
  type Ports,
  reexecute,
  userKey,
  verifyStore,
} from '../../../engine/index.ts';
import { ModelKeeper } from '../../../engine/runtime/model-keeper.ts';
import { RowCache } from '../../../engine/runtime/row-cache.ts';
import { bookOf } from '../support/book.ts';
import { track } from '../support/events.ts';
import { ask, startNode, type TestNode } from '../support/node.ts';

/** Whoever renews would have done so anyway; who upgrades does it because of the offer. A quarter is left alone. */
const book = bookOf(`
channels: { web: { direction: pull } }
placements:
  hero: { channel: web, limit: 1, rankBy: uplift }
  plain: { channel: web, limit: 1 }
outcomes: { bought: { on: Order Completed, outcome: conversion, within: 7d } }
arbitration: { exploration: { floor: 0.3, gamma: 20 } }
holdout: { share: 0.25 }
---
action: renewal
group: sales/kept
value: 20
treatments: { t: { channel: web, content: {} } }
---
action: upgrade
group: sales/won
value: 6
treatments: { t: { channel: web, content: {} } }
`);

const buys: Readonly<Record<string, number>> = { none: 0.3, renewal: 0.3, upgrade: 0.7 };

function start(): TestNode {
  const hurried = (ports: Ports): Ports => ({
    ...ports,
    receipts: new MemoryReceiptStream(ports),
    timing: { sleep: (ms, signal) => ports.timing.sleep(Math.min(ms, 2), signal) },
  });
  return startNode(book, { learns: true, partitions: 2, madeBy: { nextbest: 'test' } }, hurried);
}

let serial = 0;

/** So many customers, each of whom asks once and buys or does not; what each was shown. */
async function visits(test: TestNode, count: number, placement: string): Promise<readonly string[]> {
  const shown: string[] = [];
  for (let visit = 0; visit < count; visit += 1) {
    serial += 1;
    const userId = `visitor-${serial}`;
    const asked = { customer: userKey(userId), placements: [placement], requestId: userId };
    const { decision } = await ask(test, asked);
    const action = decision.placements[0]?.treatments[0]?.action ?? 'none';
    shown.push(action);
    test.clock.time += 20;
    if (draw('buys', userId) < (buys[action] ?? 0)) {
      const at = { messageId: `bought-${serial}`, timestamp: test.clock.time };
      await test.node.ingest([track('Order Completed', { userId, ...at })]);
    }
  }
  await test.node.settled();
  return shown;
}

/** Until requests decide on all of the evidence. */
async function untilKnown({ node, ports, clock }: TestNode, trials: number): Promise<void> {
  await node.settled();
  for (let look = 0; look < 2_000; look += 1) {
    const keeper = new ModelKeeper({ tenant: defaultTenant, partitions: 2, ...ports }, new RowCache());
    await keeper.refresh();
    const known = Object.values(keeper.current().tallies).reduce((sum, [each]) => sum + each, 0);
    if (known >= trials) return;
    clock.time += 500;
    await ports.timing.sleep(5);
  }
  throw new Error('the evidence was never summed up');
}

const mostOf = (shown: readonly string[], action: string) =>
  shown.filter((each) => each === action).length / shown.length;

describe('a placement that ranks by uplift', () => {
  it('comes to prefer whom it moves, where one that ranks by response prefers sure things', async () => {
    const test = start();
    try {
      for (let round = 1; round <= 4; round += 1) {
        await visits(test, 180, 'hero');
        await untilKnown(test, 180 * round);
        test.clock.time += 60_000;
        await test.ports.timing.sleep(20);
      }
      const [hero, plain] = [await visits(test, 100, 'hero'), await visits(test, 100, 'plain')];
      expect(mostOf(hero, 'upgrade')).toBeGreaterThan(0.4);
      expect(mostOf(hero, 'renewal')).toBeLessThan(0.25);
      expect(mostOf(plain, 'renewal')).toBeGreaterThan(0.4);
      await explained(test);
      await verified(test);
    } finally {
      await test.node.stop();
    }
    expect(test.troubles).toEqual([]);
  }, 120_000);
});

/** The receipt tells of both propensities and of the class, and comes out again. */
async function explained(test: TestNode): Promise<void> {
  const decision = test.decisions.findLast(({ placements: [hero] }) => {
    const [shown] = hero?.treatments ?? [];
    return hero?.placement === 'hero' && shown?.action === 'upgrade' && shown.P0 !== undefined;
  });
  if (!decision) throw new Error('nothing was ranked by uplift');
  const receipt = await test.node.receipt(decision.id);
  if (!receipt) throw new Error('there is no receipt');
  expect(reexecute(receipt, book, test.ports.sha256)?.matches).toBe(true);
  const { explanation } = explainReceipt(decision.id, { receipt, rulebook: book }, test.ports);
  const [hero] = explanation.placements;
  expect(hero?.rankedBy).toBe('uplift');
  const upgrade = hero?.actions.find(({ action }) => action === 'upgrade');
  expect(upgrade?.ranking?.own).toMatchObject({ class: 'persuadable', P0: expect.any(Number) });
  expect(upgrade?.words).toMatch(/With it, success was [\d.]+ % likely, and without any offer [\d.]+ %\./);
}

/** From the log alone the same customers come about, with their trials of no action. */
async function verified({ ports, node }: TestNode): Promise<void> {
  await node.settled();
  const ignore = () => undefined;
  const result = await verifyStore({
    ...{ tenant: defaultTenant, partitions: 2, ports, rulebook: book, tellMax: 5 },
    recordMs: limits.decisionRecordMsDefault,
    signal: new AbortController().signal,
    onProgress: ignore,
    newStore: () => new MemoryStateStore(ports),
    observer: {
      ...{ applied: ignore, decided: ignore, conflicted: ignore, deadLettered: ignore, repaired: ignore },
      ...{ restarted: ignore, troubled: ignore, advanced: ignore },
    },
  });
  expect(result).toMatchObject({ differing: 0, waiting: 0 });
}
