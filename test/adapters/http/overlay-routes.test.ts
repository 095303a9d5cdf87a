import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { MemoryTableArchive } from '../../../adapters/memory/memory-table-archive.ts';
import { bookOf, shopYaml } from '../../engine/support/book.ts';
import { noon } from '../../engine/support/events.ts';
import { startNode, type TestNode } from '../../engine/support/node.ts';
import { type InjectedWorld, injectedWorld } from './support/http-world.ts';

const book = bookOf(`${shopYaml}
---
overlays:
  scores: { attributes: { churn: number }, expires: 30d }
  postcodes: { key: traits.postcode, attributes: { region: text } }
---
action: stay
group: retention/calls
eligibility:
  all: [{ fact: overlay.scores.churn, operator: greaterThan, value: 0.5 }, { fact: overlay.postcodes.region, operator: equal, value: north }]
treatments: { hero: { channel: web } }
`);

const running: { readonly world: InjectedWorld; readonly test: TestNode }[] = [];
afterEach(async () => {
  for (const { world, test } of running.splice(0)) {
    await world.server.close();
    await test.node.stop();
  }
});

async function open() {
  const test = startNode(book, {}, (ports) => ({ ...ports, tables: new MemoryTableArchive() }));
  const world = await injectedWorld({
    application: test.node,
    overlays: test.node.overlays,
    clock: test.ports.clock,
  });
  running.push({ world, test });
  const put = (name: string, payload: string | Buffer, options: { query?: string; headers?: object } = {}) =>
    world.server.inject({
      method: 'PUT',
      url: `/v1/overlays/${name}${options.query ?? ''}`,
      headers: { 'content-type': 'application/x-ndjson', ...options.headers },
      payload,
    });
  return { test, put, get: (url: string) => world.server.inject(url) };
}

describe('PUT /v1/overlays/:name', () => {
  it('takes in a table, and shows it in the list and with the customer', async () => {
    const { test, put, get } = await open();
    const body =
      '{"postcode":"24103","region":"north"}\n\n{"postcode":"20095"}\n{"postcode":"80331","region":"south"}';
    const at = new Date(noon - 60_000).toISOString();
    const reply = await put('postcodes', body, { query: `?at=${at}&source=codes.csv` });
    expect(reply.statusCode).toBe(200);
    expect(reply.json()).toEqual({
      overlay: 'postcodes',
      rows: 3,
      loaded: 2,
      rejected: 1,
      rejections: [{ row: 2, reason: 'it holds none of the attributes' }],
      version: expect.any(String),
      isNew: true,
    });
    const { overlays } = (await get('/v1/overlays')).json();
    expect(overlays).toEqual([
      expect.objectContaining({ name: 'scores', kind: 'customer', by: 'userId', expiresSeconds: 2_592_000 }),
      {
        name: 'postcodes',
        kind: 'table',
        attributes: { region: 'text' },
        column: 'postcode',
        key: 'traits.postcode',
        inForce: {
          version: reply.json().version,
          rows: 2,
          source: 'codes.csv',
          at,
          loadedAt: new Date(noon).toISOString(),
          ageSeconds: 60,
        },
      },
    ]);
    await test.node.ingest([
      {
        messageId: 'm1',
        type: 'identify',
        userId: 'ada',
        name: 'identify',
        timestamp: noon,
        properties: {},
        traits: { postcode: '24103' },
      },
    ]);
    await test.node.settled();
    expect((await get('/v1/customers/ada')).json().overlays).toEqual({
      postcodes: {
        values: { region: 'north' },
        source: 'codes.csv',
        at,
        expired: false,
        key: '24103',
        version: reply.json().version,
      },
    });
  });

  it('takes in attributes of customers, packed with gzip as well, and another column', async () => {
    const { test, put, get } = await open();
    const payload = gzipSync('{"id":"ada","churn":0.25}\n{"id":"bob","churn":"x"}\n');
    const reply = await put('scores', payload, {
      query: '?column=id',
      headers: { 'content-encoding': 'gzip' },
    });
    expect(reply.json()).toMatchObject({ rows: 2, loaded: 1, rejected: 1 });
    await test.node.settled();
    expect((await get('/v1/customers/ada')).json().overlays.scores).toEqual({
      values: { churn: 0.25 },
      source: 'http',
      at: new Date(noon).toISOString(),
      expiresAt: new Date(noon + 30 * 86_400_000).toISOString(),
      expired: false,
    });
  });

  it.each([
    ['an overlay that is not there', 'score', '{}', '', 404, 'NB_UNKNOWN_OVERLAY'],
    ['a line that is no JSON', 'scores', '{"userId":"a"}\n{', '', 400, 'NB_INVALID_INPUT'],
    ['a line that is no object', 'scores', '[1]', '', 400, 'NB_INVALID_INPUT'],
    ['bytes that are no UTF-8', 'scores', Buffer.from([0x22, 0xff, 0x22]), '', 400, 'NB_INVALID_INPUT'],
    ['a line without end', 'scores', 'x'.repeat(200_000), '', 400, 'NB_INVALID_INPUT'],
    ['a time that is none', 'scores', '{}', '?at=yesterday', 400, 'NB_INVALID_INPUT'],
    ['a table without rows', 'postcodes', '', '', 400, 'NB_INVALID_INPUT'],
  ])('refuses %s', async (_, name, body, query, status, code) => {
    const { put } = await open();
    const reply = await put(name, body, { query });
    expect([reply.statusCode, reply.json().code]).toEqual([status, code]);
  });

  it('refuses a body of another type', async () => {
    const { put } = await open();
    const reply = await put('scores', '{}', { headers: { 'content-type': 'application/json' } });
    expect([reply.statusCode, reply.json().code]).toEqual([415, 'NB_MEDIA_TYPE']);
  });

  it('takes nothing of a table in when one of its lines is broken', async () => {
    const { put, get } = await open();
    await put('postcodes', '{"postcode":"24103","region":"north"}\nbroken');
    const { overlays } = (await get('/v1/overlays')).json();
    expect(overlays[1].inForce).toBeUndefined();
  });
});
