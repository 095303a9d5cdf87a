import { LmdbDatabase } from '../../../adapters/lmdb/lmdb-database.ts';
import { LmdbStateStore } from '../../../adapters/lmdb/lmdb-state-store.ts';
import { LmdbTouchpointLog } from '../../../adapters/lmdb/lmdb-touchpoint-log.ts';
import { systemClock } from '../../../adapters/system/system-clock.ts';
import { systemTiming } from '../../../adapters/system/timing.ts';
import { defaultTenant, type Nonce, userKey } from '../../../engine/model/ids.ts';
import { eventMessage, indexes, partition } from '../../conformance/samples.ts';
import { bytes } from '../../conformance/state-store/state-store-subject.ts';

/**
 * A process that writes until it is killed, and prints a line for each write that was acknowledged: `append <n>` or
 * `commit <n>`. Every commit gives all documents, the checkpoint and the counter the same number.
 */

const zero = partition(0);
const directory = process.argv[2] ?? '';
const database = await LmdbDatabase.open({ directory, partitions: 8 });
const world = { tenant: defaultTenant, clock: systemClock, timing: systemTiming };
const log = new LmdbTouchpointLog(database, world);
const store = new LmdbStateStore(database, world);

async function appendForEver(): Promise<never> {
  for (let number = (await log.head(zero)) / 20; ; number += 1) {
    await log.append(indexes(20).map((index) => eventMessage(`${number}/${index}`, zero)));
    process.stdout.write(`append ${number}\n`);
  }
}

async function commitForEver(): Promise<never> {
  for (;;) {
    const expected = await store.checkpoint(zero);
    const number = expected.sequence + 1;
    const nonce = `n${number}` as Nonce;
    const documents = indexes(200).map((index) => ({
      key: `u:${index}`,
      expected: number === 1 ? undefined : expected.nonce,
      nonce,
      value: bytes(JSON.stringify({ number, padding: 'x'.repeat((number * 37 + index) % 3_000) })),
    }));
    const result = await store.commit({
      partition: zero,
      checkpoint: { expected, next: { sequence: number, time: number, nonce, trail: [] } },
      documents,
      timers: [{ key: userKey('0'), clock: 'wall', due: number }],
      outbox: [{ id: `o${number}`, to: 'log', message: eventMessage(`o${number}`, zero) }],
      records: [{ id: `r${number}`, value: String(number), expiresAt: systemClock.now() + 3_600_000 }],
      counters: [{ name: 'commits', add: 1 }],
    });
    if (result.kind !== 'committed') throw new Error(`the only writer was refused: ${result.kind}`);
    process.stdout.write(`commit ${number}\n`);
  }
}

await Promise.all([appendForEver(), commitForEver()]);
