import { afterEach, expect, test } from 'vitest';
import { CodedError, type DecideAnswer, limits, type Ports, userKey } from '../../../engine/index.ts';
import { bookOf } from '../support/book.ts';
import { noon, track } from '../support/events.ts';
import { overriding } from '../support/faulty-store.ts';
import { ask, startNode, type TestNode } from '../support/node.ts';

const actions = `
channels:
  web: { direction: pull }
placements:
  hero: { channel: web, fallback: { title: Welcome } }
  side: { channel: web, fallback: { title: Nothing new } }
policies:
  few: { scope: action, limit: 1, within: 30d, counts: decided, match: { actions: [voucher] } }
---
action: voucher
group: sales/vouchers
value: 10
treatments: { card: { channel: web, placements: [hero], content: { title: Voucher } } }
---
action: opening
group: service/hours
value: 1
eligibility: { fact: context.country, operator: equal, value: NO }
treatments: { card: { channel: web, placements: [hero], content: { title: "Open in {{ context.country }}" } } }
`;
const strict = bookOf(`currency: EUR\n${actions}`);
const book = bookOf(`currency: EUR\ndegraded: { after: 300ms, actions: [opening] }\n${actions}`);

/** A store that may be frozen: its calls then neither succeed nor fail until it thaws; or away: they fail at once. */
class Weather {
  is: 'fine' | 'frozen' | 'away' = 'fine';
  calls = 0;
  readonly #held: (() => void)[] = [];
  /** Ends of the waits for the store, by hand. */
  readonly deadlines: (() => void)[] = [];

  thaw(): void {
    this.is = 'fine';
    for (const go of this.#held.splice(0)) go();
  }

  over(ports: Ports): Ports {
    const { store, timing } = ports;
    const held = new Proxy(store, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return async (...args: readonly unknown[]) => {
          if (name !== 'load' && name !== 'commit' && name !== 'record') return member.apply(target, args);
          this.calls += 1;
          if (this.is === 'away') throw new CodedError('NB_STORE_UNAVAILABLE', 'connection refused');
          if (this.is === 'frozen') await new Promise<void>((go) => this.#held.push(go));
          return member.apply(target, args);
        };
      },
    });
    const sleep: typeof timing.sleep = (ms, signal) => {
      if (ms !== 300) return timing.sleep(ms, signal);
      return new Promise((wake) => {
        this.deadlines.push(wake);
        signal?.addEventListener('abort', () => wake());
      });
    };
    const leases = overriding(ports.leases, { hold: async () => [] });
    return { ...ports, store: held, timing: { sleep }, leases };
  }
}

const running: TestNode[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(({ node }) => node.stop()));
});

function start(rules = book) {
  const weather = new Weather();
  const home = startNode(rules, {}, (ports) => weather.over(ports));
  running.push(home);
  return { home, weather };
}

const shown = ({ decision }: DecideAnswer) =>
  decision.placements.map(({ treatments, fallback }) => treatments[0]?.content ?? fallback?.content);

const inNorway = { context: { country: 'NO' } } as const;

/** Waits until the request asked the store, and lets its time run out. */
async function outOfTime(weather: Weather, calls: number): Promise<void> {
  while (weather.calls < calls || weather.deadlines.length === 0) await new Promise((go) => setImmediate(go));
  for (const end of weather.deadlines.splice(0)) end();
}

test('shows what is declared for it, and fallbacks elsewhere, once the store was waited for', async () => {
  const { home, weather } = start();
  await ask(home, { customer: userKey('somebody') });
  weather.is = 'frozen';
  const asking = ask(home, { ...inNorway, placements: ['hero', 'side'], requestId: 'r', explain: true });
  await outOfTime(weather, weather.calls + 1);
  const answer = await asking;
  expect(shown(answer)).toEqual([{ title: 'Open in NO' }, { title: 'Nothing new' }]);
  expect(answer.decision).toMatchObject({ degraded: true, arms: [], customer: userKey('ada') });
  expect(answer.decision.placements[0]?.reasons).toEqual([
    { action: 'opening', treatment: 'card', code: 'chosen', by: 'degraded' },
    { action: 'voucher', code: 'degraded' },
  ]);
  expect(answer.explain?.placements.hero?.funnel).toMatchObject({ candidates: 2, available: 1, chosen: 1 });
  weather.thaw();
});

