import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type InjectedWorld, injectedWorld, noon } from './support/http-world.ts';

let world: InjectedWorld;

beforeEach(async () => {
  world = await injectedWorld();
});

afterEach(() => world.server.close());

async function post(url: string, payload: object, headers: Record<string, string> = {}) {
  const answer = await world.server.inject({ method: 'POST', url, payload, headers });
  return answer.json();
}

async function get(url: string) {
  return (await world.server.inject(url)).json();
}

const asked = { customer: { userId: 'u1' }, placements: ['home-hero', 'footer'] };

describe('events', () => {
  it.each([
    ['track', { event: 'Viewed', userId: 'u1' }],
    ['identify', { userId: 'u1', traits: { plan: 'pro' } }],
    ['page', { anonymousId: 'v1', name: 'Home' }],
    ['screen', { anonymousId: 'v1', name: 'Home' }],
    ['group', { userId: 'u1', groupId: 'g1' }],
    ['alias', { userId: 'u1', previousId: 'v1' }],
  ])('%s is kept when the answer arrives, under its long and its short address', async (type, body) => {
    expect(await post(`/v1/${type}`, { ...body, messageId: 'm1' })).toEqual({ success: true });
    expect(await post(`/v1/${type.charAt(0)}`, { ...body, messageId: 'm2' })).toEqual({ success: true });
    expect([...world.application.events.values()].map((event) => event.type)).toEqual([type, type]);
  });

  it('of a batch are kept one by one: the good ones stay, the bad ones are named', async () => {
    const good = { type: 'track', event: 'x', userId: 'u' };
    const bad = { type: 'track', event: 'x' };
    expect(await post('/v1/batch', { batch: [good, bad, good] })).toEqual({
      success: false,
      accepted: 2,
      rejected: [
        { pointer: '/batch/1/userId', detail: 'expected a userId or an anonymousId, found neither' },
      ],
    });
    expect(world.application.events.size).toBe(2);
    expect(await post('/v1/b', { batch: [good] })).toEqual({ success: true });
  });

  it('are taken as the RudderStack SDK sends them: gzip, called a form', async () => {
    const batch = [{ type: 'track', event: 'x', userId: 'u', originalTimestamp: '2026-03-01T11:00:00Z' }];
    const answer = await world.server.inject({
      method: 'POST',
      url: '/v1/batch',
      payload: gzipSync(JSON.stringify({ batch, sentAt: '2026-03-01T11:30:00Z' })),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'content-encoding': 'gzip',
        authorization: 'Basic eDo=',
      },
    });
    expect(answer.json()).toEqual({ success: true });
    expect([...world.application.events.values()][0]?.timestamp).toBe(noon - 30 * 60_000);
  });

  it('are taken as browsers send them: text/plain with a byte order mark', async () => {
    const answer = await world.server.inject({
      method: 'POST',
      url: '/v1/t',
      payload: `\ufeff${JSON.stringify({ event: 'x', anonymousId: 'v', writeKey: 'k' })}`,
      headers: { 'content-type': 'text/plain;charset=UTF-8' },
    });
    expect(answer.json()).toEqual({ success: true });
  });
});

