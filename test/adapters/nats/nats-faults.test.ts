import { AckPolicy, type JetStreamClient, type OrderedConsumerOptions } from '@nats-io/jetstream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectNats, type JetStreamConnection } from '../../../adapters/nats/connect-nats.ts';
import { ensureStreams } from '../../../adapters/nats/ensure-streams.ts';
import { NatsDecisionStream } from '../../../adapters/nats/nats-decision-stream.ts';
import { NatsReceiptStream } from '../../../adapters/nats/nats-receipt-stream.ts';
import { NatsTouchpointLog } from '../../../adapters/nats/nats-touchpoint-log.ts';
import { Subjects } from '../../../adapters/nats/subjects.ts';
import { sha256 } from '../../../adapters/system/sha256.ts';
import { CodedError } from '../../../engine/errors.ts';
import { type DecisionId, defaultTenant, userKey } from '../../../engine/model/ids.ts';
import type { LogReader } from '../../../engine/ports.ts';
import { emptyChain, nextEntry } from '../../../engine/receipts/chain.ts';
import { eventMessage, indexes, partition, publishedDecision } from '../../conformance/samples.ts';
import { emptyNats, startNats } from '../../support/nats-server.ts';
import type { TestServer } from '../../support/server-process.ts';

const zero = partition(0);
const forever = 50_000;
let server: TestServer;
let connection: JetStreamConnection;
let log: NatsTouchpointLog;

beforeAll(async () => {
  server = await startNats();
});
afterAll(() => server.stop());
beforeEach(async () => {
  await emptyNats(server);
  connection = await connectNats({ url: server.url });
  await ensureStreams(connection, { tenant: defaultTenant });
  log = new NatsTouchpointLog({ connection, tenant: defaultTenant });
});
afterEach(() => connection.close());

