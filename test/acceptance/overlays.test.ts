import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, onTestFinished, test, vi } from 'vitest';
import { customerViewOf, decide, get, post, rulebook } from './support/api.ts';
import { messageServers } from './support/message-servers.ts';
import { edit, openPlace, type Place, patience } from './support/place.ts';

const servers = messageServers();

const book = `channels: { web: { direction: pull } }
placements: { hero: { channel: web, fallback: { title: Hello } } }
overlays:
  scores: { attributes: { churn: number, band: text, vip: flag } }
  postcodes: { key: traits.postcode, attributes: { region: text, income: number } }
  depots: { key: traits.postcode, file: data/depots.csv, attributes: { depot: text } }
---
action: stay
group: retention/calls
value: 100
eligibility: { fact: overlay.scores.churn, operator: greaterThan, value: 0.5 }
treatments: { card: { channel: web, content: { title: Stay } } }
---
action: north
group: service/advice
value: 10
eligibility: { fact: overlay.postcodes.region, operator: equal, value: north }
treatments: { card: { channel: web, content: { title: North } } }
---
action: depot
group: service/advice
value: 1
eligibility: { fact: overlay.depots.depot, operator: equal, value: Kiel }
treatments: { card: { channel: web, content: { title: Depot } } }
`;

const scores = `userId,churn,band,vip
ada,0.9,"A, the best",true
bob,high,B,false
cy,0.1
,0.2,C,false
"dee
dee",0.7,D,
`;

async function placeWithRules(): Promise<Place> {
  const place = await openPlace();
  await place.write('rules/book.yaml', book);
  await place.write('rules/data/depots.csv', 'postcode,depot\n24103,Kiel\n20095,Hamburg\n');
  await place.write('scores.csv', scores);
  await writeFile(join(place.folder, 'postcodes.parquet'), parquetOf(3_000));
  return place;
}

/** Ten thousand and something postcodes; every third is in the north. */
function parquetOf(rows: number): Uint8Array {
  const indexes = Array.from({ length: rows }, (_, index) => index);
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'postcode', data: indexes.map((index) => String(10_000 + index)), type: 'STRING' },
        {
          name: 'region',
          data: indexes.map((index) => (index % 3 === 0 ? 'north' : 'south')),
          type: 'STRING',
        },
        { name: 'income', data: indexes.map((index) => BigInt(index)), type: 'INT64' },
      ],
    }),
  );
}

async function actionFor(url: string, userId: string): Promise<string | undefined> {
  return (await decide(url, userId, 'hero')).placements.hero?.[0]?.action;
}

async function livesIn(url: string, userId: string, postcode: string): Promise<void> {
  await post(url, '/v1/identify', { userId, traits: { postcode } });
  await vi.waitFor(async () => expect((await customerViewOf(url, userId))?.features).toBeDefined(), patience);
}

async function overlaysOf(url: string, userId: string) {
  return ((await get(url, `/v1/customers/${userId}`)).body as { overlays: Record<string, unknown> }).overlays;
}

test('a file of customers is loaded through a running server, and nothing is lost silently', async () => {
  const place = await placeWithRules();
  const server = await place.serve();
  const args = ['overlay', 'load', 'scores', 'scores.csv', '--url', server.url];
  const first = await place.run(args);
  expect([first.code, first.signal]).toEqual([1, null]);
  expect(first.stdout).toContain('5 rows, 2 loaded, 3 rejected');
  expect(first.stdout).toContain('scores.csv:3: churn: expected a number, found "high"');
  expect(first.stdout).toContain('scores.csv:4: found 2 columns, expected 4');
  expect(first.stdout).toContain('scores.csv:5: userId: expected');
  expect(first.stderr).toContain('load 100 % 5 rows');
  await vi.waitFor(async () => expect(await actionFor(server.url, 'ada')).toBe('stay'), patience);
  expect(await overlaysOf(server.url, 'ada')).toEqual({
    scores: {
      values: { churn: 0.9, band: 'A, the best', vip: true },
      source: expect.stringMatching(/^scores\.csv@[0-9a-f]{12}$/),
      at: expect.any(String),
      expired: false,
    },
  });
  // Told earlier, so nothing changes; the same file again neither.
  await place.write('old.csv', 'userId,churn\nada,0.1\n');
  const old = await place.run([...args.slice(0, 3), 'old.csv', '--at', '2020-01-01', '--url', server.url]);
  expect(old.stdout).toContain('1 rows, 1 loaded, 0 rejected');
  expect((await place.run([...args, '--json'])).stdout).toBe((await place.run([...args, '--json'])).stdout);
  await place.write('new.csv', 'id,churn\nada,0.2\n');
  const renamed = await place.run([...args.slice(0, 3), 'new.csv', '--key', 'id', '--url', server.url]);
  expect(renamed.code, renamed.stderr).toBe(0);
  await vi.waitFor(async () => expect(await actionFor(server.url, 'ada')).toBeUndefined(), patience);
});

test('a table is loaded from Parquet, used at once, listed, and in force already when it comes again', async () => {
  const place = await placeWithRules();
  const server = await place.serve();
  await livesIn(server.url, 'ada', '10003');
  const args = ['overlay', 'load', 'postcodes', 'postcodes.parquet', '--url', server.url];
  const first = await place.run(args);
  expect(first.code, first.stderr).toBe(0);
  expect(first.stdout).toMatch(/3,?000 rows, 3,?000 loaded, 0 rejected; version \S+ is in force\./);
  expect(await actionFor(server.url, 'ada')).toBe('north');
  expect(await overlaysOf(server.url, 'ada')).toMatchObject({
    postcodes: { values: { region: 'north', income: 3 } },
  });
  expect((await place.run(args)).stdout).toContain('was in force already');
  const list = await place.run(['overlay', 'list', '--url', server.url]);
  expect(list.stdout).toContain('postcodes.parquet@');
  expect(list.stdout).toContain('data/depots.csv beside the rules, 2 rows');
});

