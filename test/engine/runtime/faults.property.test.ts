import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DecidedTreatment, type Ports, type TouchpointEvent, userKey } from '../../../engine/index.ts';
import { bookOf, shopYaml } from '../support/book.ts';
import { hour } from '../support/events.ts';
import { type Fate, withCommitFates } from '../support/faulty-store.ts';
import { base64Of } from '../support/fold.ts';
import { startNode, type TestNode } from '../support/node.ts';
import { someEvents } from '../support/random-log.ts';

const fates: fc.Arbitrary<readonly Fate[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.constant<Fate>('passes') },
    { weight: 1, arbitrary: fc.constant<Fate>('lost') },
    { weight: 1, arbitrary: fc.constant<Fate>('answer-lost') },
  ),
  { maxLength: 30 },
);

/** Pauses that are long in life are short here. */
function hurried(ports: Ports): Ports {
  const sleep: Ports['timing']['sleep'] = (ms, signal) => ports.timing.sleep(Math.min(ms, 2), signal);
  return { ...ports, timing: { sleep } };
}

function withFates(ports: Ports, dealt: readonly Fate[]): Ports {
  const left = [...dealt];
  return withCommitFates(hurried(ports), () => left.shift() ?? 'passes');
}

/** Everything a deployment came to: its customers as stored, and what it sent out. */
async function outcomeOf(test: TestNode): Promise<unknown> {
  await test.node.settled();
  const documents: Record<string, string> = {};
  for await (const { key, value } of test.ports.store.documents()) documents[key] = base64Of(value);
  const reader = test.ports.decisions.subscribe({ after: 0 });
  const sent = await reader.next({ max: 10_000, waitMs: 0 });
  await reader.close();
  return { documents, sent: sent.map(({ decision }) => JSON.stringify(decision)).sort() };
}

async function runLog(events: readonly TouchpointEvent[], dealt: readonly Fate[]): Promise<unknown> {
  const test = startNode(bookOf(shopYaml), { partitions: 1 }, (ports) => withFates(ports, dealt));
  try {
    await test.node.ingest(events, { receivedAt: ({ timestamp }) => timestamp, replayed: true });
    return await outcomeOf(test);
  } finally {
    await test.node.stop();
  }
}

/**
 * Without merges: when the two halves of a merge arrive among the other document's messages is nobody's promise, and a
 * trigger in between may see the ledger of one or of both.
 */
const unmergedEvents = someEvents.map((events) => events.filter(({ type }) => type !== 'identify'));

describe('a worker whose commits are lost, or stored without an answer', () => {
  it('comes to the same customers, decisions and evidence as one that is never disturbed', async () => {
    await fc.assert(
      fc.asyncProperty(unmergedEvents, fates, async (events, dealt) => {
        expect(await runLog(events, dealt)).toEqual(await runLog(events, []));
      }),
      { numRuns: 15 },
    );
  });
});

interface Caps {
  readonly action: number;
  readonly channel: number;
  readonly budget: number;
}

const caps: fc.Arbitrary<Caps> = fc.record({
  action: fc.integer({ min: 1, max: 4 }),
  channel: fc.integer({ min: 1, max: 8 }),
  budget: fc.integer({ min: 1, max: 12 }),
});

function bookWith({ action, channel, budget }: Caps): ReturnType<typeof bookOf> {
  return bookOf(`
channels:
  web: { direction: pull }
placements:
  wall: { channel: web, limit: 2 }
policies:
  per-action: { scope: action, limit: ${action}, within: 1h, counts: decided }
  per-channel: { scope: channel, limit: ${channel}, within: 1d, counts: decided }
budgets:
  pot: { unit: contacts, total: ${budget}, period: total }
---
action: paid
group: a/b
value: 10
budgets: [pot]
treatments: { web: { channel: web, content: {} } }
---
action: free
group: a/b
value: 5
treatments: { web: { channel: web, content: {} } }
`);
}

interface Shown {
  readonly customer: string;
  readonly at: number;
  readonly treatment: DecidedTreatment;
}

/** The most contacts that lie in any window of this length. */
function mostWithin(contacts: readonly Shown[], windowMs: number): number {
  return Math.max(
    0,
    ...contacts.map(
      ({ at }) => contacts.filter((other) => other.at <= at && other.at > at - windowMs).length,
    ),
  );
}

describe('two nodes that decide on the same customers', () => {
  it('never exceed a cap or a budget, whatever becomes of their commits', async () => {
    const requests = fc.array(
      fc.record({ node: fc.nat(1), customer: fc.nat(2), minutes: fc.integer({ min: 0, max: 40 }) }),
      { minLength: 5, maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(caps, requests, fates, fates, async (limitsOfBook, asked, first, second) => {
        const one = startNode(bookWith(limitsOfBook), { partitions: 2 }, (ports) => withFates(ports, first));
        const two = one.another((ports) => withFates(ports, second));
        try {
          const shown: Shown[] = [];
          // Some at once, then the clock moves on.
          for (let begin = 0; begin < asked.length; begin += 12) {
            const wave = asked.slice(begin, begin + 12);
            const answers = await Promise.allSettled(
              wave.map(({ node, customer }) =>
                (node === 0 ? one : two).node.decide({
                  customer: userKey(`c${customer}`),
                  placements: ['wall'],
                  context: {},
                  events: [],
                  explain: false,
                }),
              ),
            );
            for (const answer of answers) {
              if (answer.status === 'rejected') continue;
              const { customer, at, placements } = answer.value.decision;
              for (const treatment of placements.flatMap(({ treatments }) => treatments)) {
                shown.push({ customer, at, treatment });
              }
            }
            one.clock.time += (wave[0]?.minutes ?? 0) * 60_000;
          }
          await one.node.settled();
          expect(shown.filter(({ treatment }) => treatment.action === 'paid').length).toBeLessThanOrEqual(
            limitsOfBook.budget,
          );
          for (const customer of new Set(shown.map((contact) => contact.customer))) {
            const own = shown.filter((contact) => contact.customer === customer);
            expect(mostWithin(own, 24 * hour)).toBeLessThanOrEqual(limitsOfBook.channel);
            for (const action of ['paid', 'free']) {
              const ofAction = own.filter(({ treatment }) => treatment.action === action);
              expect(mostWithin(ofAction, hour)).toBeLessThanOrEqual(limitsOfBook.action);
            }
            // Whatever was shown is in the ledger, once.
            const view = await one.node.customer(customer as ReturnType<typeof userKey>);
            const ids = (view?.contacts ?? []).map(({ decision, action }) => `${decision}/${action}`);
            expect(new Set(ids).size).toBe(ids.length);
            expect(ids.length).toBeGreaterThanOrEqual(own.length);
          }
        } finally {
          await Promise.all([one.node.stop(), two.node.stop()]);
        }
      }),
      { numRuns: 25 },
    );
  });
});
