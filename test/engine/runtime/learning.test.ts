import { describe, expect, it } from 'vitest';
import { LmdbStateStore } from '../../../adapters/lmdb/lmdb-state-store.ts';
import { MemoryReceiptStream } from '../../../adapters/memory/memory-receipt-stream.ts';
import { MemoryStateStore } from '../../../adapters/memory/memory-state-store.ts';
import { digestState } from '../../../adapters/system/state-digest.ts';
import {
  defaultTenant,
  limits,
  type Ports,
  type Rulebook,
  rebuildStore,
  reexecute,
  userKey,
  verifyStore,
} from '../../../engine/index.ts';
import type { ModelSnapshot } from '../../../engine/model/model-snapshot.ts';
import { ModelKeeper } from '../../../engine/runtime/model-keeper.ts';
import type { ModelsReport } from '../../../engine/runtime/models-report.ts';
import { followsFromLog } from '../../../engine/runtime/own-documents.ts';
import { RowCache } from '../../../engine/runtime/row-cache.ts';
import { overLmdb } from '../../conformance/lmdb-folder.ts';
import { bookOf } from '../support/book.ts';
import { track } from '../support/events.ts';
import { base64Of } from '../support/fold.ts';
import { ask, startNode, type TestNode } from '../support/node.ts';

/** Two actions that are worth the same; what somebody likes depends on the plan alone. A trigger asks for a push as well. */
const yaml = `
channels:
  web: { direction: pull }
  push: { direction: push }
placements:
  hero: { channel: web, limit: 1 }
  message: { channel: push, limit: 1 }
triggers:
  seen: { on: Product Viewed, ask: message }
arbitration: { exploration: 1, prior: { positives: 1, negatives: 9 } }
learning: { predictors: [context.plan, context.device], signals: strong }
---
action: opera
group: a/b
value: 1
treatments: { web: { channel: web, content: {} }, push: { channel: push, content: {} } }
---
action: football
group: a/b
value: 1
treatments: { web: { channel: web, content: {} }, push: { channel: push, content: {} } }
`;

const likes: Readonly<Record<string, string>> = { free: 'football', gold: 'opera' };
const plans = ['free', 'gold'] as const;
const devices = ['phone', 'desk', 'pad'] as const;

/** Pauses that are long in life are short here. */
function hurried(ports: Ports): Ports {
  const sleep: Ports['timing']['sleep'] = (ms, signal) => ports.timing.sleep(Math.min(ms, 2), signal);
  return { ...ports, timing: { sleep } };
}

function startLearning(rulebook: Rulebook, wrap: (ports: Ports) => Ports = (ports) => ports): TestNode {
  return startNode(rulebook, { learns: true, partitions: 2, madeBy: { nextbest: 'test' } }, (ports) =>
    wrap(hurried(ports)),
  );
}

let serial = 0;

/** So many decisions with their outcomes, each for somebody new. */
async function visits(test: TestNode, count: number): Promise<void> {
  for (let visit = 0; visit < count; visit += 1) {
    serial += 1;
    const plan = plans[serial % 2] as string;
    const device = devices[serial % 3] as string;
    const { decision } = await ask(test, {
      customer: userKey(`visitor-${serial}`),
      context: { plan, device },
    });
    const [shown] = decision.placements[0]?.treatments ?? [];
    const isLiked = shown?.action === likes[plan];
    // One in five does otherwise.
    if (isLiked !== (serial % 5 === 0)) {
      await test.node.recordOutcome({ decisionId: decision.id, outcome: 'conversion' });
    }
    test.clock.time += 20;
  }
  await test.node.settled();
}

/** What the requests score with, as the next look of any node finds it. */
async function modelOf({ ports }: TestNode): Promise<ModelSnapshot> {
  const keeper = new ModelKeeper({ tenant: defaultTenant, partitions: 2, ...ports }, new RowCache());
  await keeper.refreshRows();
  return keeper.current();
}

/** Time passes until it is so. */
async function until(test: TestNode, isSo: (model: ModelSnapshot) => boolean): Promise<ModelSnapshot> {
  for (let look = 0; look < 2_000; look += 1) {
    const model = await modelOf(test);
    if (isSo(model)) return model;
    test.clock.time += 500;
    await test.ports.timing.sleep(5);
  }
  throw new Error(`it never was: ${JSON.stringify(test.troubles.map(String))}`);
}

function trialsOf(model: ModelSnapshot): number {
  let trials = 0;
  for (const row of model.scoring?.sets[0]?.rows.values() ?? []) trials += row.trials;
  return trials;
}

/** Collects contexts, makes a code, and learns from so many visits. */
async function learned(test: TestNode, count: number): Promise<ModelSnapshot> {
  await until(test, ({ scoring }) => scoring?.collecting !== undefined);
  while ((await modelOf(test)).scoring?.sets.length !== 1) {
    await visits(test, 40);
    test.clock.time += limits.learnerStoreMs;
  }
  await visits(test, count);
  return until(test, (model) => trialsOf(model) >= count);
}

