import { afterEach, expect, test } from 'vitest';
import { armOf } from '../../../engine/experiments/draw-arms.ts';
import {
  anonymousKey,
  type CustomerKey,
  compileRulebook,
  day,
  type Experiment,
  type ExperimentLogOptions,
  type ExperimentsOfLog,
  gatherFromLog,
  type Rulebook,
  userKey,
} from '../../../engine/index.ts';
import { ruleFile } from '../rules/in-memory-document.ts';
import { libraries } from '../rules/sample-book.ts';
import { shopYaml } from '../support/book.ts';
import { noon, track } from '../support/events.ts';
import { overriding } from '../support/faulty-store.ts';
import { ask, startNode, type TestNode } from '../support/node.ts';
import { receiptsOf, testVersions, withReceipts } from '../support/receipts.ts';

/** A log and receipts of a node with experiments of all kinds, read for their report. */
const yaml = `${shopYaml}
---
holdout: { share: 0.5 }
experiments:
  offer: { actions: { arms: { a: [voucher], b: [guide] } } }
  duel: { challenger: { name: guide-first, share: 0.5 } }
`;
const challenger = `
action: guide
group: service/advice
value: 5000
treatments:
  hero: { channel: web, content: { title: Guide } }
`;
const inForce = compiled({ 'shop.yaml': yaml, 'challengers/guide-first/guide.yaml': challenger });
const people = Array.from({ length: 24 }, (_, index) => userKey(`person-${index}`));
const minute = 60_000;
const started: TestNode[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map(({ node }) => node.stop()));
});

function compiled(texts: Readonly<Record<string, string>>): Rulebook {
  const files = Object.entries(texts).map(([path, text]) => ruleFile(path, text));
  const { rulebook, diagnostics } = compileRulebook({ files, version: 'in-force', libraries });
  if (!rulebook) throw new Error(JSON.stringify(diagnostics));
  return rulebook;
}

function start(): TestNode {
  const home = startNode(inForce, { madeBy: testVersions }, withReceipts);
  started.push(home);
  return home;
}

type Ids = { readonly userId?: string; readonly anonymousId?: string };

function view(ids: Ids, timestamp: number) {
  const { userId: _ada, ...event } = track('Product Viewed', { timestamp });
  return { ...event, ...ids };
}

async function order(home: TestNode, ids: Ids) {
  home.clock.time += minute;
  const { userId: _ada, ...event } = track('Order Completed', { timestamp: home.clock.time });
  await home.node.ingest([{ ...event, ...ids, properties: { revenue: 10 } }]);
  await home.node.settled();
  home.clock.time += minute;
}

function gather(home: TestNode, options: Partial<ExperimentLogOptions> = {}): Promise<ExperimentsOfLog> {
  return gatherFromLog({
    ...{ partitions: 4, log: home.ports.log, receipts: receiptsOf(home), rulebook: inForce },
    ...{ experiments: inForce.experiments, since: noon - 1, until: home.clock.time, logKeptMs: undefined },
    bookOf: async (version) => (version === inForce.version ? inForce : undefined),
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...options,
  });
}

function found({ experiments }: ExperimentsOfLog, name: string) {
  const gathered = experiments.find(({ experiment }) => experiment.name === name);
  if (!gathered) throw new Error(`no experiment ${name}`);
  return gathered;
}

function experimentOf({ experiments }: Rulebook, name: string): Experiment {
  const experiment = experiments.find((each) => each.name === name);
  if (!experiment) throw new Error(`no experiment ${name}`);
  return experiment;
}

test('finds everybody who was decided on in the arm of the decision, those who were held out too', async () => {
  const home = start();
  for (const customer of people) await ask(home, { customer, placements: ['hero'] });
  for (let index = 0; index < people.length; index += 3) await order(home, { userId: `person-${index}` });
  await home.node.settled();
  const told = await gather(home);
  expect(told).toMatchObject({ decisions: people.length, leftOut: { unknownBooks: 0, tooLarge: 0 } });
  for (const name of ['universal', 'offer', 'duel']) {
    const experiment = experimentOf(inForce, name);
    const { arms, knowsBefore } = found(told, name);
    expect(knowsBefore).toBe(true);
    for (const { arm, customers, converted } of arms) {
      const dealt = people.filter((key) => armOf(experiment, key) === arm);
      expect(customers).toBe(dealt.length);
      expect(converted).toBe(dealt.filter((key) => people.indexOf(key) % 3 === 0).length);
    }
  }
});

test('follows a customer through a merge', async () => {
  const home = start();
  const offer = experimentOf(inForce, 'offer');
  const visitors = Array.from({ length: 40 }, (_, index) => anonymousKey(`v${index}`));
  const visitor = visitors.find((key) => armOf(offer, key) === 'a') as CustomerKey;
  const user = people.find((key) => armOf(offer, key) === 'b') as CustomerKey;
  const anonymousId = visitor.slice(visitor.indexOf(':') + 1);
  const userId = user.slice(user.indexOf(':') + 1);
  await home.node.ingest([view({ anonymousId }, home.clock.time)]);
  await home.node.settled();
  await ask(home, { customer: visitor, placements: ['hero'] });
  home.clock.time += minute;
  await ask(home, { customer: user, placements: ['hero'] });
  home.clock.time += minute;
  await home.node.ingest([
    track('identify', { type: 'identify', anonymousId, userId, timestamp: home.clock.time }),
  ]);
  await home.node.settled();
  home.clock.time += minute;
  const { decision } = await ask(home, { customer: user, placements: ['hero'] });
  expect(decision.arms).toContainEqual({ experiment: 'offer', arm: 'a' });
  await order(home, { anonymousId });
  const { arms } = found(await gather(home), 'offer');
  expect(arms).toMatchObject([
    { arm: 'a', customers: 1, converted: 1, conversions: 1, metOtherArm: 1 },
    { arm: 'b', customers: 0 },
  ]);
});

test('counts decisions whose rulebook is not kept', async () => {
  const home = start();
  await ask(home, { customer: userKey('person-0'), placements: ['hero'] });
  await home.node.settled();
  const told = await gather(home, { bookOf: async () => undefined });
  expect(told).toMatchObject({ decisions: 0, leftOut: { unknownBooks: 1, tooLarge: 0 } });
});

test('refuses a period of which some is not kept', async () => {
  const home = start();
  await home.node.ingest([view({ userId: 'person-0' }, noon)]);
  await ask(home, { customer: userKey('person-0'), placements: ['hero'] });
  await home.node.settled();
  home.clock.time += 40 * day;
  const { log } = home.ports;
  const cut = overriding(log, { first: async () => 7 });
  await expect(gather(home, { log: cut, logKeptMs: 7 * day })).rejects.toThrow(
    'the log is kept for 7 days (NEXTBEST_LOG_DAYS): ask for --since 7d or less',
  );
  const receipts = overriding(receiptsOf(home), { keptMs: async () => 30 * day });
  await expect(gather(home, { receipts })).rejects.toThrow(
    'receipts of decisions are kept for 30 days (NEXTBEST_RECEIPT_DAYS): ask for --since 30d or less',
  );
});
