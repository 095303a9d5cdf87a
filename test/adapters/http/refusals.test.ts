import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limits } from '../../../engine/limits.ts';
import { type InjectedWorld, injectedWorld } from './support/http-world.ts';

let world: InjectedWorld;

beforeAll(async () => {
  world = await injectedWorld();
});

afterAll(() => world.server.close());

function post(url: string, payload: unknown, headers: Record<string, string> = {}) {
  const body = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload);
  return world.server.inject({
    method: 'POST',
    url,
    payload: body,
    headers: { 'content-type': 'application/json', ...headers },
  });
}

const viewed = { event: 'Viewed', userId: 'u1' };
const asked = { customer: { userId: 'u1' }, placements: ['home-hero'] };
const years = (count: number) => count * 365 * 86_400_000;
const at = (offset: number) => new Date(Date.UTC(2026, 2, 1, 12) + offset).toISOString();
const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
const poisoned = (name: string) => `{"event":"x","userId":"u","properties":{"a":{"${name}":{"b":1}}}}`;

/** Title, address, body, status, pointer of the first fault, code. */
const refusals: readonly (readonly [string, string, unknown, number, string | undefined, string])[] = [
  ['malformed JSON', '/v1/track', '{"event":', 400, '', 'NB_INVALID_INPUT'],
  ['an empty body', '/v1/track', '', 400, '', 'NB_INVALID_INPUT'],
  [
    'bytes that are no UTF-8',
    '/v1/track',
    Buffer.from([0x22, 0xff, 0xfe, 0x22]),
    400,
    '',
    'NB_INVALID_INPUT',
  ],
  ['a wrong type', '/v1/track', { ...viewed, properties: 'x' }, 400, '/properties', 'NB_INVALID_INPUT'],
  ['a missing id', '/v1/track', { event: 'x' }, 400, '/userId', 'NB_INVALID_INPUT'],
  [
    'an event of 40 KB',
    '/v1/track',
    { ...viewed, properties: { text: 'x'.repeat(40_960) } },
    413,
    '',
    'NB_EVENT_TOO_LARGE',
  ],
  [
    'a body over 500 KB',
    '/v1/batch',
    { batch: [], text: 'x'.repeat(512_001) },
    413,
    undefined,
    'NB_EVENT_TOO_LARGE',
  ],
  ['nesting of 100,000', '/v1/track', nested(100_000), 400, '', 'NB_INVALID_INPUT'],
  [
    'nesting inside an event',
    '/v1/track',
    `{"event":"x","userId":"u","properties":{"a":${nested(40)}}}`,
    400,
    `/properties/a${'/0'.repeat(30)}`,
    'NB_INVALID_INPUT',
  ],
  [
    'nesting in a context',
    '/v1/decide',
    `{"customer":{"userId":"u"},"placements":["home-hero"],"context":{"a":${nested(40)}}}`,
    400,
    `/context/a${'/0'.repeat(30)}`,
    'NB_INVALID_INPUT',
  ],
  ['a __proto__ key', '/v1/track', poisoned('__proto__'), 400, '/properties/a/__proto__', 'NB_INVALID_INPUT'],
  [
    'a constructor key',
    '/v1/track',
    poisoned('constructor'),
    400,
    '/properties/a/constructor',
    'NB_INVALID_INPUT',
  ],
  [
    'a __proto__ key beside a batch',
    '/v1/batch',
    '{"batch":[{"type":"track","event":"x","userId":"u"}],"__proto__":{}}',
    400,
    '/__proto__',
    'NB_INVALID_INPUT',
  ],
  [
    'a __proto__ key in a context',
    '/v1/decide',
    '{"customer":{"userId":"u"},"placements":["home-hero"],"context":{"__proto__":{}}}',
    400,
    '/context/__proto__',
    'NB_INVALID_INPUT',
  ],
  [
    'an event of ten years ago',
    '/v1/track',
    { ...viewed, timestamp: at(-years(10)) },
    422,
    '/timestamp',
    'NB_EVENT_TIME',
  ],
  [
    'an event of the future',
    '/v1/track',
    { ...viewed, timestamp: at(3_600_000) },
    422,
    '/timestamp',
    'NB_EVENT_TIME',
  ],
  ['a batch that is none', '/v1/batch', { batch: {} }, 400, '/batch', 'NB_INVALID_INPUT'],
  ['an empty batch', '/v1/batch', { batch: [] }, 400, '/batch', 'NB_INVALID_INPUT'],
  [
    'a batch of bad events only',
    '/v1/b',
    { batch: [1, { type: 'track' }] },
    400,
    '/batch/0',
    'NB_INVALID_INPUT',
  ],
  [
    'a bad sentAt',
    '/v1/batch',
    { batch: [{ type: 'track', ...viewed }], sentAt: 'soon' },
    400,
    '/sentAt',
    'NB_INVALID_INPUT',
  ],
  [
    'an unknown placement',
    '/v1/decide',
    { ...asked, placements: ['home-her'] },
    422,
    '/placements/0',
    'NB_UNKNOWN_PLACEMENT',
  ],
  [
    'a decide without a customer',
    '/v1/decide',
    { placements: ['home-hero'] },
    400,
    '/customer',
    'NB_INVALID_INPUT',
  ],
  [
    'a decide for nobody',
    '/v1/decide',
    { ...asked, customer: { userId: '' } },
    400,
    '/customer',
    'NB_INVALID_INPUT',
  ],
  [
    'a decide for an object',
    '/v1/decide',
    { ...asked, customer: { userId: {} } },
    400,
    '/customer/userId',
    'NB_INVALID_INPUT',
  ],
  [
    'placements of a wrong type',
    '/v1/decide',
    { ...asked, placements: 'home-hero' },
    400,
    '/placements',
    'NB_INVALID_INPUT',
  ],
  [
    'a placement twice',
    '/v1/decide',
    { ...asked, placements: ['home-hero', 'home-hero'] },
    400,
    '/placements',
    'NB_INVALID_INPUT',
  ],
  [
    'a million placements',
    '/v1/decide',
    { ...asked, placements: new Array(100_000).fill(0) },
    400,
    '/placements',
    'NB_INVALID_INPUT',
  ],
  ['an unknown field', '/v1/decide', { ...asked, placement: 'x' }, 400, '/placement', 'NB_INVALID_INPUT'],
  ['a limit of zero', '/v1/decide', { ...asked, limit: 0 }, 400, '/limit', 'NB_INVALID_INPUT'],
  [
    'a bad event with a decide',
    '/v1/decide',
    { ...asked, events: [{ event: 3 }] },
    400,
    '/events/0/event',
    'NB_INVALID_INPUT',
  ],
  [
    'an event of somebody else',
    '/v1/decide',
    { ...asked, events: [{ event: 'x', userId: 'u2' }] },
    400,
    '/events/0',
    'NB_INVALID_INPUT',
  ],
  [
    'an outcome of an unknown decision',
    '/v1/outcomes',
    { decisionId: 'x', outcome: 'click' },
    404,
    undefined,
    'NB_UNKNOWN_DECISION',
  ],
  [
    'an unknown outcome',
    '/v1/outcomes',
    { decisionId: 'x', outcome: 'clicked' },
    400,
    '/outcome',
    'NB_INVALID_INPUT',
  ],
  [
    'an outcome without its decision',
    '/v1/outcomes',
    { outcome: 'click' },
    400,
    '/decisionId',
    'NB_INVALID_INPUT',
  ],
  [
    'an outcome at no time',
    '/v1/outcomes',
    { decisionId: 'x', outcome: 'click', timestamp: 'noon' },
    400,
    '/timestamp',
    'NB_INVALID_INPUT',
  ],
  [
    'an outcome of another age',
    '/v1/outcomes',
    { decisionId: 'x', outcome: 'click', timestamp: 1e300 },
    422,
    '/timestamp',
    'NB_EVENT_TIME',
  ],
];