/** The report once nothing waits to be learned any more. */
async function allLearned(test: TestNode): Promise<ModelsReport> {
  for (let look = 0; look < 2_000; look += 1) {
    const report = await test.node.models();
    if (report.waiting === 0) return report;
    test.clock.time += 500;
    await test.ports.timing.sleep(5);
  }
  throw new Error(`something still waits: ${JSON.stringify(test.troubles.map(String))}`);
}

async function PsOf(test: TestNode, plan: string): Promise<Readonly<Record<string, number>>> {
  const { decision } = await ask(test, {
    customer: userKey(`asks-${plan}`),
    context: { plan, device: 'phone' },
    limit: 1,
  });
  const odds = decision.placements[0]?.odds;
  return Object.fromEntries((odds?.options ?? []).map((name, index) => [name, odds?.P[index] ?? 0]));
}

const weighedYaml = yaml.replace('exploration: 1,', 'exploration: { floor: 0.02 },');

describe('a node that learns', () => {
  it('comes to propensities that depend on who asks', async () => {
    const test = startLearning(bookOf(yaml));
    try {
      await learned(test, 300);
      test.rulebook = bookOf(weighedYaml);
      const free = await PsOf(test, 'free');
      const gold = await PsOf(test, 'gold');
      expect(free['football/web']).toBeGreaterThan(2 * (free['opera/web'] ?? 1));
      expect(gold['opera/web']).toBeGreaterThan(2 * (gold['football/web'] ?? 1));
      expect(test.troubles).toEqual([]);
    } finally {
      await test.node.stop();
    }
  });

  it('does so on the embedded store as well', async () => {
    const clock = { now: () => test.clock.time };
    const lmdb = await overLmdb((database) => ({
      store: new LmdbStateStore(database, { tenant: defaultTenant, clock }),
    }));
    const test = startLearning(bookOf(yaml), (ports) => ({ ...ports, store: lmdb.store }));
    try {
      await learned(test, 250);
      const { codes } = await allLearned(test);
      test.rulebook = bookOf(weighedYaml);
      const free = await PsOf(test, 'free');
      const gold = await PsOf(test, 'gold');
      expect(free['football/web']).toBeGreaterThan(1.2 * (gold['football/web'] ?? 1));
      expect(gold['opera/web']).toBeGreaterThan(1.2 * (free['opera/web'] ?? 1));
      expect(codes[0]?.models.map(({ action, treatment }) => `${action}/${treatment}`)).toContain(
        'opera/web',
      );
      // What the first few outcomes of one model say is chance; all of them together say more.
      const { judgement, models = [] } = codes[0] ?? {};
      const sumOf = (value: (model: (typeof models)[number]) => number) =>
        models.reduce((sum, model) => sum + value(model), 0);
      expect(judgement?.trials).toBe(sumOf(({ trials }) => trials));
      expect(judgement?.positives).toBe(sumOf(({ positives }) => positives));
      expect(judgement?.logLoss).toBeLessThan(judgement?.rate.logLoss ?? 0);
      expect(judgement?.rate.lift).toBeGreaterThan(0);
      expect(judgement?.naiveBayes.logLoss).toBeLessThan(judgement?.rate.logLoss ?? 0);
      expect(judgement?.naiveBayes.auc).toBeGreaterThan(0.5);
      for (const { rate, foretold } of models) expect(Math.abs(rate - foretold)).toBeLessThan(0.25);
    } finally {
      await test.node.stop();
      await lmdb.close();
    }
  });

  it('learns under the next list of predictors beside the one in use', async () => {
    const test = startLearning(bookOf(yaml));
    try {
      await learned(test, 40);
      test.rulebook = bookOf(yaml.replace('[context.plan, context.device]', '[context.plan]'));
      await until(test, ({ scoring }) => scoring?.collecting?.length === 1);
      while ((await modelOf(test)).scoring?.sets.length !== 2) await visits(test, 40);
      await visits(test, 40);
      const model = await until(test, ({ scoring }) => (scoring?.sets[1]?.rows.size ?? 0) === 2);
      expect(model.scoring?.sets.map(({ code }) => code.number)).toEqual([1, 2]);
      expect(model.scoring?.collecting).toBeUndefined();
      expect(test.troubles).toEqual([]);
    } finally {
      await test.node.stop();
    }
  });

  it('LR2: counts every lesson once among four nodes that all take themselves for the learner', async () => {
    const test = startLearning(bookOf(yaml));
    const others = [test.another(), test.another(), test.another()];
    try {
      const model = await learned(test, 120);
      const { codes } = await test.node.models();
      const trials = codes[0]?.models.reduce((sum, { trials: each }) => sum + each, 0);
      expect(trials).toBe(trialsOf(model));
      const asked = { customer: userKey('same'), context: { plan: 'gold', device: 'pad' } };
      const versions = new Set<number>();
      for (const node of [test, ...others]) versions.add((await ask(node, asked)).decision.model);
      expect(versions.size).toBeLessThanOrEqual(2);
    } finally {
      await Promise.all([test, ...others].map(({ node }) => node.stop()));
    }
  });

  it('lets its journals go once what they taught is safely stored', async () => {
    const test = startLearning(bookOf(yaml));
    try {
      await learned(test, 40);
      await until(test, () => true);
      for (let round = 0; round < 2_000 && (await journalsOf(test)) > 0; round += 1) {
        test.clock.time += 4_000;
        await test.ports.timing.sleep(5);
      }
      expect(await journalsOf(test)).toBe(0);
    } finally {
      await test.node.stop();
    }
  });

  it('keeps receipts from which a decision comes out again, without the rows', async () => {
    const rulebook = bookOf(weighedYaml, 'weighed');
    const test = startLearning(bookOf(yaml), (ports) => ({
      ...ports,
      receipts: new MemoryReceiptStream(ports),
    }));
    try {
      await learned(test, 60);
      test.rulebook = rulebook;
      const { decision } = await ask(test, {
        customer: userKey('receipt'),
        context: { plan: 'gold', device: 'pad' },
      });
      const receipt = await test.node.receipt(decision.id);
      if (!receipt) throw new Error('there is no receipt');
      expect(Object.keys(receipt.input?.model.estimates ?? {}).sort()).toEqual(['football/web', 'opera/web']);
      expect(reexecute(receipt, rulebook, test.ports.sha256)?.matches).toBe(true);
      // Of two treatments; a row alone would take more.
      expect(JSON.stringify(receipt.input?.model).length).toBeLessThan(400);
    } finally {
      await test.node.stop();
    }
  });
});

