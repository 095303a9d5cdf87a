import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readConfig } from '../../adapters/system/config.ts';
import { openStorage } from '../../adapters/wiring/open-storage.ts';
import { anonymousKey, defaultTenant, limits, partitionOf, userKey } from '../../engine/index.ts';
import { customerViewOf, get, post, track } from './support/api.ts';
import { bytesOfLmdb, bytesOfRedis, findAll, type Held } from './support/held-bytes.ts';
import { messageServers } from './support/message-servers.ts';
import { openPlace, patience, type RunningServer } from './support/place.ts';
import type { Environment } from './support/program.ts';

/**
 * The life of one customer, with everything that leaves traces, and its end: afterwards neither the ids nor what was
 * told stands anywhere but in the raw log, and the decision streams never had what is personal.
 */

const flood = Array.from(
  { length: 14 },
  () => '"{{ event.properties.text }}{{ event.properties.text }}{{ event.properties.text }}"',
);

const book = `currency: EUR
privacy:
  personal: [traits.email, traits.firstName, properties.phone, context.ip]
identity:
  identifiers: { mail: { from: traits.email, hash: true } }
channels:
  web: { direction: pull }
  push: { direction: push }
placements:
  hero: { channel: web, limit: 1, fallback: { title: "Hello {{ traits.firstName }}" } }
  push-message: { channel: push, limit: 1 }
  flood-message: { channel: push, limit: 1 }
features:
  calls.count: { count: Called }
  phone.last: { last: Called, of: properties.phone }
overlays:
  segmentation: { attributes: { note: text }, by: userId }
consent:
  - { on: Subscribed, grants: marketing, expires: 365d }
outcomes:
  called: { on: Called, outcome: conversion, within: 1d }
triggers:
  called: { on: Called, ask: push-message }
  left: { on: Called, ask: push-message, wait: 2h }
  flooded: { on: Flooded, ask: flood-message }
---
action: greeting
group: service/hello
value: 10
purpose: marketing
treatments:
  card: { channel: web, placements: [hero], content: { title: "Hi {{ traits.firstName }} from {{ context.ip }}" } }
  note: { channel: push, placements: [push-message], content: { text: "{{ traits.firstName }}: {{ event.properties.phone }}, {{ features['phone.last'] }}" } }
---
action: flood
group: service/flood
value: 1
treatments:
  all: { channel: push, placements: [flood-message], content: { texts: [${flood.join(', ')}] } }
`;

const ids = { userId: 'customer-4711-zephyrine', anonymousId: 'device-0815-of-zephyrine' };
const told = {
  email: 'zephyrine.quaint@example.org',
  firstName: 'Zephyrine',
  phone: '+49 171 5550199',
  ip: '203.0.113.77',
  note: 'collects-porcelain-owls',
};
const traces = [...Object.values(ids), ...Object.values(told)];
const personal = [told.email, told.firstName, told.phone, told.ip];

const servers = messageServers();

test('an erased customer is found nowhere on LMDB but in the raw log', async () => {
  const place = await openPlace();
  await place.write('rules/shop.yaml', book);
  const server = await place.serve();
  const printed = await liveAndErase(server);
  const { stdout, stderr } = await server.end('SIGTERM');
  const held = await bytesOfLmdb(join(place.folder, 'data', 'nextbest.lmdb'));
  const found = findAll([...held, ...printed, ...asHeld({ stdout, stderr })], traces);
  expect(found.filter((place) => !/ in (log|decisions)$/.test(place))).toEqual([]);
  // The search does find what is there: the log is kept until its age.
  for (const trace of traces.filter((trace) => trace !== told.note))
    expect(found).toContain(`${trace} in log`);
  await expectStreamClean({ NEXTBEST_DATA: join(place.folder, 'data') });
});

test('an erased customer is found nowhere in Redis, and only in the raw streams of NATS', async () => {
  const place = await openPlace();
  await place.write('rules/shop.yaml', book);
  const server = await place.serve(servers.env());
  const printed = await liveAndErase(server, async () => {
    const found = findAll(await bytesOfRedis(servers.redis().port), traces).join();
    for (const trace of traces) expect(found).toContain(trace);
  });
  const { stdout, stderr } = await server.end('SIGTERM');
  const held = await bytesOfRedis(servers.redis().port);
  expect(findAll([...held, ...printed, ...asHeld({ stdout, stderr })], traces)).toEqual([]);
  await expectStreamClean(servers.env());
});