describe('a request that is at fault', () => {
  it.each(refusals)(
    '%s at %s is refused with the field named',
    async (_title, url, body, status, pointer, code) => {
      const answer = await post(url, body);
      const problem = answer.json();
      expect({
        status: answer.statusCode,
        code: problem.code,
        pointer: problem.errors?.[0]?.pointer,
      }).toEqual({ status, code, pointer });
      expect(answer.headers['content-type']).toContain('application/problem+json');
      expect(problem).toMatchObject({ type: `/docs/errors/${code}`, status, instance: url });
      expect(answer.body).not.toMatch(/node_modules|\.ts:\d|\bat [A-Z]/);
      expect((await world.server.inject('/livez')).statusCode).toBe(200);
      expect(Object.hasOwn(Object.prototype, 'b')).toBe(false);
    },
  );

  it('names the nearest placement', async () => {
    const problem = (await post('/v1/decide', { ...asked, placements: ['home-her'] })).json();
    expect(problem.detail).toContain('home-her');
    expect(problem.detail).toContain('home-hero');
  });

  it('tells all its faults at once', async () => {
    const { errors } = (
      await post('/v1/decide', { customer: 1, placements: [2], explain: 'yes', x: 1 })
    ).json();
    expect(errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      '/customer',
      '/explain',
      '/placements/0',
      '/x',
    ]);
    for (const { detail } of errors) expect(detail).toMatch(/expected .+[,;] found /);
  });

  it('says which limit the nesting broke', async () => {
    expect(
      (await post('/v1/track', `{"event":"x","userId":"u","context":${nested(33)}}`)).json().errors[0].detail,
    ).toContain(String(limits.jsonDepthMax));
  });

  it('is told apart: wrong address, wrong method, wrong content type', async () => {
    const nowhere = await world.server.inject('/v2/track');
    expect(nowhere.json()).toMatchObject({ status: 404, code: 'NB_UNKNOWN_ROUTE' });
    const wrong = await world.server.inject({ method: 'DELETE', url: '/v1/decisions/d1' });
    expect(wrong.json()).toMatchObject({ status: 405, code: 'NB_METHOD_NOT_ALLOWED' });
    expect(wrong.headers.allow).toBe('GET, HEAD');
    const form = await post('/v1/decide', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' });
    expect(form.json()).toMatchObject({ status: 415, code: 'NB_MEDIA_TYPE' });
    const bad = await world.server.inject('/v1/customers/%zz');
    expect(bad.json()).toMatchObject({ status: 400, code: 'NB_MALFORMED_REQUEST' });
  });

  it('gets 404 for what is not kept', async () => {
    expect((await world.server.inject('/v1/customers/stranger')).json()).toMatchObject({
      code: 'NB_UNKNOWN_CUSTOMER',
    });
    expect((await world.server.inject('/v1/decisions/none')).json()).toMatchObject({
      code: 'NB_UNKNOWN_DECISION',
    });
  });
});

