import { afterEach, describe, expect, it } from 'vitest';
import {
  anonymousKey,
  CodedError,
  type CustomerKey,
  limits,
  type Partition,
  type Ports,
  userKey,
} from '../../../engine/index.ts';
import type { Commit, CommitResult, StateStore, Timing } from '../../../engine/ports.ts';
import { bookOf, shopYaml } from '../support/book.ts';
import { track } from '../support/events.ts';
import { overriding, withoutPartitions } from '../support/faulty-store.ts';
import { ask, startNode, type TestNode } from '../support/node.ts';

/**
 * Folds and requests that meet at one document (FP1-FP4). The store takes so many turns of the event loop for a commit,
 * so that of a fold and a loop of requests the fold always comes too late, and of two loops none always does.
 */
const turnsOfRequests = [1, 4, 2, 3];
const turnsOfFold = 30;

const running: TestNode[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map(({ node }) => node.stop()));
});

/** What became of the commits of folds. */
class Folds {
  /** Called instead of the store once a fold was refused. */
  instead: ((commit: Commit) => Promise<CommitResult>) | undefined;
  refusals = 0;
  /** The most refusals of one batch. */
  refusalsInARowMax = 0;
  readonly #inARow = new Map<Partition, number>();

  async commit(wanted: Commit, store: StateStore): Promise<CommitResult> {
    await turns(turnsOfFold);
    const result = await (this.instead && this.refusals > 0 ? this.instead(wanted) : store.commit(wanted));
    const isRefused = result.kind === 'conflict';
    const inARow = isRefused ? (this.#inARow.get(wanted.partition) ?? 0) + 1 : 0;
    this.#inARow.set(wanted.partition, inARow);
    this.refusals += isRefused ? 1 : 0;
    this.refusalsInARowMax = Math.max(this.refusalsInARowMax, inARow);
    return result;
  }
}

function start(wrap: (ports: Ports) => Ports = (ports) => ports) {
  const folds = new Folds();
  const test = startNode(bookOf(shopYaml), {}, (ports) => wrap(inTurns(ports, folds)));
  running.push(test);
  return { test, folds };
}

function inTurns(ports: Ports, folds: Folds): Ports {
  const { store } = ports;
  let commits = 0;
  const commit = async (wanted: Commit): Promise<CommitResult> => {
    if (wanted.checkpoint) return folds.commit(wanted, store);
    commits += 1;
    await turns(turnsOfRequests[commits % turnsOfRequests.length] ?? 1);
    return store.commit(wanted);
  };
  return { ...ports, store: overriding<StateStore>(store, { commit }) };
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Some hundreds are answered while a session is taken up anew, which takes its time; a fold that starves waits for ever. */
const timesMax = 5_000;

/** Asks again as soon as there is an answer; tells how often it was answered until the rest was done. */
async function askUntil(test: TestNode, isDone: () => boolean, customer = userKey('ada')): Promise<number> {
  let times = 0;
  for (; times < timesMax && !isDone(); times += 1) await ask(test, { customer });
  return times;
}

/** Events that were applied. */
function applied({ notes }: TestNode): number {
  return notes.filter((note) => note === 'event:applied').length;
}

/** A gate, closed until it is opened. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describe('an event of a customer who is asked without a pause', () => {
  it('is applied after two refusals at most', async () => {
    const { test, folds } = start();
    await test.node.ingest([track('Order Completed')]);
    expect(await askUntil(test, () => applied(test) === 1)).toBeLessThan(timesMax);
    expect(folds.refusals).toBeGreaterThan(0);
    expect(folds.refusalsInARowMax).toBeLessThanOrEqual(2);
  });

  it('is applied although another id leads to the customer, which is asked as well', async () => {
    const { test, folds } = start();
    await test.node.ingest([track('identify', { type: 'identify', anonymousId: 'phone' })]);
    await test.node.settled();
    const before = applied(test);
    await test.node.ingest([track('Order Completed')]);
    const isDone = () => applied(test) > before;
    const customers: readonly CustomerKey[] = [userKey('ada'), anonymousKey('phone')];
    const times = await Promise.all(customers.map((customer) => askUntil(test, isDone, customer)));
    expect(Math.max(...times)).toBeLessThan(timesMax);
    expect(folds.refusalsInARowMax).toBeLessThanOrEqual(2);
  });

  it('is applied in one batch with those of many others who are asked as well', async () => {
    const { test, folds } = start();
    const names = Array.from({ length: 12 }, (_, number) => `user-${number}`);
    await test.node.ingest(names.map((userId) => track('Order Completed', { userId })));
    const isDone = () => applied(test) === names.length;
    const times = await Promise.all(names.map((name) => askUntil(test, isDone, userKey(name))));
    expect(Math.max(...times)).toBeLessThan(timesMax);
    expect(folds.refusals).toBeGreaterThan(0);
    expect(folds.refusalsInARowMax).toBeLessThanOrEqual(2);
  });
});

describe('an event of a customer who consents and withdraws without a pause', () => {
  it('is applied after two refusals at most as well', async () => {
    const { test, folds } = start();
    let times = 0;
    for (; times < timesMax && applied(test) === 0; times += 1) {
      await test.node.ingest([track(times % 2 === 0 ? 'Newsletter Subscribed' : 'Newsletter Unsubscribed')]);
    }
    expect(times).toBeLessThan(timesMax);
    expect(folds.refusals).toBeGreaterThan(0);
    expect(folds.refusalsInARowMax).toBeLessThanOrEqual(2);
  });
});

describe('a request that waits for a fold', () => {
  it('goes on when the fold fails, and those of other customers go on meanwhile', async () => {
    const { test, folds } = start();
    const { opened, open } = gate();
    folds.instead = async () => {
      await opened;
      throw new CodedError('NB_STORE_UNAVAILABLE', 'the store did not answer in time');
    };
    await test.node.ingest([track('Order Completed')]);
    let hasEnded = false;
    const asked = askUntil(test, () => hasEnded).then((times) => {
      expect(times).toBeLessThan(timesMax);
    });
    await expect.poll(() => folds.refusals).toBe(1);
    for (let time = 0; time < 50; time += 1) await ask(test, { customer: userKey('bob') });
    open();
    await expect.poll(() => test.troubles.length).toBeGreaterThan(0);
    await ask(test);
    hasEnded = true;
    folds.instead = undefined;
    await asked;
  });

  it('goes on when the session is given up, which never hears of its commit', async () => {
    const { opened, open } = gate();
    const { test, folds } = start((ports) => {
      const sleep: Timing['sleep'] = async (ms, signal) => {
        if (ms !== limits.stalledMs / 2) return ports.timing.sleep(ms, signal);
        // Whether the session has moved is asked only once it hangs, and then without a pause.
        await (test.restarts.length === 0 ? opened : ports.timing.sleep(ms, signal));
      };
      return { ...ports, timing: { sleep } };
    });
    folds.instead = () => {
      open();
      folds.instead = undefined;
      return new Promise(() => undefined);
    };
    await test.node.ingest([track('Order Completed')]);
    expect(await askUntil(test, () => applied(test) === 1)).toBeLessThan(timesMax);
    expect(test.restarts).toHaveLength(1);
  });

  it('has its turn although the requests of another node refuse the fold for ever', async () => {
    const { test, folds } = start();
    const other = test.another(withoutPartitions);
    running.push(other);
    await test.node.ingest([track('Order Completed')]);
    let isAnswered = false;
    const asking = askUntil(other, () => isAnswered);
    await expect.poll(() => folds.refusals).toBeGreaterThan(0);
    expect((await ask(test)).repeated).toBe(false);
    isAnswered = true;
    await asking;
    await test.node.settled();
    expect(applied(test)).toBe(1);
  });
});