/** What the server tells of itself when the customer is gone. */
async function liveAndErase(
  { url }: RunningServer,
  whileThere: () => Promise<void> = async () => undefined,
): Promise<readonly Held[]> {
  await live(url);
  await whileThere();

  const held = JSON.stringify(await exportOf(url, ids.userId));
  for (const trace of traces) expect(held).toContain(trace);
  expect(await exportOf(url, ids.userId)).toMatchObject({
    documents: expect.arrayContaining([
      expect.objectContaining({ id: { anonymousId: ids.anonymousId }, mergedInto: { userId: ids.userId } }),
    ]),
    deadLetters: [expect.objectContaining({ reason: expect.stringContaining('size') })],
    decisions: expect.arrayContaining([expect.objectContaining({ customer: { userId: ids.userId } })]),
  });

  // Through an id that was merged away.
  const answer = await fetch(new URL(`/v1/customers/a:${ids.anonymousId}`, url), { method: 'DELETE' });
  expect(answer.status).toBe(202);
  for (const id of [ids.userId, `a:${ids.anonymousId}`]) {
    await expect.poll(async () => (await get(url, `/v1/customers/${id}`)).status, patience).toBe(404);
    // The receipts of the customer's decisions go once the outbox of the erasure is sent.
    await expect.poll(async () => (await get(url, `/v1/customers/${id}/export`)).status, patience).toBe(404);
  }

  const late = new Date(Date.now() - 3_600_000).toISOString();
  await track(url, [
    { ...ids, type: 'identify', traits: { email: told.email }, timestamp: late },
    { userId: ids.userId, event: 'Called', properties: { phone: told.phone }, timestamp: late },
  ]);
  // Neighbours in the same partitions speak after them: once they are heard, those were as well.
  const neighbours = [neighbourOf(0), neighbourOf(1)];
  await track(
    url,
    neighbours.map((userId) => ({ userId, event: 'Called' })),
  );
  for (const userId of neighbours) {
    await expect
      .poll(() => customerViewOf(url, userId), patience)
      .toMatchObject({ features: { 'calls.count': 1 } });
  }
  for (const id of [ids.userId, `a:${ids.anonymousId}`]) {
    expect((await get(url, `/v1/customers/${id}`)).status).toBe(404);
  }

  const metrics = await (await fetch(new URL('/metrics', url))).text();
  return asHeld({ metrics });
}

async function live(url: string): Promise<void> {
  const { email, firstName, phone, ip, note } = told;
  await track(url, [
    { anonymousId: ids.anonymousId, event: 'Called', properties: { phone } },
    { ...ids, type: 'identify', traits: { email, firstName }, context: { ip } },
    { userId: ids.userId, event: 'Subscribed' },
  ]);
  await expect
    .poll(() => customerViewOf(url, ids.userId), patience)
    .toMatchObject({ traits: { firstName }, features: { 'calls.count': 1 } });
  await track(url, [{ userId: ids.userId, event: 'Called', properties: { phone } }]);
  const decided = await post(url, '/v1/decide', {
    customer: ids,
    placements: ['hero'],
    context: { ip },
    explain: true,
    requestId: 'first',
  });
  const answer = decided.body as {
    decisionId: string;
    placements: { hero: readonly { content: unknown }[] };
  };
  expect(answer.placements.hero[0]?.content).toEqual({ title: `Hi ${firstName} from ${ip}` });
  await post(url, '/v1/outcomes', { decisionId: answer.decisionId, outcome: 'click' });
  const rows = `${JSON.stringify({ userId: ids.userId, note })}\n`;
  const headers = { 'content-type': 'application/x-ndjson' };
  const loaded = await fetch(new URL('/v1/overlays/segmentation', url), {
    method: 'PUT',
    headers,
    body: rows,
  });
  expect(loaded.status).toBe(200);
  // What follows from it is larger than a stream takes, so it is put aside, with everything that stands in it.
  const text = 'x'.repeat(29_000);
  await track(url, [{ userId: ids.userId, event: 'Flooded', properties: { text, phone } }]);
  await expect
    .poll(async () => JSON.stringify(await exportOf(url, ids.userId)), patience)
    .toMatch(/(?=.*collects-porcelain-owls)(?=.*"deadLetters":\[\{)(?=.*"click":)(?=.*"push-message")/);
}

/** Somebody in the partition of one of the customer's ids. */
function neighbourOf(index: number): string {
  const own = index === 0 ? userKey(ids.userId) : anonymousKey(ids.anonymousId);
  const home = partitionOf(defaultTenant, own, limits.partitionsDefault);
  for (let number = 0; ; number += 1) {
    const userId = `neighbour-${index}-${number}`;
    if (partitionOf(defaultTenant, userKey(userId), limits.partitionsDefault) === home) return userId;
  }
}

async function exportOf(url: string, id: string): Promise<unknown> {
  const { status, body } = await get(url, `/v1/customers/${id}/export`);
  return status === 200 ? body : undefined;
}

function asHeld(texts: Readonly<Record<string, string>>): readonly Held[] {
  return Object.entries(texts).map(([where, text]) => ({ where, bytes: Buffer.from(text) }));
}

/** Decisions left with gaps: nothing personal was in the stream at any time. */
async function expectStreamClean(environment: Environment): Promise<void> {
  const storage = await openStorage(readConfig({ ...environment }), () => undefined);
  try {
    const reader = storage.decisions.subscribe({ after: 0 });
    let text = '';
    await expect
      .poll(async () => (text += JSON.stringify(await reader.next({ max: 1_000, waitMs: 1_000 }))), patience)
      .toMatch(/(?=.*"hero")(?=.*"push-message")/);
    await reader.close();
    expect(text).toContain(ids.userId);
    expect(text).toContain('Hi {{ traits.firstName }} from {{ context.ip }}');
    expect(text).toContain(
      "{{ traits.firstName }}: {{ event.properties.phone }}, {{ features['phone.last'] }}",
    );
    expect(findAll(asHeld({ text }), personal)).toEqual([]);
  } finally {
    await storage.close();
  }
}
