import type { Nonce } from '../../engine/index.ts';
import type { Checkpoint, Commit, StateStore } from '../../engine/ports.ts';
import { overriding } from '../engine/support/faulty-store.ts';

/** A store whose versions are 1, 2, 3: after a fail-over the same number comes again for something else. */
export function countVersions(store: StateStore): StateStore {
  const counted = new Map<Nonce, Nonce>();
  /** The checkpoint that this node wrote last, under both names. */
  let own: { readonly nonce: Nonce; readonly count: Nonce } | undefined;
  const known = (nonce: Nonce): Nonce => counted.get(nonce) ?? nonce;
  const after = (expected: Nonce | undefined, nonce: Nonce): Nonce => {
    const count = String(Number(expected === undefined ? 0 : known(expected)) + 1) as Nonce;
    counted.set(nonce, count);
    return count;
  };
  const counting = ({
    expected,
    next,
  }: NonNullable<Commit['checkpoint']>): NonNullable<Commit['checkpoint']> => {
    own = { nonce: next.nonce, count: after(expected.nonce, next.nonce) };
    return { expected: { ...expected, nonce: known(expected.nonce) }, next: { ...next, nonce: own.count } };
  };
  return overriding<StateStore>(store, {
    checkpoint: async (partition): Promise<Checkpoint> => {
      const stored = await store.checkpoint(partition);
      return own?.count === stored.nonce ? { ...stored, nonce: own.nonce } : stored;
    },
    commit: (commit) => {
      const documents = commit.documents.map((write) => ({
        ...write,
        expected: write.expected === undefined ? undefined : known(write.expected),
        nonce: write.nonce === write.expected ? known(write.nonce) : after(write.expected, write.nonce),
      }));
      const { checkpoint, ...rest } = commit;
      return store.commit({ ...rest, documents, ...(checkpoint && { checkpoint: counting(checkpoint) }) });
    },
  });
}
