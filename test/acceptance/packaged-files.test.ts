import { expect, test } from 'vitest';
import { decide, track } from './support/api.ts';
import { messageServers } from './support/message-servers.ts';
import { openPlace } from './support/place.ts';
import { packagedScript } from './support/program.ts';
import { shopBook } from './support/shop-book.ts';

/** The built files as they are, run as `npm start` runs them: what is bound into few files could hide one that is missing. */

const servers = messageServers();

test('the built files serve decisions, the page and the description of the API', async () => {
  const place = await openPlace(packagedScript);
  await place.write('rules/shop.yaml', shopBook);
  const { url } = await place.serve();
  await track(url, [{ userId: 'ada', event: 'Product Viewed', properties: { category: 'boots' } }]);
  expect((await decide(url, 'ada', 'hero')).placements.hero?.[0]?.action).toBe('voucher');
  for (const path of ['/', '/docs/', '/openapi.json']) {
    expect((await fetch(new URL(path, url))).status, path).toBe(200);
  }
});

test('the built files serve decisions on Redis and NATS', async () => {
  const place = await openPlace(packagedScript);
  await place.write('rules/shop.yaml', shopBook);
  const { url } = await place.serve(servers.env());
  expect((await decide(url, 'ada', 'hero')).placements.hero?.[0]?.action).toBe('voucher');
});

test('the built files hold every command of the help', async () => {
  const place = await openPlace(packagedScript);
  // The help loads all of them: each says itself what it does.
  const { code, stdout } = await place.run(['help']);
  expect(code).toBe(0);
  expect(stdout.match(/^ {2}[a-z-]+ {2,}\S/gm)?.length).toBeGreaterThan(20);
});
