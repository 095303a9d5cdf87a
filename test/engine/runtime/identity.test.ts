import { describe, expect, it } from 'vitest';
import {
  anonymousKey,
  type CustomerKey,
  type DecideAnswer,
  identifierKey,
  type LogMessage,
  userKey,
} from '../../../engine/index.ts';
import { bookOf, shopYaml } from '../support/book.ts';
import { track } from '../support/events.ts';
import { overriding } from '../support/faulty-store.ts';
import { ask, startNode, type TestNode } from '../support/node.ts';

const book = bookOf(`
${shopYaml}
---
identity:
  identifiers:
    card: { from: properties.card }
`);
const ada = userKey('ada');
const visitor = anonymousKey('v1');
const tablet = anonymousKey('v2');

async function withNode(run: (test: TestNode) => Promise<void>): Promise<void> {
  const test = startNode(book);
  try {
    await run(test);
  } finally {
    await test.node.stop();
  }
}

const askFor = (test: TestNode, customer: CustomerKey, requestId?: string): Promise<DecideAnswer> =>
  ask(test, { customer, ...(requestId !== undefined && { requestId }) });

const hasVoucher = ({ decision }: DecideAnswer): boolean =>
  decision.placements.some(({ treatments }) => treatments.some(({ action }) => action === 'voucher'));

async function signIn(test: TestNode, ...devices: readonly string[]): Promise<void> {
  await test.node.ingest(devices.map((anonymousId) => track('identify', { type: 'identify', anonymousId })));
  await test.node.settled();
}

async function contactsOf(test: TestNode, key: CustomerKey): Promise<number> {
  const view = await test.node.customer(key);
  return view?.contacts.filter(({ action }) => action === 'voucher').length ?? 0;
}

describe('a merged customer on a node', () => {
  it('has one cap for all ids, however many ask at once', () =>
    withNode(async (test) => {
      await askFor(test, visitor);
      await askFor(test, ada);
      await signIn(test, 'v1', 'v2');
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          askFor(test, [ada, visitor, tablet][index % 3] as CustomerKey),
        ),
      );
      expect(answers.filter(hasVoucher)).toHaveLength(1);
      await test.node.settled();
      expect(await contactsOf(test, visitor)).toBe(3);
    }));

  it('answers a repeated request alike before and after a merge, and after it was taken back', () =>
    withNode(async (test) => {
      const before = await askFor(test, visitor, 'r1');
      await signIn(test, 'v1');
      const merged = await askFor(test, visitor, 'r2');
      const repeat = await askFor(test, visitor, 'r1');
      expect(repeat).toMatchObject({ repeated: true, decision: { id: before.decision.id } });
      await test.node.unmerge(ada, visitor);
      await test.node.settled();
      for (const [id, answer] of [
        ['r1', before],
        ['r2', merged],
      ] as const) {
        expect(await askFor(test, visitor, id)).toMatchObject({
          repeated: true,
          decision: { id: answer.decision.id },
        });
      }
      expect(await contactsOf(test, visitor)).toBe(2);
    }));
});

describe('an id that is taken out on a node', () => {
  it('takes along the contacts that were made through it, and counts them alone', () =>
    withNode(async (test) => {
      await signIn(test, 'v1');
      await askFor(test, visitor);
      await askFor(test, visitor);
      await askFor(test, ada);
      await test.node.settled();
      await test.node.unmerge(ada, visitor);
      await test.node.settled();
      expect(await contactsOf(test, visitor)).toBe(2);
      expect(await contactsOf(test, ada)).toBe(1);
      const answers = [await askFor(test, visitor), await askFor(test, visitor), await askFor(test, ada)];
      expect(answers.map(hasVoucher)).toEqual([true, false, true]);
    }));

  it('is not decided on until it is home: what it was shown meanwhile is on its way', async () => {
    const held: LogMessage[] = [];
    let holds = true;
    const test = startNode(book, {}, (ports) => ({
      ...ports,
      log: overriding(ports.log, {
        append: (messages) => {
          if (!holds) return ports.log.append(messages);
          held.push(...messages.filter(({ kind }) => kind === 'link-return'));
          return ports.log.append(messages.filter(({ kind }) => kind !== 'link-return'));
        },
      }),
    }));
    try {
      await signIn(test, 'v1');
      for (let time = 0; time < 3; time += 1) await askFor(test, visitor);
      await test.node.settled();
      await test.node.unmerge(ada, visitor);
      await test.node.settled();
      expect(held).toHaveLength(1);
      await expect(askFor(test, visitor)).rejects.toMatchObject({ code: 'NB_CONTENTION' });
      expect(hasVoucher(await askFor(test, ada))).toBe(true);
      holds = false;
      await test.ports.log.append(held);
      await test.node.settled();
      expect(hasVoucher(await askFor(test, visitor))).toBe(false);
      expect(await contactsOf(test, visitor)).toBe(3);
    } finally {
      await test.node.stop();
    }
  });

  it('hears of the outcomes of contacts that were made through it', () =>
    withNode(async (test) => {
      await signIn(test, 'v1');
      const { decision } = await askFor(test, visitor);
      await test.node.settled();
      await test.node.unmerge(visitor, visitor);
      await test.node.settled();
      await test.node.recordOutcome({ decisionId: decision.id, outcome: 'click' });
      await test.node.settled();
      const view = await test.node.customer(visitor);
      expect(view?.contacts).toMatchObject([{ outcomes: { click: expect.any(Number) } }]);
    }));

  it('comes back by request alone', () =>
    withNode(async (test) => {
      await signIn(test, 'v1');
      await test.node.unmerge(ada, visitor);
      await test.node.settled();
      await signIn(test, 'v1');
      expect((await test.node.customer(visitor))?.key).toBe(visitor);
      await test.node.merge(visitor, ada);
      await test.node.settled();
      expect(await test.node.customer(visitor)).toMatchObject({ key: ada, identities: [ada, visitor] });
    }));
});

describe('a merge by request', () => {
  it('leads through declared identifiers, and says by which id an id came', () =>
    withNode(async (test) => {
      const { userId: _, ...shown } = track('Card Shown', { properties: { card: 'c1' } });
      await test.node.ingest([{ ...shown, anonymousId: 'v1' }]);
      await test.node.settled();
      await signIn(test, 'v1');
      const card = identifierKey('card', 'c1');
      expect(await test.node.customer(card)).toMatchObject({
        key: ada,
        identities: [ada, visitor, card],
        via: { [card]: visitor },
      });
    }));

  it('is refused for ids that nobody knows, that many share, or that are not together', () =>
    withNode(async (test) => {
      await signIn(test, 'v1');
      await test.node.ingest([track('Page', { userId: 'guest' })]);
      await test.node.settled();
      await expect(test.node.merge(ada, userKey('nobody'))).rejects.toMatchObject({
        code: 'NB_UNKNOWN_CUSTOMER',
      });
      await expect(test.node.merge(ada, userKey('guest'))).rejects.toMatchObject({
        code: 'NB_MERGE_REFUSED',
      });
      await expect(test.node.unmerge(visitor, ada)).rejects.toMatchObject({ code: 'NB_UNMERGE_REFUSED' });
      await expect(test.node.unmerge(ada, tablet)).rejects.toMatchObject({ code: 'NB_UNMERGE_REFUSED' });
      await test.node.merge(ada, visitor);
    }));
});
