import { loadRulebook } from '../../adapters/rule-files/load-rulebook.ts';
import { readConfig } from '../../adapters/system/config.ts';
import { openLibraries } from '../../adapters/wiring/libraries.ts';
import { openNode } from '../../adapters/wiring/open-node.ts';
import { openStorage } from '../../adapters/wiring/open-storage.ts';
import { defaultTenant, type Observer } from '../../engine/index.ts';
import type { Commit, OutboxItem } from '../../engine/ports.ts';
import { messagesOf, partitions } from './workload.ts';

/** What the commits of the workload hold, so that a consumer without rules can store as much. */
export interface CommitSizes {
  /** Mean bytes of a customer's document. */
  readonly documentBytes: number;
  /** Mean bytes of what a partition keeps of its own in one commit; 0 where it keeps nothing. */
  readonly ownBytes: number;
  readonly recordBytes: number;
  readonly recordsPerEvent: number;
  readonly timersPerEvent: number;
  /** One of each kind, and how many of it there are for an event. */
  readonly outbox: readonly { readonly item: OutboxItem; readonly perEvent: number }[];
}

const ignore = () => undefined;
const quiet: Observer = {
  ...{ applied: ignore, decided: ignore, conflicted: ignore, repaired: ignore, restarted: ignore },
  ...{ troubled: ignore, advanced: ignore },
  deadLettered: (reason) => {
    throw new Error(`a message of the workload was put aside: ${reason}`);
  },
};

/** Works the workload off once in memory, with the rules, and looks at what is stored. */
export async function commitSizes(rules: string, count: number): Promise<CommitSizes> {
  const { rulebook } = await loadRulebook({ folder: rules, libraries: openLibraries() });
  const config = readConfig({ NEXTBEST_PARTITIONS: String(partitions), NEXTBEST_STORE: 'memory' });
  const storage = await openStorage(config, ignore);
  const commits: Commit[] = [];
  const store = storage.store.commit.bind(storage.store);
  storage.store.commit = (commit) => {
    commits.push(commit);
    return store(commit);
  };
  const node = openNode(config, storage, { rulebook: () => rulebook, learns: true, observer: quiet });
  await storage.log.append(messagesOf(defaultTenant, { turn: 'trial', count }));
  await node.settled();
  await node.stop();
  await storage.close();
  return sizesOf(commits, count);
}

function sizesOf(commits: readonly Commit[], events: number): CommitSizes {
  const documents = commits.flatMap(({ documents }) => documents);
  const records = commits.flatMap(({ records }) => records);
  const outbox = commits.flatMap(({ outbox }) => outbox);
  const bytesOf = (isOwn: boolean) =>
    documents.filter(({ key }) => key.startsWith('p:') === isOwn).map(({ value }) => value?.byteLength ?? 0);
  const kinds = [...new Map(outbox.map((item) => [item.to, item])).values()];
  return {
    documentBytes: Math.round(mean(bytesOf(false))),
    ownBytes: Math.round(sum(bytesOf(true)) / commits.filter(({ checkpoint }) => checkpoint).length),
    recordBytes: Math.round(mean(records.map(({ value }) => value.length))),
    recordsPerEvent: records.length / events,
    timersPerEvent: commits.flatMap(({ timers }) => timers).length / events,
    outbox: kinds.map((item) => ({
      item,
      perEvent: outbox.filter(({ to }) => to === item.to).length / events,
    })),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : sum(values) / values.length;
}