test('a table beside the rules is part of the rulebook, and an error in it names its line', async () => {
  const place = await placeWithRules();
  const server = await place.serve();
  await livesIn(server.url, 'ada', '20095');
  expect(await actionFor(server.url, 'ada')).toBeUndefined();
  const { version } = await rulebook(server.url);
  const file = join(place.folder, 'rules/data/depots.csv');
  await edit(file, 'Hamburg', 'Kiel');
  await vi.waitFor(async () => expect(await actionFor(server.url, 'ada')).toBe('depot'), patience);
  expect((await rulebook(server.url)).version).not.toBe(version);
  await edit(file, '20095,Kiel', '24103,Kiel');
  await vi.waitFor(async () => {
    const { rejected } = await rulebook(server.url);
    expect(rejected?.diagnostics).toMatchObject([
      { file: 'data/depots.csv', line: 3, code: 'NBR_DUPLICATE' },
    ]);
  }, patience);
  const refused = await place.run(['overlay', 'load', 'depots', 'scores.csv', '--url', server.url]);
  expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining('part of the rule files')]);
});

test('without a server the data directory is loaded itself, and not while a server has it', async () => {
  const place = await placeWithRules();
  const embedded = await place.run(['overlay', 'load', 'scores', 'scores.csv', '--embedded']);
  expect(embedded.stdout, embedded.stderr).toContain('2 loaded');
  const table = await place.run(['overlay', 'load', 'postcodes', 'postcodes.parquet', '--embedded']);
  expect(table.code, table.stderr).toBe(0);
  const server = await place.serve();
  expect(await actionFor(server.url, 'ada')).toBe('stay');
  await livesIn(server.url, 'zoe', '10003');
  await vi.waitFor(async () => expect(await actionFor(server.url, 'zoe')).toBe('north'), patience);
  const locked = await place.run(['overlay', 'load', 'scores', 'scores.csv', '--embedded']);
  expect([locked.code, locked.stderr]).toEqual([3, expect.stringContaining('NB_DATA_IN_USE')]);
});

test('what was loaded at one server is used by the other, on Redis and NATS', async () => {
  const place = await placeWithRules();
  const env = { NEXTBEST_PARTITIONS: '4', ...servers.env() };
  const [one, two] = [await place.serve(env), await place.serve(env)];
  await livesIn(one.url, 'ada', '10003');
  const load = await place.run(['overlay', 'load', 'postcodes', 'postcodes.parquet', '--url', one.url]);
  expect(load.code, load.stderr).toBe(0);
  await vi.waitFor(async () => expect(await actionFor(two.url, 'ada')).toBe('north'), patience);
  await place.run(['overlay', 'load', 'scores', 'scores.csv', '--url', two.url]);
  await vi.waitFor(async () => expect(await actionFor(one.url, 'ada')).toBe('stay'), patience);
});

const slips = [
  [['load', 'scores', 'missing.csv'], 3, 'missing.csv cannot be read'],
  [['load', 'scores', 'scores.xlsx'], 2, 'does not tell its format'],
  [['load', 'score', 'scores.csv'], 3, 'no overlay "score"'],
  [['load', 'scores'], 2, 'expected `overlay load NAME FILE`'],
  [['load', 'scores', 'scores.csv', '--at', 'noon'], 2, '--at: expected a time'],
  [['load', 'postcodes', 'broken.parquet'], 3, 'cannot be read as Parquet'],
] as const;

test('what cannot be loaded is refused with the reason', async () => {
  const place = await placeWithRules();
  await place.write('scores.xlsx', 'x');
  await place.write('broken.parquet', 'PAR1 is not enough');
  const server = await place.serve();
  for (const [args, code, why] of slips) {
    const ended = await place.run(['overlay', ...args, '--url', server.url]);
    expect([ended.code, ended.stderr]).toEqual([code, expect.stringContaining(why)]);
  }
});

test('a service is asked for what is not known, and a decision does not wait for a slow one', async () => {
  const place = await placeWithRules();
  const asked: string[] = [];
  const service = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers['x-key']}`);
    if (request.url?.includes('slow') !== true) response.end('{"churn":0.9,"band":"S"}');
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    service.closeAllConnections();
    service.close();
  });
  const { port } = service.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/v1/{{ customer.id }}`;
  await edit(
    join(place.folder, 'rules/book.yaml'),
    'vip: flag } }',
    `vip: flag }, service: { url: "${url}", timeout: 500ms, headers: { X-Key: ENRICH_KEY } } }`,
  );
  const server = await place.serve({ NEXTBEST_ENRICH_PRIVATE: 'true', ENRICH_KEY: 'secret' });
  // On a busy machine the answer may come too late for the first decision; it is taken in all the same.
  await expect.poll(() => actionFor(server.url, 'ada'), patience).toBe('stay');
  expect(asked).toEqual(['/v1/ada secret']);
  expect(await actionFor(server.url, 'slow')).toBeUndefined();
  await vi.waitFor(
    async () =>
      expect(await overlaysOf(server.url, 'ada')).toMatchObject({
        scores: { values: { churn: 0.9 }, source: `http://127.0.0.1:${port}/v1/{{ customer.id }}` },
      }),
    patience,
  );
  const closed = await place.serve({ NEXTBEST_DATA: join(place.folder, 'other'), ENRICH_KEY: 'secret' });
  expect(await actionFor(closed.url, 'bob')).toBeUndefined();
  expect(asked).toHaveLength(2);
});