async function journalsOf({ ports }: TestNode): Promise<number> {
  let count = 0;
  for await (const { key } of ports.store.documents()) if (key.startsWith('p:lessons:')) count += 1;
  return count;
}

/** Everything that the log alone tells. */
async function toldByLog({ ports }: TestNode): Promise<Readonly<Record<string, string>>> {
  const documents: Record<string, string> = {};
  for await (const { partition, key, value } of ports.store.documents()) {
    if (followsFromLog(key)) documents[`${partition} ${key}`] = base64Of(value);
  }
  return documents;
}

describe('a store that is rebuilt where models decide', () => {
  it('comes to the same customers, evidence and rows, and a verification agrees', async () => {
    const rulebook = bookOf(weighedYaml);
    const test = startLearning(rulebook);
    await learned(test, 60);
    const pushed = () => test.decisions.filter(({ cause }) => cause.kind === 'trigger').length;
    for (let round = 0; round < 3; round += 1) {
      await visits(test, 30);
      test.clock.time += limits.publishRowsMs;
      await until(test, (model) => model.scoring !== undefined);
      for (let event = 0; event < 20; event += 1) {
        await test.node.ingest([track('Product Viewed', { userId: `visitor-${serial - event}` })]);
      }
      await test.node.settled();
    }
    await test.node.stop();
    // What was published last is still in the log alone.
    const follower = test.another(undefined, { learns: false });
    await follower.node.settled();
    await follower.node.stop();
    const before = await toldByLog(test);
    expect(pushed()).toBeGreaterThan(0);
    expect(Object.keys(before).some((key) => key.includes('p:models:'))).toBe(true);
    const { digest } = await digestState(test.ports.store);

    const run = {
      tenant: defaultTenant,
      partitions: 2,
      ports: test.ports,
      rulebook,
      recordMs: limits.decisionRecordMsDefault,
      signal: new AbortController().signal,
      onProgress: () => undefined,
      observer: observer(),
    };
    const verify = () =>
      verifyStore({ ...run, newStore: () => new MemoryStateStore(test.ports), tellMax: 5 });
    expect(await verify()).toMatchObject({ differing: 0, waiting: 0, moved: [] });
    await test.ports.store.wipe();
    await rebuildStore({ ...run, inForceSince: 0 });
    expect(await toldByLog(test)).toEqual(before);
    expect((await digestState(test.ports.store)).digest).toBe(digest);
    expect(await verify()).toMatchObject({ differing: 0 });

    const again = test.another();
    try {
      // From the journals of the whole log, under the codes that the log tells of.
      const model = await until(again, (now) => trialsOf(now) >= 60);
      expect(model.scoring?.sets).toHaveLength(1);
    } finally {
      await again.node.stop();
    }
  });
});

function observer() {
  const ignore = () => undefined;
  return {
    applied: ignore,
    decided: ignore,
    conflicted: ignore,
    deadLettered: ignore,
    repaired: ignore,
    restarted: ignore,
    troubled: (_what: string, error: unknown) => {
      throw error;
    },
    advanced: ignore,
  };
}