describe('decide', () => {
  it('answers every placement, the empty one with its fallback', async () => {
    const answer = await post('/v1/decide', asked);
    expect(answer).toMatchObject({ rulebook: 'book-1', repeated: false });
    expect(answer.placements).toEqual({
      'home-hero': [
        {
          action: 'win-back',
          treatment: 'win-back-hero',
          content: { title: 'win-back' },
          rank: 1,
          priority: 1.25,
          P: 0.1,
          V: 12.5,
          C: 1,
          L: 1,
          cost: 0,
          probability: 1,
        },
      ],
      footer: [{ fallback: true, content: { title: 'Welcome' }, rank: 1 }],
    });
  });

  it('explains, when asked, with the sentence and the value seen', async () => {
    const { explain } = await post('/v1/decide', { ...asked, explain: true });
    expect(explain.placements['home-hero']).toEqual({
      funnel: { candidates: 2, chosen: 1 },
      reasons: [
        {
          action: 'premium',
          code: 'eligibility',
          reason: 'The customer may not have it.',
          failed: { fact: 'traits.spent', operator: 'greaterThan', expected: 1000 },
        },
        { action: 'win-back', treatment: 'win-back-hero', code: 'chosen', reason: 'It was chosen.' },
      ],
    });
  });

  it('gives the same answer to the same request id, from the body or the Idempotency-Key', async () => {
    const first = await post('/v1/decide', { ...asked, requestId: 'r1' });
    expect(await post('/v1/decide', asked, { 'idempotency-key': 'r1' })).toEqual({
      ...first,
      repeated: true,
    });
    expect((await post('/v1/decide', asked)).decisionId).not.toBe(first.decisionId);
  });

  it('takes events along, which need neither type nor id', async () => {
    await post('/v1/decide', { ...asked, events: [{ event: 'Cart Viewed', messageId: 'm1' }] });
    expect(world.application.events.get('m1')).toMatchObject({
      type: 'track',
      name: 'Cart Viewed',
      userId: 'u1',
    });
  });

  it('leads to an outcome, a decision with reasons and a customer with contacts', async () => {
    const { decisionId } = await post('/v1/decide', { ...asked, customer: { anonymousId: 7 } });
    expect(
      await post('/v1/outcomes', { decisionId, action: 'win-back', outcome: 'click', timestamp: noon }),
    ).toEqual({
      success: true,
    });
    expect(world.application.outcomes).toEqual([
      { decisionId, action: 'win-back', outcome: 'click', timestamp: noon },
    ]);
    const decision = await get(`/v1/decisions/${decisionId}`);
    expect(decision).toMatchObject({
      decisionId,
      customer: { anonymousId: '7' },
      at: '2026-03-01T12:00:00.000Z',
    });
    expect(decision.placements[0].reasons[0].reason).toBe('The customer may not have it.');
    for (const url of ['/v1/customers/7?anonymous=true', '/v1/customers/a:7']) {
      expect(await get(url)).toMatchObject({
        customer: { anonymousId: '7' },
        identities: [{ anonymousId: '7' }],
        contacts: [{ decisionId, action: 'win-back', at: '2026-03-01T12:00:00.000Z' }],
      });
    }
  });

  it('refuses an outcome of a treatment that the decision does not hold', async () => {
    const { decisionId } = await post('/v1/decide', asked);
    expect(await post('/v1/outcomes', { decisionId, treatment: 'other', outcome: 'click' })).toMatchObject({
      status: 422,
      code: 'NB_UNKNOWN_TREATMENT',
    });
  });
});

