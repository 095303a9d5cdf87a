import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { HistoryReply } from '../../adapters/cli/support/rulebook-history.ts';
import { get, post, rulebook } from './support/api.ts';
import { messageServers } from './support/message-servers.ts';
import { openPlace, patience } from './support/place.ts';

const servers = messageServers();

/** A book in which every treatment and every fallback carries the mark. */
function bookOf(mark: string): string {
  return `channels:
  web: { direction: pull }
placements:
  hero: { channel: web, limit: 2, fallback: { mark: ${mark} } }
  side: { channel: web, limit: 2, fallback: { mark: ${mark} } }
features:
  orders.count: { count: Order Completed }
---
action: voucher
group: sales/vouchers
value: 100
eligibility: { fact: orders.count, operator: lessThan, value: 3 }
treatments:
  hero: { channel: web, placements: [hero], content: { mark: ${mark} } }
  side: { channel: web, placements: [side], content: { mark: ${mark} } }
---
action: guide-${mark}
group: service/advice
value: 50
treatments:
  card: { channel: web, content: { mark: ${mark} } }
`;
}

async function historyOf(url: string): Promise<HistoryReply> {
  return (await get(url, '/v1/rulebook/history')).body as HistoryReply;
}

async function versionAt(url: string): Promise<string | undefined> {
  return (await rulebook(url)).version;
}

/** Asks for both placements; the marks of all that is shown. */
async function ask(url: string, userId: string) {
  const { status, body } = await post(url, '/v1/decide', {
    customer: { userId },
    placements: ['hero', 'side'],
  });
  const answer = body as {
    readonly rulebook: string;
    readonly placements: Readonly<Record<string, readonly { readonly content: { readonly mark: string } }[]>>;
  };
  const shown = status === 200 ? Object.values(answer.placements).flat() : [];
  return { status, rulebook: answer.rulebook, marks: shown.map(({ content }) => content.mark) };
}

test('a change on one server and a rollback on the other are in force on both', async () => {
  const place = await openPlace();
  await place.write('left/book.yaml', bookOf('left-1'));
  await place.write('right/book.yaml', bookOf('right-1'));
  const serve = (side: string, author: string) =>
    place.serve({ ...servers.env(), NEXTBEST_RULES: `${place.folder}/${side}`, NEXTBEST_AUTHOR: author });
  const left = await serve('left', 'ann');
  const right = await serve('right', 'bob');
  const markAt = async (url: string) => (await ask(url, 'ada')).marks[0];
  // The folder of the second server was new to both.
  await expect.poll(() => markAt(left.url), patience).toBe('right-1');

  await place.write('left/book.yaml', bookOf('left-2'));
  await expect.poll(() => markAt(right.url), patience).toBe('left-2');
  const changed = await historyOf(right.url);
  expect(changed.inForce).toMatchObject({ reason: 'published', author: 'ann' });
  expect(changed.rulebooks.map(({ author, inForce }) => [author, inForce])).toEqual([
    ['ann', true],
    ['bob', false],
    ['ann', false],
  ]);

  const { code, stdout } = await place.run(['rollback', '--note', 'too early', '--url', right.url]);
  expect(stdout).toMatch(/Rulebook \w+ is in force: rolled back.*\(too early\)/);
  expect(code).toBe(0);
  expect(await markAt(right.url)).toBe('right-1');
  await expect.poll(() => markAt(left.url), patience).toBe('right-1');
  await expect.poll(left.stdout, patience).toMatch(/Rolled back at .* \(too early\)/);

  // A server that starts anew, with a folder that others have moved on from, takes what is in force.
  const third = await serve('left', 'eve');
  expect(await markAt(third.url)).toBe('right-1');
  expect(third.stdout()).toMatch(/left holds rulebook \w+, which is not in force/);
});

