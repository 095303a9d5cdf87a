import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type InjectedWorld, injectedWorld, noon } from './support/http-world.ts';
import { sampleRulebook } from './support/sample-rulebook.ts';

let world: InjectedWorld;

beforeEach(async () => {
  world = await injectedWorld();
  world.rulebooks.publish({ ...sampleRulebook, version: 'one' }, 'ann');
  world.rulebooks.publish({ ...sampleRulebook, version: 'two' }, 'bob');
});

afterEach(() => world.server.close());

async function rollBack(payload: object) {
  const answer = await world.server.inject({ method: 'POST', url: '/v1/rulebook/rollback', payload });
  return { status: answer.statusCode, body: answer.json() };
}

async function get(url: string) {
  return (await world.server.inject(url)).json();
}

const at = new Date(noon).toISOString();

describe('the rulebook', () => {
  it('is shown with how it came into force', async () => {
    const expected = { version: 'two', since: at, reason: 'published', author: 'bob', replaces: 'one' };
    expect(await get('/v1/rulebook')).toMatchObject(expected);
    expect((await get('/v1/status')).rulebook).toMatchObject(expected);
  });

  it('has a history, newest first, with the one in force marked', async () => {
    const answer = await get('/v1/rulebook/history');
    const counts = expect.objectContaining({ actions: 2, placements: 2 });
    expect(answer).toEqual({
      inForce: { version: 'two', since: at, reason: 'published', author: 'bob', replaces: 'one' },
      rulebooks: [
        { version: 'two', publishedAt: at, author: 'bob', inForce: true, counts },
        { version: 'one', publishedAt: at, author: 'ann', inForce: false, counts },
      ],
    });
  });

  it('has an empty history before the first one', async () => {
    const empty = await injectedWorld();
    expect((await empty.server.inject('/v1/rulebook/history')).json()).toEqual({ rulebooks: [] });
    await empty.server.close();
  });
});

describe('a rollback', () => {
  it('goes to the one in force before, and the next decision is made by it', async () => {
    const { status, body } = await rollBack({ author: 'eve', note: 'too early' });
    const expected = { version: 'one', reason: 'rolled-back', author: 'eve', note: 'too early' };
    expect([status, body]).toEqual([200, expect.objectContaining({ ...expected, replaces: 'two' })]);
    expect((await get('/v1/rulebook/history')).inForce).toMatchObject(expected);
    const payload = { customer: { userId: 'u1' }, placements: ['home-hero'] };
    const decided = await world.server.inject({ method: 'POST', url: '/v1/decide', payload });
    expect(decided.json().rulebook).toBe('one');
  });

  it('goes to the version that is named, and leaves alone the one in force', async () => {
    world.rulebooks.publish({ ...sampleRulebook, version: 'three' }, 'bob');
    expect((await rollBack({ version: 'one' })).body).toMatchObject({ version: 'one', replaces: 'three' });
    expect((await rollBack({ version: 'one' })).body).toMatchObject({ version: 'one', replaces: 'three' });
  });

  it('to a version that is not kept is 404, with those that are', async () => {
    const { status, body } = await rollBack({ version: 'zero' });
    expect(status).toBe(404);
    expect(body).toMatchObject({
      code: 'NB_UNKNOWN_RULEBOOK',
      detail: expect.stringContaining('expected one of two, one'),
    });
    expect((await get('/v1/rulebook')).version).toBe('two');
  });

  it.each([
    [{ version: 7 }, '/version'],
    [{ version: '' }, '/version'],
    [{ author: 'x'.repeat(201) }, '/author'],
    [{ note: 'x'.repeat(1_001) }, '/note'],
    [{ why: 'because' }, '/why'],
    [[], ''],
  ])('that says %j is refused at the place', async (payload, pointer) => {
    const { status, body } = await rollBack(payload);
    expect([status, body.code, body.errors[0].pointer]).toEqual([400, 'NB_INVALID_INPUT', pointer]);
  });
});