describe('operation', () => {
  it('shows a customer with traits whose names need care', async () => {
    await post('/v1/identify', { userId: 'a/b c', traits: { 'line\nbreak': 1, nested: { deep: [true] } } });
    const view = await get(`/v1/customers/${encodeURIComponent('a/b c')}`);
    expect(view.traits).toEqual({ 'line\nbreak': 1, nested: { deep: [true] } });
  });

  it('shows the rulebook and the last change that was refused', async () => {
    const diagnostic = {
      code: 'NBR_X',
      severity: 'error',
      file: 'a.yaml',
      line: 1,
      column: 2,
      message: 'm',
    } as const;
    const refused = await injectedWorld({
      rulebookStatus: () => ({ loadedAt: noon, rejected: { at: noon, diagnostics: [diagnostic] } }),
    });
    const answer = (await refused.server.inject('/v1/rulebook')).json();
    expect(answer).toMatchObject({
      version: 'book-1',
      counts: { actions: 2, placements: 2 },
      placements: [{ name: 'home-hero', channel: 'web' }, { name: 'footer' }],
      rejected: { at: '2026-03-01T12:00:00.000Z', diagnostics: [diagnostic] },
    });
    await refused.server.close();
  });

  it('counts what it did, for people and for Prometheus', async () => {
    await post('/v1/track', { event: 'x', userId: 'u' });
    await post('/v1/track', { event: 'x' });
    await post('/v1/decide', asked);
    const status = await get('/v1/status');
    expect(status.activity).toEqual({
      events: { total: 1, perSecond: 1 },
      decisions: { total: 2, perSecond: 2 },
      outcomes: { total: 0, perSecond: 0 },
    });
    const metrics = (await world.server.inject('/metrics')).body;
    expect(metrics).toContain('nextbest_events_received_total{source="http",result="accepted"} 1');
    expect(metrics).toContain('nextbest_events_received_total{source="http",result="rejected"} 1');
    expect(metrics).toContain('nextbest_decisions_total{placement="footer",result="fallback"} 1');
  });

  it('is ready until it drains or a check fails', async () => {
    expect((await world.server.inject('/readyz')).statusCode).toBe(200);
    world.drain();
    expect((await world.server.inject('/readyz')).statusCode).toBe(503);
    expect((await world.server.inject('/livez')).statusCode).toBe(200);
    const sick = await injectedWorld({
      readiness: async () => [{ name: 'log', ok: false, detail: 'no answer' }],
    });
    const answer = await sick.server.inject('/readyz');
    expect(answer.statusCode).toBe(503);
    expect(answer.json().checks[1]).toEqual({ name: 'log', ok: false, detail: 'no answer' });
    await sick.server.close();
  });

  it('exports everything held of a customer as a file, and erases it', async () => {
    await post('/v1/track', { userId: 'leaving', event: 'Product Viewed' });
    const exported = await world.server.inject('/v1/customers/leaving/export');
    expect(exported.statusCode).toBe(200);
    expect(exported.headers['content-disposition']).toBe('attachment; filename="customer.json"');
    expect(exported.json()).toMatchObject({
      format: 1,
      customer: { userId: 'leaving' },
      identities: [{ userId: 'leaving' }],
      documents: [{ id: { userId: 'leaving' }, contributions: [{ id: { userId: 'leaving' } }], waits: [] }],
      decisions: [],
      deadLetters: [],
      receipts: [],
    });
    const erased = await world.server.inject({ method: 'DELETE', url: '/v1/customers/leaving' });
    expect(erased.statusCode).toBe(202);
    expect(erased.json()).toMatchObject({ customer: { userId: 'leaving' } });
    for (const path of ['/v1/customers/leaving', '/v1/customers/leaving/export']) {
      expect((await world.server.inject(path)).statusCode).toBe(404);
    }
  });

  it('tells how budgets stand, money in the currency of the book', async () => {
    const window = { from: noon, until: noon + 3_600_000 };
    const counted = { name: 'pot', unit: 'contacts', total: 10, period: 'total' } as const;
    const money = { name: 'money', unit: 'cost', total: 9_000_000, period: 'hour', pace: 'even' } as const;
    world.application.budgetReports.push(
      { budget: counted, spent: 3, reserved: 5, due: 10 },
      { budget: money, window, spent: 250_000, reserved: 500_000, due: 500_000, pausedUntil: noon + 1_000 },
    );
    expect((await get('/v1/budgets')).budgets).toEqual([
      { name: 'pot', unit: 'contacts', period: 'total', total: 10, spent: 3, reserved: 5, idle: 2, due: 10 },
      {
        ...{ name: 'money', unit: 'cost', period: 'hour', pace: 'even' },
        ...{ from: new Date(window.from).toISOString(), until: new Date(window.until).toISOString() },
        ...{ total: 9, spent: 0.25, reserved: 0.5, idle: 0.25, due: 0.5 },
        pausedUntil: new Date(noon + 1_000).toISOString(),
      },
    ]);
  });

  it('tells what the models have learned', async () => {
    const judgement = {
      ...{ trials: 40, positives: 10, logLoss: 0.4, auc: 0.7 },
      rate: { logLoss: 0.5, lift: 0.2 },
      naiveBayes: { logLoss: 0.32, auc: 0.72, lift: -0.25 },
    };
    const model = {
      ...{ action: 'opera', treatment: 'web', trials: 40, positives: 10, maturity: 0.05, rate: 0.25 },
      ...{ foretold: 0.2, shares: [0.5, 0.5], judgement },
    };
    const code = {
      ...({ number: 2, used: ['traits.plan'], link: 'logit', signals: 'weak', dimension: 4 } as const),
      judgement,
    };
    const names = ['traits.plan', 'traits.shoe'];
    expect(await get('/v1/models')).toMatchObject({ waiting: 0, codes: [] });
    world.application.modelsReport = {
      waiting: 3,
      collecting: { names, have: 12, need: 300 },
      codes: [{ ...code, names, models: [model] }],
    };
    expect(await get('/v1/models')).toMatchObject({
      waiting: 3,
      collecting: { predictors: names, have: 12, need: 300 },
      codes: [{ ...code, predictors: names, models: [model] }],
    });
  });

  it('describes every route once in OpenAPI 3.1, without the short addresses of the SDKs', async () => {
    const { openapi, paths } = await get('/openapi.json');
    expect(openapi).toBe('3.1.0');
    const events = ['track', 'identify', 'page', 'screen', 'group', 'alias', 'batch'];
    const expected = [
      ...events.map((name) => `/v1/${name}`),
      ...[
        '/v1/decide',
        '/v1/decide/batch',
        '/v1/outcomes',
        '/v1/overlays',
        '/v1/overlays/{name}',
        '/v1/customers/{id}',
        '/v1/customers/{id}/export',
        '/v1/customers/{id}/merge',
        '/v1/customers/{id}/unmerge',
        '/v1/segments',
        '/v1/budgets',
        '/v1/models',
        '/v1/decisions/{id}',
        '/v1/decisions/{id}/explain',
        '/v1/decisions/stream',
      ],
      ...[
        '/v1/rulebook',
        '/v1/rulebook/history',
        '/v1/deadletters',
        '/v1/deadletters/replay',
        '/v1/rulebook/rollback',
        '/v1/status',
        '/livez',
        '/readyz',
        '/metrics',
        '/openapi.json',
        '/docs/errors/{code}',
      ],
    ];
    expect(Object.keys(paths).sort()).toEqual(expected.sort());
    expect(paths['/v1/decide'].post.requestBody.content['application/json'].schema.required).toEqual([
      'customer',
      'placements',
    ]);
  });

  it('explains an error code at the address that a problem names', async () => {
    expect(await get('/docs/errors/NB_EVENT_TIME')).toMatchObject({ status: 422, retryable: false });
    expect(await get('/docs/errors/__proto__')).toMatchObject({ code: 'NB_UNKNOWN_ROUTE' });
  });

  it('serves the page and the API reference from itself alone, under a policy without inline scripts', async () => {
    for (const url of ['/', '/page.js', '/page.css', '/docs', '/docs/static/swagger-ui-bundle.js']) {
      const answer = await world.server.inject(url);
      expect(answer.statusCode, url).toBe(200);
      expect(answer.headers['content-security-policy'], url).toMatch(/script-src 'self'(;|$)/);
    }
    for (const url of ['/', '/docs']) {
      const { body } = await world.server.inject(url);
      expect(body).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>/);
      expect(body).not.toMatch(/(src|href)="https?:/);
    }
  });

  it('does not serve what lies beside the page', async () => {
    expect((await world.server.inject('/..%2f..%2fhttp/map.ts')).statusCode).toBe(404);
    expect((await world.server.inject('/../../../package.json')).statusCode).toBe(404);
  });
});