test('a rollback stays in force over a restart, until the folder changes', async () => {
  const place = await openPlace();
  const file = 'rules/book.yaml';
  await place.write(file, bookOf('one'));
  const first = await place.serve({ NEXTBEST_AUTHOR: 'ann' });
  const one = await versionAt(first.url);
  await place.write(file, bookOf('two'));
  await expect.poll(() => versionAt(first.url), patience).not.toBe(one);
  const two = await versionAt(first.url);

  const listed = await place.run(['history', '--url', first.url]);
  expect(listed.stdout).toMatch(new RegExp(`^\\* +${two} .* ann +2\n +${one} .* ann +2`, 'm'));
  const missing = await place.run(['rollback', 'x', '--url', first.url]);
  expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('begins with "x"')]);
  const beginning = one?.slice(0, 8) ?? '';
  const ambiguous = await place.run(['rollback', '', '--url', first.url]);
  expect([ambiguous.code, ambiguous.stderr]).toEqual([1, expect.stringContaining('2 rulebooks begin with')]);
  const done = await place.run(['rollback', beginning, '--author', 'bob', '--url', first.url, '--json']);
  expect(JSON.parse(done.stdout)).toMatchObject({ version: one, reason: 'rolled-back', author: 'bob' });
  expect(await rulebook(first.url)).toMatchObject({ version: one, replaces: two });
  await first.end('SIGTERM');

  const second = await place.serve();
  expect(await rulebook(second.url)).toMatchObject({ version: one, reason: 'rolled-back', author: 'bob' });
  expect((await ask(second.url, 'ada')).marks).toContain('one');
  const unknown = await post(second.url, '/v1/rulebook/rollback', { version: 'x' });
  expect([unknown.status, unknown.body]).toEqual([
    404,
    expect.objectContaining({ code: 'NB_UNKNOWN_RULEBOOK' }),
  ]);
  await place.write(file, bookOf('three'));
  await expect.poll(async () => (await ask(second.url, 'ada')).marks, patience).toContain('three');
  await second.end('SIGTERM');

  // What is put back while no server runs counts as a change as well; a broken folder leaves what is in force.
  await place.write(file, bookOf('two'));
  const third = await place.serve();
  expect(await versionAt(third.url)).toBe(two);
  await third.end('SIGKILL');
  await place.write(file, 'channels: [');
  const fourth = await place.serve();
  expect(fourth.stdout()).not.toContain('No rulebook is in force');
  expect(await rulebook(fourth.url)).toMatchObject({ version: two, rejected: expect.anything() });
  expect((await get(fourth.url, '/readyz')).status).toBe(200);
});

test('says that nothing is in force where the folder is broken and there is no history', async () => {
  const place = await openPlace();
  await place.write('rules/book.yaml', 'channels: [');
  const server = await place.serve();
  expect(server.stdout()).toMatch(/The rule files were not taken over:\n.*book.yaml:1:11 error/);
  expect(server.stdout()).toContain('No rulebook is in force yet');
  expect((await get(server.url, '/readyz')).status).toBe(503);
});

/** One every 20 ms, whether the one before is answered or not, while decisions are asked for from several sides. */
const changes = 200;
const everyMs = 20;
const clients = 6;

test('50 changes a second under load: every decision is of one version, and none fails', async () => {
  const place = await openPlace();
  const server = await place.serve();
  const marks = ['red', 'green', 'blue'];
  const markOf = new Map<string, string>();
  for (const mark of marks) {
    await place.write('rules/book.yaml', bookOf(mark));
    await expect.poll(async () => (await ask(server.url, mark)).marks[0], patience).toBe(mark);
    markOf.set((await versionAt(server.url)) ?? '', mark);
  }
  // Three in turn: a node keeps two compiled, so each of these changes reads, parses and compiles a book.
  const versions = [...markOf.keys()];
  let isOver = false;
  const change = async () => {
    const answers: Promise<{ readonly status: number }>[] = [];
    for (let index = 0; index < changes; index += 1) {
      const version = versions[index % versions.length];
      answers.push(post(server.url, '/v1/rulebook/rollback', { version }));
      await pause(everyMs);
    }
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    isOver = true;
    return statuses;
  };
  const load = async (client: number) => {
    const answers: Awaited<ReturnType<typeof ask>>[] = [];
    while (!isOver) answers.push(await ask(server.url, `customer-${client}-${answers.length}`));
    return answers;
  };
  const [statuses, ...loads] = await Promise.all([
    change(),
    ...Array.from({ length: clients }, (_, client) => load(client)),
  ]);
  expect(new Set(statuses)).toEqual(new Set([200]));
  const answers = loads.flat();
  expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
  const mixed = answers.filter((answer) => {
    const seen = new Set([markOf.get(answer.rulebook), ...answer.marks]);
    return answer.marks.length < 2 || seen.size !== 1;
  });
  expect(mixed).toEqual([]);
  expect(new Set(answers.map((answer) => answer.rulebook))).toEqual(new Set(versions));
  expect((await get(server.url, '/readyz')).status).toBe(200);
});