describe('a packed body', () => {
  const gzip = { 'content-encoding': 'gzip' };

  it('that unpacks to more than 500 KB is refused', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, 0x20));
    expect((await post('/v1/batch', bomb, gzip)).statusCode).toBe(413);
  });

  it('that is no gzip is refused', async () => {
    expect((await post('/v1/batch', Buffer.from('{"batch":[]}'), gzip)).statusCode).toBe(400);
    const cut = gzipSync('{"batch":[]}').subarray(0, 15);
    expect((await post('/v1/batch', cut, gzip)).statusCode).toBe(400);
  });

  it('in another encoding is refused', async () => {
    expect((await post('/v1/batch', 'x', { 'content-encoding': 'br' })).statusCode).toBe(415);
  });
});

describe('a failure of ours', () => {
  it('is answered 503 with Retry-After and without what failed', async () => {
    const broken = await injectedWorld();
    broken.application.cutLog();
    const answer = await broken.server.inject({ method: 'POST', url: '/v1/track', payload: viewed });
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('1');
    expect(answer.json().code).toBe('NB_LOG_UNAVAILABLE');
    expect(answer.body).not.toContain('secret');
    await broken.server.close();
  });

  it('that nobody foresaw is a 500 without a stack', async () => {
    const broken = await injectedWorld({
      readiness: async () => {
        throw new TypeError('secret detail');
      },
    });
    const answer = await broken.server.inject('/readyz');
    expect(answer.json()).toMatchObject({ status: 500, code: 'NB_INTERNAL' });
    expect(answer.body).not.toContain('secret');
    await broken.server.close();
  });

  it('no rulebook yet is 503', async () => {
    const early = await injectedWorld();
    early.application.setRulebook(undefined);
    const answer = await early.server.inject({ method: 'POST', url: '/v1/decide', payload: asked });
    expect(answer.json()).toMatchObject({ status: 503, code: 'NB_NO_RULEBOOK' });
    await early.server.close();
  });
});
