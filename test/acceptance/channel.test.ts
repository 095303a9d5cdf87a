import { expect, test } from 'vitest';
import { customer, decide, track } from './support/api.ts';
import { startChannel } from './support/channel.ts';
import { messageServers } from './support/message-servers.ts';
import { openPlace, patience } from './support/place.ts';
import { shopBook } from './support/shop-book.ts';

const servers = messageServers();
const people = Array.from({ length: 20 }, (_, index) => `person-${index}`);
const subjects = ['nextbest.decisions.push.*', 'nextbest.decisions.web.*'];

test('a channel receives every decision once, pulled and triggered alike, also when the server is killed', async () => {
  const place = await openPlace();
  await place.write('rules/shop.yaml', shopBook);
  const before = await place.serve(servers.env());
  const channel = startChannel(servers.nats().url, subjects);
  const answered: string[] = [];
  const ask = async (url: string, placement: string) => {
    await Promise.all(
      people.map(async (person) => answered.push((await decide(url, person, placement)).decisionId)),
    );
  };

  await seeBoots(before.url, 'first');
  await ask(before.url, 'hero');
  await expect.poll(() => channel.received().length, patience).toBe(people.length * 2);

  // These are cut off in the middle: some are acknowledged, some committed without an answer, some never arrive.
  const inFlight = [seeBoots(before.url, 'second'), ask(before.url, 'side'), ask(before.url, 'hero')];
  await Promise.any(inFlight);
  await before.end('SIGKILL');
  await Promise.allSettled(inFlight);

  const after = await place.serve(servers.env());
  await seeBoots(after.url, 'second');
  await ask(after.url, 'side');
  const contacts = async () => {
    const views = await Promise.all(people.map((person) => customer(after.url, person)));
    return views.flatMap((view) => view.contacts.map((one) => `${one.decisionId}.${one.placement}`)).sort();
  };
  const triggered = (ids: readonly string[]) => ids.filter((id) => id.endsWith('.push-message'));

  await expect.poll(async () => triggered(await contacts()).length, patience).toBe(people.length * 2);
  await expect.poll(() => [...channel.received()].sort(), patience).toEqual(await contacts());
  const decisions = new Set(channel.received().map((id) => id.slice(0, id.indexOf('.'))));
  expect(answered.filter((id) => !decisions.has(id))).toEqual([]);
});

/** Everybody looks at boots, which triggers a message; the same `round` again is a retry. */
async function seeBoots(url: string, round: string): Promise<void> {
  const events = people.map((userId) => ({
    userId,
    messageId: `${round}-${userId}`,
    event: 'Product Viewed',
    properties: { category: 'boots' },
  }));
  await track(url, events);
}
