import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { connectNats, type JetStreamConnection } from '../../../adapters/nats/connect-nats.ts';
import { NatsRulebookArchive } from '../../../adapters/nats/nats-rulebook-archive.ts';
import { RandomIds } from '../../../adapters/system/random-ids.ts';
import { takeFolder } from '../../../engine/history/take-folder.ts';
import { defaultTenant, limits, type RuleText } from '../../../engine/index.ts';
import type { HistoryChange, StoredHistory } from '../../../engine/ports.ts';
import { indexes } from '../../conformance/samples.ts';
import { emptyNats, startNats } from '../../support/nats-server.ts';
import type { TestServer } from '../../support/server-process.ts';

const hour = 3_600_000;
const stream = 'KV_NEXTBEST_RULEBOOKS';
const patience = { timeout: 90_000, interval: 5 };
let server: TestServer;
let connection: JetStreamConnection;
let time: number;

beforeAll(async () => {
  server = await startNats();
});
afterAll(() => server.stop());
beforeEach(async () => {
  await emptyNats(server);
  connection = await connectNats({ url: server.url });
  time = Date.now();
});
afterEach(() => connection.close());

function openArchive(on = connection): Promise<NatsRulebookArchive> {
  const world = { clock: { now: () => time }, ids: new RandomIds() };
  return NatsRulebookArchive.open({ connection: on, tenant: defaultTenant, ...world });
}

function textsOf(version: string): readonly RuleText[] {
  return [{ path: 'book.yaml', text: version }];
}

async function changeTo(archive: NatsRulebookArchive, version: string): Promise<HistoryChange> {
  const stored = await archive.read();
  const { history } = takeFolder(stored.history, { origin: 'here', version, counts: {} }, time);
  if (history === undefined) throw new Error(`${version} is in force already`);
  return { expected: stored.revision, history, added: { version, files: textsOf(version) } };
}

/** Publishes until it is stored, as a node does that is not answered. */
async function publishSurely(archive: NatsRulebookArchive, version: string): Promise<void> {
  for (;;) {
    try {
      const { history } = await archive.read();
      if (history.inForce?.version === version) return;
      await archive.replace(await changeTo(archive, version));
    } catch (error) {
      expect(error).toMatchObject({ code: 'NB_LOG_UNAVAILABLE', retryable: true });
      // Whatever else waits, such as the client's reconnect, gets its turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/** Every key in the bucket. */
async function keys(): Promise<readonly string[]> {
  const { state } = await connection.manager.streams.info(stream, { subjects_filter: '>' });
  return Object.keys(state.subjects ?? {});
}

it('leaves nothing behind of the books that have left the history', async () => {
  const archive = await openArchive();
  for (const index of indexes(limits.rulebookHistoryMax + 5)) {
    expect(await archive.replace(await changeTo(archive, `v${index}`))).toMatchObject({ kind: 'replaced' });
  }
  const { history } = await archive.read();
  expect(history.books).toHaveLength(limits.rulebookHistoryMax);
  for (const { version } of history.books) expect(await archive.texts(version)).toEqual(textsOf(version));
  expect(await keys()).toHaveLength(limits.rulebookHistoryMax + 1);
});

it('clears away, after an hour, texts whose publisher never came to refer to them', async () => {
  const archive = await openArchive();
  await publishSurely(archive, 'a');
  // Both find the same revision and store their texts; one of them is outrun.
  const changes = [await changeTo(archive, 'b'), await changeTo(archive, 'c')];
  const results = await Promise.all(changes.map((change) => archive.replace(change)));
  expect(results.map(({ kind }) => kind).sort()).toEqual(['conflict', 'replaced']);
  await publishSurely(archive, 'd');
  expect(await keys()).toHaveLength((await archive.read()).history.books.length + 2);
  time += hour + 1;
  await publishSurely(archive, 'e');
  expect(await keys()).toHaveLength((await archive.read()).history.books.length + 1);
  expect(await archive.texts('e')).toEqual(textsOf('e'));
});

it('goes on telling changes after the server was killed', async () => {
  const archive = await openArchive();
  await publishSurely(archive, 'a');
  const seen: StoredHistory[] = [];
  const watch = await archive.watch((stored) => seen.push(stored));
  await server.kill();
  await server.restart();
  const other = await connectNats({ url: server.url });
  const elsewhere = await openArchive(other);
  await publishSurely(elsewhere, 'b');
  await expect.poll(() => seen.at(-1)?.history.inForce?.version, patience).toBe('b');
  await publishSurely(elsewhere, 'c');
  await expect.poll(() => seen.at(-1)?.history.inForce?.version, patience).toBe('c');
  await watch.close();
  await other.close();
});

it('tells that NATS is away, and takes the change when it is back', async () => {
  const archive = await openArchive();
  await publishSurely(archive, 'a');
  const change = await changeTo(archive, 'b');
  await server.kill();
  const refusal = { code: 'NB_LOG_UNAVAILABLE', retryable: true };
  await expect(archive.read()).rejects.toMatchObject(refusal);
  await expect(archive.replace(change)).rejects.toMatchObject(refusal);
  await expect(archive.texts('a')).rejects.toMatchObject(refusal);
  await server.restart();
  await publishSurely(archive, 'b');
  expect(await archive.texts('b')).toEqual(textsOf('b'));
});

it('tells of a bucket that was lost and made anew', async () => {
  const archive = await openArchive();
  for (const version of ['a', 'b', 'c']) await publishSurely(archive, version);
  const seen: StoredHistory[] = [];
  const watch = await archive.watch((stored) => seen.push(stored));
  await connection.manager.streams.delete(stream);
  await publishSurely(await openArchive(), 'd');
  await expect.poll(() => seen.at(-1)?.history.inForce?.version, patience).toBe('d');
  expect(seen.at(-1)?.revision).toBeLessThan(seen.at(0)?.revision ?? 0);
  await watch.close();
});

it('begins anew where somebody deleted the history', async () => {
  const archive = await openArchive();
  await publishSurely(archive, 'a');
  await connection.manager.streams.purge(stream, { filter: '$KV.NEXTBEST_RULEBOOKS.history' });
  expect((await archive.read()).history.books).toEqual([]);
  await publishSurely(archive, 'b');
  expect((await archive.read()).history.books.map(({ version }) => version)).toEqual(['b']);
});
