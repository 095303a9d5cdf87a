import { describe, expect, it } from 'vitest';
import { armsTold, drawArms } from '../../../engine/experiments/draw-arms.ts';
import {
  anonymousKey,
  type CompiledBook,
  type CustomerKey,
  compileRulebook,
  type DecisionId,
  defaultTenant,
  type ExperimentArm,
  type Partition,
  type Rulebook,
  userKey,
} from '../../../engine/index.ts';
import type { DeskView } from '../../../engine/runtime/budget-desk.ts';
import type { FoldedBatch } from '../../../engine/runtime/fold-batch.ts';
import { decisionMessage } from '../../../engine/runtime/messages.ts';
import { replayedSpends } from '../../../engine/runtime/replayed-spends.ts';
import { ruleFile } from '../rules/in-memory-document.ts';
import { libraries } from '../rules/sample-book.ts';
import { bookOf, shopYaml } from '../support/book.ts';
import { hour, noon, track } from '../support/events.ts';
import { ask, startNode, type TestNode } from '../support/node.ts';

const experiments = `
holdout: { share: 0.5 }
experiments:
  offer: { actions: { arms: { a: [voucher], b: [guide], c: [] } } }
`;
const book = bookOf(`${shopYaml}\n---\n${experiments}`);
const ada = userKey('ada');

async function withNode(run: (test: TestNode) => Promise<void>): Promise<void> {
  const test = startNode(book);
  try {
    await run(test);
  } finally {
    await test.node.stop();
  }
}

async function armsOf(test: TestNode, customer: CustomerKey): Promise<readonly ExperimentArm[]> {
  return (await ask(test, { customer, placements: ['hero', 'side'] })).decision.arms;
}

describe('on a node', () => {
  it('a visitor keeps the arms after signing in, and both have theirs again when they are parted', () =>
    withNode(async (test) => {
      for (let index = 0; index < 6; index += 1) {
        const [device, user] = [`v${index}`, `u${index}`];
        const [visitor, customer] = [anonymousKey(device), userKey(user)];
        const { userId: _, ...viewed } = track('Product Viewed', {
          timestamp: noon - hour,
          anonymousId: device,
        });
        await test.node.ingest([viewed]);
        await test.node.settled();
        const asVisitor = await armsOf(test, visitor);
        expect(asVisitor.map(({ experiment }) => experiment)).toEqual(['universal', 'offer']);
        await test.node.ingest([
          track('identify', { type: 'identify', userId: user, anonymousId: device, timestamp: noon }),
        ]);
        await test.node.settled();
        expect(await armsOf(test, customer)).toEqual(asVisitor);
        expect(await armsOf(test, visitor)).toEqual(asVisitor);
        expect((await test.node.customer(customer))?.arms).toEqual(asVisitor);
        await test.node.unmerge(customer, visitor);
        await test.node.settled();
        expect(await armsOf(test, visitor)).toEqual(asVisitor);
        const own = armsTold(drawArms(book, { of: customer, now: noon }));
        expect(await armsOf(test, customer)).toEqual(own);
      }
    }));

  it('tells the arms in what it publishes', () =>
    withNode(async (test) => {
      const { decision } = await ask(test, { customer: ada });
      await test.node.settled();
      const reader = test.ports.decisions.subscribe({ after: 0 });
      const [first] = await reader.next({ max: 10, waitMs: 0 });
      expect(first?.decision.arms).toEqual(decision.arms);
      await reader.close();
    }));
});

describe('what a challenger spent', () => {
  const files = {
    'book.yaml': `${shopYaml.replace('budgets: [vouchers]', '')}
---
experiments: { duel: { challenger: { name: dear, share: 0.5 } } }`,
    'challengers/dear/voucher.yaml': `action: voucher
group: sales/vouchers
value: 100
budgets: [vouchers]
treatments: { hero: { channel: web, placements: [hero], content: { title: Ten off } } }
`,
  };
  const compiled: CompiledBook = compileRulebook({
    files: Object.entries(files).map(([path, text]) => ruleFile(path, text)),
    version: 'v',
    libraries,
  });

  it('is told again when the log is read again, by the prices of the book that decided', () => {
    const rulebook = compiled.rulebook as Rulebook;
    const spendsOf = (arm: string) => {
      const message = decisionMessage(
        { tenant: defaultTenant, partitions: 1 },
        {
          decision: {
            id: 'd' as DecisionId,
            tenant: defaultTenant,
            customer: ada,
            at: noon,
            cause: { kind: 'request', requestId: 'r' },
            rulebook: 'v',
            model: 0,
            seed: 'd',
            arms: [{ experiment: 'duel', arm }],
            placements: [],
          },
          key: ada,
          partition: 0 as Partition,
          contacts: [
            {
              decision: 'd' as DecisionId,
              at: noon,
              ...{
                action: 'voucher',
                group: 'sales/vouchers',
                treatment: 'hero',
                channel: 'web',
                placement: 'hero',
              },
            },
          ],
        },
      );
      const folded = { spends: [], notes: [{ message, note: 'applied' }] } as unknown as FoldedBatch;
      const budgets: DeskView = { left: () => 100, starved: new Map() } as unknown as DeskView;
      return replayedSpends(folded, rulebook, budgets);
    };
    expect(spendsOf('champion')).toEqual([]);
    expect(spendsOf('challenger')).toEqual([{ budget: 'vouchers', amount: 1 }]);
  });
});
