import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type InjectedWorld, injectedWorld } from './support/http-world.ts';

/** Whatever is sent to whichever address, the answer is never a 500 and the process lives on. */

let world: InjectedWorld;

beforeAll(async () => {
  world = await injectedWorld();
});

afterAll(() => world.server.close());

const posts = [
  ...['track', 'identify', 'page', 'screen', 'group', 'alias', 'batch', 'decide', 'outcomes'],
  'rulebook/rollback',
].map((name) => `/v1/${name}`);
const names = [
  'type',
  'event',
  'userId',
  'anonymousId',
  'previousId',
  'groupId',
  'properties',
  'traits',
  'context',
].concat(
  [
    'messageId',
    'timestamp',
    'sentAt',
    'batch',
    'customer',
    'placements',
    'events',
    'limit',
    'explain',
    'requestId',
  ],
  ['decisionId', 'outcome', 'treatment', 'value', 'version', 'author', 'note', '__proto__', 'constructor'],
);

const scalar = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    '',
    'u1',
    'track',
    'home-hero',
    'click',
    '2026-03-01T12:00:00Z',
    -0,
    1e308,
    2 ** 53,
  ),
  fc.string({ unit: 'binary' }),
  fc.double({ noNaN: true }),
);
const { value: shape } = fc.letrec<{ value: unknown; object: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    tie('object'),
  ),
  object: fc
    .array(fc.tuple(fc.oneof(fc.constantFrom(...names), fc.string({ maxLength: 5 })), tie('value')), {
      maxLength: 8,
    })
    .map((entries) => Object.fromEntries(entries)),
}));
/** Mostly JSON that looks like ours, sometimes other JSON, sometimes no JSON. */
const payload = fc.oneof(
  { weight: 6, arbitrary: shape.map((value) => Buffer.from(JSON.stringify(value) ?? '')) },
  { weight: 2, arbitrary: fc.json().map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)) },
);
const contentType = fc.constantFrom(
  'application/json',
  'text/plain',
  'application/x-www-form-urlencoded',
  'image/png',
  '',
);

describe('fuzzing', () => {
  it.each(posts)('POST %s is answered without a 500', async (url) => {
    await fc.assert(
      fc.asyncProperty(
        payload,
        contentType,
        fc.constantFrom('', 'gzip', 'br'),
        async (body, type, encoding) => {
          const headers = {
            ...(type === '' ? {} : { 'content-type': type }),
            ...(encoding === '' ? {} : { 'content-encoding': encoding }),
          };
          const answer = await world.server.inject({
            method: 'POST',
            url,
            headers,
            payload: encoding === 'gzip' && body.length % 2 === 0 ? gzipSync(body) : body,
          });
          expect(answer.statusCode).toBeLessThan(500);
          if (answer.statusCode >= 400) expect(answer.json()).toMatchObject({ status: answer.statusCode });
        },
      ),
      { numRuns: 150 },
    );
  });

  it('GET of any id, with any query, is answered without a 500', async () => {
    const route = fc.constantFrom('/v1/customers/', '/v1/decisions/', '/docs/errors/', '/', '/v1/');
    await fc.assert(
      fc.asyncProperty(route, fc.string({ unit: 'binary' }), fc.string(), async (path, id, query) => {
        const url = `${path}${encodeURIComponent(Buffer.from(id).toString())}?anonymous=${encodeURIComponent(query)}`;
        const answer = await world.server.inject(url);
        expect(answer.statusCode).toBeLessThan(500);
      }),
      { numRuns: 300 },
    );
  });
});
