import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from 'nats';
import { expect, test } from 'vitest';
import { LmdbDatabase } from '../../adapters/lmdb/lmdb-database.ts';
import { Subjects } from '../../adapters/nats/subjects.ts';
import { type AuditReport, defaultTenant, limits, type Partition } from '../../engine/index.ts';
import { decide, get, post, rulebook, track } from './support/api.ts';
import { bytesOfLmdb, findAll, type Held } from './support/held-bytes.ts';
import { messageServers } from './support/message-servers.ts';
import { edit, openPlace, type Place, patience, type RunningServer } from './support/place.ts';
import type { Environment } from './support/program.ts';
import { shopBook } from './support/shop-book.ts';

/**
 * Decisions under load, with rules that are changed meanwhile, are made again by `nextbest audit`. What was taken away
 * shows; who was erased is found nowhere, and no chain breaks by it.
 */

const servers = messageServers();
const rounds = 4;
const askedPerRound = 80;
const erased = 'customer-4711-zephyrine';
const people = [erased, ...Array.from({ length: 24 }, (_, index) => `customer-${index}`)];

const greeting = `---
action: greeting
group: service/hello
value: 500
treatments:
  card: { channel: web, placements: [hero], content: { title: "{{ traits | json }} {{ context.page }}" } }
`;

interface World {
  readonly place: Place;
  readonly env: Environment;
  readonly remove: () => Promise<void>;
  readonly receiptBytes: () => Promise<readonly Held[]>;
}

test('an audit on LMDB', async () => {
  const place = await openPlace();
  const data = join(place.folder, 'data');
  await liveAndAudit({
    place,
    env: {},
    remove: () => removeFromLmdb(data),
    receiptBytes: async () =>
      (await bytesOfLmdb(join(data, 'nextbest.lmdb'))).filter(({ where }) => /receipt|notes/.test(where)),
  });
});

test('an audit on Redis and NATS', async () => {
  await liveAndAudit({
    place: await openPlace(),
    env: servers.env(),
    remove: removeFromNats,
    receiptBytes: bytesOfNats,
  });
});

async function liveAndAudit({ place, env, remove, receiptBytes }: World): Promise<void> {
  const file = await place.write('rules/shop.yaml', shopBook);
  let server = await place.serve(env);
  const ids = await live(server, file);
  await server.end('SIGTERM');

  const whole = await audited(place, env);
  expect(whole).toMatchObject({ mismatches: 0, breaks: 0, unknownBooks: 0, erased: 0, cut: [] });
  // Triggers decided as well.
  expect(whole.decisions).toBeGreaterThan(ids.length);
  const explained = await place.run(['explain', ids[0] ?? '', '--short'], { ...env, NEXTBEST_PORT: '1' });
  expect(explained.stdout).toContain('comes out the same to the last byte');

  server = await place.serve(env);
  const answer = await get(server.url, `/v1/decisions/${ids.at(-1)}/explain`);
  expect(answer).toMatchObject({ status: 200, body: { matches: true, decisionId: ids.at(-1) } });
  await erase(server);
  await server.end('SIGTERM');
  const after = await audited(place, env);
  expect(after).toMatchObject({ mismatches: 0, breaks: 0, unknownBooks: 0 });
  expect(after.erased).toBeGreaterThan(0);
  // One more was asked for before the customer was erased.
  expect(after.decisions).toBe(whole.decisions + 1 - after.erased);
  const bytes = await receiptBytes();
  expect(findAll(bytes, ['customer-3'])).not.toEqual([]);
  expect(findAll(bytes, [erased, 'Zephyrine'])).toEqual([]);

  const report = await place.write('earlier.json', JSON.stringify(after));
  await remove();
  const broken = await place.run(['audit', '--since', '1h', '--against', report], env);
  expect(broken.code).toBe(1);
  expect(broken.stdout).toMatch(/chains are broken in 1 places[\s\S]*entries-missing/);
}

/** Events and decisions side by side, and another version of the rules for each round. */
async function live(server: RunningServer, file: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const changing = round === 0 ? undefined : changeRules(server, file, round);
    const asking = Array.from({ length: askedPerRound }, async (_, index) => {
      const userId = people[(index * 7 + round) % people.length] ?? erased;
      if (index % 4 === 0) await happen(server, userId);
      const placement = index % 3 === 0 ? 'side' : 'hero';
      ids.push((await decide(server.url, userId, placement)).decisionId);
    });
    await Promise.all([...asking, changing]);
  }
  return ids;
}