test('counts and records nothing, and the same request id gets a real answer later', async () => {
  const { home, weather } = start();
  weather.is = 'away';
  const request = { ...inNorway, requestId: 'r' };
  const degraded = await ask(home, request);
  expect(degraded.decision.degraded).toBe(true);
  weather.is = 'fine';
  await expect(home.node.decision(degraded.decision.id)).resolves.toBeUndefined();
  const outcome = home.node.recordOutcome({ decisionId: degraded.decision.id, outcome: 'click' });
  await expect(outcome).rejects.toThrow('nothing can be reported of it');
  const real = await ask(home, request);
  expect(real).toMatchObject({ repeated: false });
  expect(real.decision.degraded).toBeUndefined();
  expect(shown(real)).toEqual([{ title: 'Voucher' }]);
  expect((await ask(home, request)).repeated).toBe(true);
  expect(home.decisions).toHaveLength(1);
});

test('what was not sent to the store in time is not sent later', async () => {
  const { home, weather } = start();
  weather.is = 'frozen';
  const asking = ask(home, { requestId: 'r' });
  await outOfTime(weather, 1);
  expect((await asking).decision.degraded).toBe(true);
  // The document that it waited for comes now; its commit must not follow.
  weather.thaw();
  for (let turn = 0; turn < 50; turn += 1) await new Promise((go) => setImmediate(go));
  expect(home.decisions).toEqual([]);
  expect((await ask(home, { requestId: 'r' })).repeated).toBe(false);
});

test('events that came along are kept all the same', async () => {
  const { home, weather } = start();
  weather.is = 'away';
  await ask(home, { events: [track('Product Viewed', { userId: 'ada' })] });
  const heads = await Promise.all([0, 1, 2, 3].map((number) => home.ports.log.head(number as never)));
  expect(heads.reduce((sum, head) => sum + head, 0)).toBe(1);
});

test('after some failures in a row nobody waits, and one request at a time finds out when it is over', async () => {
  const { home, weather } = start();
  weather.is = 'away';
  for (let failure = 0; failure < limits.storeFailuresMax; failure += 1) await ask(home);
  weather.is = 'frozen';
  const before = weather.calls;
  expect((await ask(home)).decision.degraded).toBe(true);
  expect(weather.calls).toBe(before);
  home.clock.time = noon + limits.storeRestMs;
  const probe = ask(home, { customer: userKey('probe') });
  // The others are answered while it waits.
  expect((await ask(home)).decision.degraded).toBe(true);
  await outOfTime(weather, before + 1);
  expect((await probe).decision.degraded).toBe(true);
  weather.thaw();
  expect((await ask(home)).decision.degraded).toBe(true);
  home.clock.time += limits.storeRestMs;
  const answers = [await ask(home), await ask(home)];
  expect(answers.map(({ decision }) => decision.degraded)).toEqual([undefined, undefined]);
});

test('waiting for others of the same customer says nothing about the store', async () => {
  const { home, weather } = start();
  weather.is = 'frozen';
  const asking = Array.from({ length: 2 * limits.storeFailuresMax }, () => ask(home));
  while (weather.deadlines.length < asking.length) await new Promise((go) => setImmediate(go));
  for (const end of weather.deadlines.splice(0)) end();
  await Promise.all(asking);
  weather.thaw();
  for (let turn = 0; turn < 50; turn += 1) await new Promise((go) => setImmediate(go));
  expect((await ask(home)).decision.degraded).toBeUndefined();
});

test('a request that nobody waits for is never answered without the customer', async () => {
  const { home, weather } = start();
  weather.is = 'away';
  await expect(ask(home, { isPatient: true })).rejects.toMatchObject({ code: 'NB_STORE_UNAVAILABLE' });
});

test('without a degraded mode in the rulebook a request fails as the store does', async () => {
  const { home, weather } = start(strict);
  weather.is = 'away';
  for (let failure = 0; failure < 2 * limits.storeFailuresMax; failure += 1) {
    await expect(ask(home)).rejects.toMatchObject({ code: 'NB_STORE_UNAVAILABLE' });
  }
  weather.is = 'fine';
  expect((await ask(home)).decision.degraded).toBeUndefined();
});