describe('merging', () => {
  it('brings two customers together and takes them apart again, once the log has it', async () => {
    for (const id of [{ userId: 'u1' }, { anonymousId: 'v1' }])
      await post('/v1/track', { event: 'x', ...id });
    const merge = await world.server.inject({
      method: 'POST',
      url: '/v1/customers/u1/merge',
      payload: { with: 'a:v1' },
    });
    expect(merge.statusCode).toBe(202);
    expect(merge.json()).toEqual({ accepted: true, customer: { userId: 'u1' } });
    expect(await get('/v1/customers/a:v1')).toMatchObject({
      customer: { userId: 'u1' },
      identities: [{ userId: 'u1' }, { anonymousId: 'v1' }],
    });
    const unmerge = { method: 'POST', url: '/v1/customers/u1/unmerge', payload: { id: 'a:v1' } } as const;
    expect((await world.server.inject(unmerge)).statusCode).toBe(202);
    expect(await get('/v1/customers/a:v1')).toMatchObject({ customer: { anonymousId: 'v1' } });
    const again = await world.server.inject(unmerge);
    expect([again.statusCode, again.json().code]).toEqual([409, 'NB_UNMERGE_REFUSED']);
  });

  it.each([
    ['u:nobody', 404, 'NB_UNKNOWN_CUSTOMER'],
    ['i:email:ada@example.org', 404, 'NB_UNKNOWN_CUSTOMER'],
    ['', 400, 'NB_INVALID_INPUT'],
  ])('with %j is refused', async (id, status, code) => {
    await post('/v1/track', { event: 'x', userId: 'u1' });
    const answer = await world.server.inject({
      method: 'POST',
      url: '/v1/customers/u1/merge',
      payload: { with: id },
    });
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
  });
});
