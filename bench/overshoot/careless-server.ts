import { RedisStateStore } from '../../adapters/redis/redis-state-store.ts';
import type { Commit, CommitResult } from '../../engine/ports.ts';

/**
 * The server with one thing changed: what a commit may do is checked first and stored then, in two steps, as it is where
 * caps are read from a store and written back. It checks the same things, and never decides on a document that it knows
 * to be old; what it cannot see is what another server does between the steps.
 */
const store = RedisStateStore.prototype;
const commitChecked = store.commit;

async function checkThenSet(this: RedisStateStore, commit: Commit): Promise<CommitResult> {
  // The runner's commits move the checkpoint and are left alone: contacts are what this is about.
  if (commit.checkpoint) return commitChecked.call(this, commit);
  const keys = commit.documents.map(({ key }) => key);
  const stored = await this.load(commit.partition, keys);
  const changed = commit.documents.flatMap(({ key, expected }, index) =>
    stored[index]?.nonce === expected ? [] : [[key, stored[index]] as const],
  );
  if (changed.length > 0) return { kind: 'conflict', documents: new Map(changed) };
  return set(this, commit);
}

/** Stores it over whatever is there. */
async function set(to: RedisStateStore, commit: Commit): Promise<CommitResult> {
  let unlimited: Commit = {
    ...commit,
    counters: commit.counters.map(({ name, add }) => ({ name, add })),
  };
  for (;;) {
    const result = await commitChecked.call(to, unlimited);
    if (result.kind !== 'conflict') return result;
    const { documents: newer } = result;
    const documents = unlimited.documents.map((write) =>
      newer.has(write.key) ? { ...write, expected: newer.get(write.key)?.nonce } : write,
    );
    unlimited = { ...unlimited, documents };
  }
}

store.commit = checkThenSet;
process.argv.splice(2, process.argv.length, 'serve');
await import('../../adapters/cli/nextbest.ts');