async function happen({ url }: RunningServer, userId: string): Promise<void> {
  const traits = { firstName: userId === erased ? 'Zephyrine' : 'Ada', city: 'Oslo', age: 40.5 };
  await track(url, [
    { type: 'identify', userId, traits },
    { userId, event: 'Product Viewed', properties: { category: 'boots', price: 12.5 } },
  ]);
}

async function changeRules({ url }: RunningServer, file: string, round: number): Promise<void> {
  const { version } = await rulebook(url);
  if (round === 1) await edit(file, 'value: 100\n', 'value: 90\n');
  else if (round === 2) await edit(file, 'limit: 7', 'limit: 2');
  else await edit(file, '---\naction: voucher', `${greeting}---\naction: voucher`);
  await expect.poll(async () => (await rulebook(url)).version, patience).not.toBe(version);
}

async function erase({ url }: RunningServer): Promise<void> {
  await post(url, '/v1/decide', {
    customer: { userId: erased },
    placements: ['hero'],
    context: { page: 'Zephyrine' },
  });
  const gone = await fetch(new URL(`/v1/customers/${erased}`, url), { method: 'DELETE' });
  expect(gone.status).toBe(202);
  await expect.poll(async () => (await get(url, `/v1/customers/${erased}`)).status, patience).toBe(404);
}

async function audited(place: Place, env: Environment): Promise<AuditReport> {
  const { stdout, stderr, code } = await place.run(['audit', '--since', '1h', '--json'], env);
  const report = JSON.parse(stdout) as AuditReport;
  expect({ code, firstBreaks: report.firstBreaks, firstMismatches: report.firstMismatches }, stderr).toEqual({
    code: 0,
    firstBreaks: [],
    firstMismatches: [],
  });
  return report;
}

/** One entry in the middle of a chain. */
async function removeFromLmdb(directory: string): Promise<void> {
  const database = await LmdbDatabase.open({ directory, partitions: limits.partitionsDefault });
  const table = database.table('receipts');
  const entries = [...table.getRange()].filter(({ value }) => /^\d+\nentry\n/.test(value));
  const middle = entries.findIndex(({ key }, index) => isSamePartition(key, entries[index + 1]?.key));
  const key = Buffer.from(entries[middle]?.key ?? []);
  await database.write('NB_STORE_UNAVAILABLE', (round) => round.remove(table, key));
  await database.close();
}

/** All but the sequence. */
function isSamePartition(key: Uint8Array, other: Uint8Array | undefined): boolean {
  const head = (bytes: Uint8Array) => Buffer.from(bytes).subarray(0, -6).toString('hex');
  return other !== undefined && head(key) === head(other);
}

async function removeFromNats(): Promise<void> {
  await withStreams(async ({ streams }) => {
    const subjects = new Subjects(defaultTenant);
    for (let partition = 0; partition < limits.partitionsDefault; partition += 1) {
      const last_by_subj = subjects.receiptChain(partition as Partition);
      const head = await streams.getMessage(subjects.stream('receipts'), { last_by_subj });
      const { after = 0 } = head?.json<{ after: number }>() ?? {};
      if (after > 0) {
        await streams.deleteMessage(subjects.stream('receipts'), after);
        return;
      }
    }
  });
}

/** What lies on the disk of the server, removed messages included. */
async function bytesOfNats(): Promise<readonly Held[]> {
  const folder = join(servers.nats().directory, 'jetstream', '$G', 'streams', 'NEXTBEST_RECEIPTS', 'msgs');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.blk'));
  return Promise.all(names.map(async (name) => ({ where: name, bytes: await readFile(join(folder, name)) })));
}

async function withStreams<Result>(
  work: (manager: Awaited<ReturnType<typeof jetstreamManager>>) => Promise<Result>,
): Promise<Result> {
  const nats = await connect({ servers: servers.nats().url });
  try {
    return await work(await jetstreamManager(nats));
  } finally {
    await nats.close();
  }
}
