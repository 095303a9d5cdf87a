import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectNats, type JetStreamConnection } from '../../../adapters/nats/connect-nats.ts';
import { ensureStreams } from '../../../adapters/nats/ensure-streams.ts';
import { NatsTouchpointLog } from '../../../adapters/nats/nats-touchpoint-log.ts';
import { defaultTenant } from '../../../engine/index.ts';
import { eventMessage, indexes, partition } from '../../conformance/samples.ts';
import { type NatsCluster, startNatsCluster } from '../../support/nats-cluster.ts';

const zero = partition(0);
const patience = { timeout: 90_000, interval: 100 };

let cluster: NatsCluster;
let connection: JetStreamConnection | undefined;
let log: NatsTouchpointLog;

beforeAll(async () => {
  cluster = await startNatsCluster();
  connection = await connectNats({ url: cluster.url, connectMs: 30_000 });
  log = new NatsTouchpointLog({ connection, tenant: defaultTenant });
  await ensureStreams(connection, { tenant: defaultTenant, replicas: 3, patienceMs: 60_000 });
}, 90_000);

afterAll(async () => {
  await connection?.close();
  await cluster.stop();
});

async function leader(): Promise<string | undefined> {
  return (await connection?.manager.streams.info('NEXTBEST_LOG'))?.cluster?.leader;
}

/** Appends until the log takes it, as its callers do: a repeated message is dropped by its id. */
async function insist(batch: number): Promise<void> {
  const messages = indexes(10).map((index) => eventMessage(`${batch}/${index}`, zero));
  await expect.poll(() => log.append(messages).then(() => 'taken', String), patience).toBe('taken');
}

describe('a cluster of three servers', () => {
  it('loses nothing that was acknowledged, and repeats nothing, when the leader of the log is killed twice', async () => {
    const batches = 30;
    const reader = log.read(zero, 0);
    const seen: string[] = [];
    const reading = (async () => {
      while (seen.length < batches * 10) {
        const entries = await reader.next({ max: 200, waitMs: 1_000 });
        seen.push(...entries.map(({ message }) => message.id));
      }
    })();
    for (let batch = 0; batch < batches; batch += 1) {
      if (batch === 10 || batch === 20) {
        const killed = cluster.server((await leader()) ?? '');
        await killed.kill();
        await insist(batch);
        await killed.restart();
      } else await insist(batch);
    }
    await reading;
    await reader.close();
    const expected = indexes(batches).flatMap((batch) => indexes(10).map((index) => `${batch}/${index}`));
    expect([...seen].sort()).toEqual([...expected].sort());
  }, 180_000);
});
