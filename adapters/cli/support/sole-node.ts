import { CodedError, limits, type Partition } from '../../../engine/index.ts';
import type { Storage } from '../../wiring/open-storage.ts';

/**
 * Takes all partitions for this process, so that no server works on them meanwhile. Rejects with NB_DATA_IN_USE when a
 * server holds some; one that died gives them back within the time of a lease.
 */
export async function becomeSoleNode(
  storage: Pick<Storage, 'leases' | 'timing'>,
  partitions: number,
): Promise<{ readonly close: () => Promise<void> }> {
  const { leases, timing } = storage;
  const all = Array.from({ length: partitions }, (_, number) => number as Partition);
  let held = (await leases.hold(all)).length;
  for (let attempt = 0; held < partitions && attempt < 4; attempt += 1) {
    await timing.sleep(limits.leaseMs / 2);
    held = (await leases.hold(all)).length;
  }
  if (held < partitions) {
    await leases.release(all);
    const detail = `a server works on ${partitions - held} of ${partitions} partitions. Stop all servers first.`;
    throw new CodedError('NB_DATA_IN_USE', detail);
  }
  const stopping = new AbortController();
  const renewing = renew(storage, all, stopping.signal);
  return {
    close: async () => {
      stopping.abort();
      await renewing;
      await leases.release(all);
    },
  };
}

async function renew(
  { leases, timing }: Pick<Storage, 'leases' | 'timing'>,
  all: readonly Partition[],
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await timing.sleep(limits.leaseMs / 3, signal);
    // What is lost meanwhile shows in the commits, which are safe by themselves.
    await leases.hold(all).catch(() => undefined);
  }
}