/** Appends until it succeeds; the id makes the repetition harmless. */
async function appendSurely(...ids: readonly string[]): Promise<void> {
  for (;;) {
    try {
      return await log.append(ids.map((id) => eventMessage(id, zero)));
    } catch (error) {
      expect(error).toMatchObject({ code: 'NB_LOG_UNAVAILABLE', retryable: true });
      // Whatever else waits, such as the client's reconnect, gets its turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

async function readUntil(reader: LogReader, id: string): Promise<readonly string[]> {
  const seen: string[] = [];
  while (seen.at(-1) !== id) {
    const entries = await reader.next({ max: 100, waitMs: forever });
    seen.push(...entries.map((entry) => entry.message.id));
  }
  return seen;
}

/** The first consumer begins at a sequence other than the one asked for, which is noted. */
function withFirstConsumerAt(
  whole: JetStreamConnection,
  sequence: number,
  asked: unknown[],
): JetStreamConnection {
  const get = async (stream: string, options: OrderedConsumerOptions) => {
    asked.push(options.opt_start_seq);
    const place = asked.length === 1 ? { opt_start_seq: sequence } : {};
    return whole.client.consumers.get(stream, { ...options, ...place });
  };
  return { ...whole, client: { consumers: { get } } as unknown as JetStreamClient };
}

describe('nats under faults', () => {
  it('does not take the receipts that came in time for all that a customer has', async () => {
    const name = new Subjects(defaultTenant).stream('receipts');
    const { config } = await connection.manager.streams.info(name);
    await connection.manager.streams.delete(name);
    await connection.manager.streams.add({ ...config, max_consumers: 1 });
    const receipts = new NatsReceiptStream({ connection, tenant: defaultTenant });
    const ada = userKey('ada');
    const text = JSON.stringify({ customer: ada });
    const receipt = { decision: '0-a' as DecisionId, customer: ada, digest: sha256(text), text };
    const entry = nextEntry({ partition: zero, sha256 }, emptyChain, { kind: 'kept', receipts: [] });
    await receipts.append(zero, { after: 0, entry, receipts: [receipt] });
    // The server still answers questions, and delivers nothing: it grants no second consumer.
    await connection.manager.consumers.add(name, { durable_name: 'other', ack_policy: AckPolicy.None });
    await expect(receipts.receiptsOf(zero, ada)).rejects.toMatchObject({ code: 'NB_LOG_UNAVAILABLE' });
    await connection.manager.consumers.delete(name, 'other');
    expect(await receipts.receiptsOf(zero, ada)).toHaveLength(1);
  });

  it('loses nothing acknowledged when the server is killed while messages are appended', async () => {
    const acknowledged: string[] = [];
    const reader = log.read(zero, 0);
    const calls: Promise<void>[] = [];
    const append = async (id: string): Promise<void> => {
      try {
        await log.append([eventMessage(id, zero)]);
        acknowledged.push(id);
      } catch (error) {
        expect(error).toBeInstanceOf(CodedError);
        expect(error).toMatchObject({ code: 'NB_LOG_UNAVAILABLE' });
      }
    };
    for (const index of indexes(1_500)) calls.push(append(`m${index}`));
    await calls[100];
    const killed = server.kill();
    for (const index of indexes(500)) calls.push(append(`n${index}`));
    await killed;
    await Promise.all(calls);
    await server.restart();
    await appendSurely('end');
    const seen = await readUntil(reader, 'end');
    await reader.close();
    expect(acknowledged.length).toBeGreaterThan(0);
    expect(acknowledged.filter((id) => !seen.includes(id))).toEqual([]);
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('goes on reading by itself after a restart, without a gap and without a repetition', async () => {
    const reader = log.read(zero, 0);
    await log.append(indexes(300).map((index) => eventMessage(`m${index}`, zero)));
    const first = await reader.next({ max: 50, waitMs: forever });
    await server.kill();
    await server.restart();
    await appendSurely('m300', 'm301');
    const rest = await readUntil(reader, 'm301');
    expect([...first.map((entry) => entry.message.id), ...rest]).toEqual(
      indexes(302).map((index) => `m${index}`),
    );
    await reader.close();
  });

  it('goes on reading when its consumer is deleted', async () => {
    const reader = log.read(zero, 0);
    await log.append([eventMessage('m0', zero)]);
    expect(await readUntil(reader, 'm0')).toEqual(['m0']);
    for await (const consumer of connection.manager.consumers.list('NEXTBEST_LOG')) {
      await connection.manager.consumers.delete('NEXTBEST_LOG', consumer.name);
    }
    await log.append([eventMessage('m1', zero), eventMessage('m2', zero)]);
    expect(await readUntil(reader, 'm2')).toEqual(['m1', 'm2']);
    await reader.close();
  });

  it('reads on where it stopped when its owner let the buffer run full', async () => {
    const batches = indexes(10).map((batch) => indexes(200).map((index) => `m${batch * 200 + index}`));
    for (const batch of batches) await log.append(batch.map((id) => eventMessage(id, zero)));
    const reader = log.read(zero, 0);
    await reader.next({ max: 1, waitMs: forever });
    expect(await readUntil(reader, 'm1999')).toEqual(indexes(1_999).map((index) => `m${index + 1}`));
    await reader.close();
  });

  it('repeats nothing when a consumer begins before the place it was asked for', async () => {
    await log.append(indexes(20).map((index) => eventMessage(`m${index}`, zero)));
    const asked: unknown[] = [];
    // A replica that lags behind its leader lets a consumer begin at its own end.
    const lagging = withFirstConsumerAt(connection, 1, asked);
    const reader = new NatsTouchpointLog({ connection: lagging, tenant: defaultTenant }).read(zero, 10);
    expect(await readUntil(reader, 'm19')).toEqual(indexes(10).map((index) => `m${index + 10}`));
    expect(asked).toEqual([11, 11]);
    await reader.close();
  });

  it('reads decisions on from the beginning of a stream that took the place of the one it knew', async () => {
    const decisions = new NatsDecisionStream({ connection, tenant: defaultTenant });
    const reader = decisions.subscribe({ after: 0 });
    await decisions.publish(indexes(5).map((index) => publishedDecision(`old${index}`)));
    const seen: string[] = [];
    const readTo = async (id: string) => {
      while (seen.at(-1) !== id) {
        const entries = await reader.next({ max: 100, waitMs: forever });
        seen.push(...entries.map(({ decision }) => decision.id));
      }
    };
    await readTo('old4');
    await connection.manager.streams.delete('NEXTBEST_DECISIONS');
    await ensureStreams(connection, { tenant: defaultTenant });
    await decisions.publish(indexes(3).map((index) => publishedDecision(`new${index}`)));
    await readTo('new2');
    expect(seen).toEqual(['old0', 'old1', 'old2', 'old3', 'old4', 'new0', 'new1', 'new2']);
    await reader.close();
  });

  it('tells a reader when the stream was replaced by a shorter one', async () => {
    await log.append(indexes(20).map((index) => eventMessage(`m${index}`, zero)));
    const reader = log.read(zero, 0);
    await readUntil(reader, 'm19');
    await connection.manager.streams.delete('NEXTBEST_LOG');
    await ensureStreams(connection, { tenant: defaultTenant });
    await expect(reader.next({ max: 1, waitMs: forever })).rejects.toMatchObject({
      code: 'NB_STREAM_REWOUND',
    });
    await reader.close();
  });

  it('tells a reader when the stream was replaced while the server was away and has grown as long since', async () => {
    await log.append(indexes(5).map((index) => eventMessage(`m${index}`, zero)));
    const reader = log.read(zero, 0);
    await readUntil(reader, 'm4');
    await connection.manager.streams.delete('NEXTBEST_LOG');
    await ensureStreams(connection, { tenant: defaultTenant });
    await log.append(indexes(20).map((index) => eventMessage(`other${index}`, zero)));
    await expect(reader.next({ max: 1, waitMs: forever })).rejects.toMatchObject({
      code: 'NB_STREAM_REWOUND',
    });
    await reader.close();
  });

  it('lets a reader begin where entries before were deleted, and tells where the log begins', async () => {
    await log.append(indexes(20).map((index) => eventMessage(`m${index}`, zero)));
    await connection.manager.streams.purge('NEXTBEST_LOG', { seq: 11 });
    for (const after of [10, 9]) {
      const reader = log.read(zero, after);
      expect(await readUntil(reader, 'm19')).toHaveLength(10);
      await reader.close();
    }
    expect(await log.first(zero)).toBe(11);
    expect(await log.idAt(zero, 10)).toBeUndefined();
  });

  it('refuses a message that no server takes, and takes those that are sent after it', async () => {
    const tooLarge = eventMessage('large', zero, { text: 'x'.repeat(1_100_000) });
    await expect(log.append([tooLarge])).rejects.toMatchObject({ code: 'NB_MESSAGE_TOO_LARGE' });
    await log.append([eventMessage('m0', zero)]);
    expect(await log.idAt(zero, 1)).toBe('m0');
  });

  it('answers with NB_LOG_UNAVAILABLE while the server is away, reads and writes alike', async () => {
    await log.append([eventMessage('m0', zero)]);
    await server.kill();
    await expect(log.append([eventMessage('m1', zero)])).rejects.toMatchObject({
      code: 'NB_LOG_UNAVAILABLE',
    });
    await expect(log.head(zero)).rejects.toMatchObject({ code: 'NB_LOG_UNAVAILABLE' });
    const reader = log.read(zero, 0);
    expect(await reader.next({ max: 1, waitMs: 20 })).toEqual([]);
    await server.restart();
    expect(await readUntil(reader, 'm0')).toEqual(['m0']);
    await reader.close();
  });

  it('settles what is under way when the server freezes', async () => {
    await server.freeze();
    const call = log.append([eventMessage('m0', zero)]);
    await expect(call).rejects.toMatchObject({ code: 'NB_LOG_UNAVAILABLE' });
    server.thaw();
    await appendSurely('m0', 'm1');
    expect(await readUntil(log.read(zero, 0), 'm1')).toEqual(['m0', 'm1']);
  });

  it('does not store a retried message twice, even across a restart', async () => {
    await log.append([eventMessage('m0', zero), eventMessage('m1', zero)]);
    await server.kill();
    await server.restart();
    await appendSurely('m0', 'm1', 'm2');
    expect(await readUntil(log.read(zero, 0), 'm2')).toEqual(['m0', 'm1', 'm2']);
  });
});
