import { afterEach, expect, test } from 'vitest';
import { sha256 } from '../../../adapters/system/sha256.ts';
import {
  defaultTenant,
  type ForecastOfLog,
  forecastLog,
  type Rulebook,
  userKey,
} from '../../../engine/index.ts';
import { bookOf, shopYaml } from '../support/book.ts';
import { ask, hurried, startNode, type TestNode } from '../support/node.ts';
import { receiptsOf, testVersions, withReceipts } from '../support/receipts.ts';

/** A log and receipts of a node, with decisions that were asked for and decisions of triggers, under another book. */
const yaml = shopYaml
  .replace('exploration: 0,', 'exploration: 0.3,')
  .replace(
    'budgets:\n',
    'budgets:\n  pushes: { unit: contacts, total: 900, period: day, match: { channels: [push] } }\n',
  );
const inForce = bookOf(yaml, 'in-force');
const people = Array.from({ length: 12 }, (_, index) => `person-${index}`);
const minute = 60_000;
const started: TestNode[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map(({ node }) => node.stop()));
});

/** Visits of everybody, with views that set off a message at once and baskets that set one off after two hours. */
async function live(days: number): Promise<TestNode> {
  const home = startNode(inForce, { madeBy: testVersions }, (ports) => withReceipts(hurried(ports)));
  started.push(home);
  for (let visit = 0; visit < days * 3; visit += 1) {
    for (const userId of people) await one(home, { userId, visit });
    await home.node.settled();
    home.clock.time += 8 * 60 * minute;
  }
  await home.node.settled();
  return home;
}

async function one(home: TestNode, { userId, visit }: { readonly userId: string; readonly visit: number }) {
  const timestamp = home.clock.time;
  const track = (name: string, properties: object) => ({
    ...{ messageId: `${userId}-${visit}-${name}`, type: 'track' as const, userId, name, timestamp },
    properties: { ...properties },
  });
  await home.node.ingest([
    track('Newsletter Subscribed', {}),
    track('Product Viewed', { category: visit % 2 === 0 ? 'boots' : 'tents' }),
    track('Cart Updated', {}),
  ]);
  await home.node.settled();
  home.clock.time += minute;
  const customer = userKey(userId);
  const { decision } = await ask(home, { customer, placements: ['hero', 'side'], context: { visit } });
  const [shown] = decision.placements[0]?.treatments ?? [];
  if (!shown || visit % 3 > 0) return;
  const { action, treatment } = shown;
  await home.node.recordOutcome({
    decisionId: decision.id,
    action,
    treatment,
    outcome: 'conversion',
    timestamp: home.clock.time,
  });
}

function forecast(
  home: TestNode,
  rulebook: Rulebook,
  books: readonly Rulebook[] = [inForce],
): Promise<ForecastOfLog> {
  return forecastLog({
    ...{ tenant: defaultTenant, partitions: 4, rulebook, sha256, since: 0, share: 1 },
    log: home.ports.log,
    receipts: receiptsOf(home),
    bookOf: async (version) => books.find((book) => book.version === version),
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
}

test('changes nothing under the rules in force, triggers and budgets included', async () => {
  const home = await live(3);
  const { findings, leftOut, books } = await forecast(home, inForce);
  expect(leftOut).toEqual({ unknownBooks: 0, tooLarge: 0, otherwise: 0 });
  expect(books).toEqual(['in-force']);
  expect(findings.changes).toMatchObject({ decisions: home.decisions.length, changed: 0 });
  expect(findings.forecast.reach).toEqual(findings.logged.reach);
  expect(findings.logged.actions.get('boots-push')?.contacts).toBeGreaterThan(0);
  expect(findings.evaluation?.overlap).toMatchObject({ unsupported: 0, meanWeight: 1, largestWeight: 1 });
});

test('counts what the new rules show for their own caps and budgets', async () => {
  const home = await live(3);
  const tighter = bookOf(
    yaml.replace('limit: 3, within: 1d', 'limit: 1, within: 1d').replace('total: 900', 'total: 2'),
    'tighter',
  );
  const { findings } = await forecast(home, tighter);
  expect(findings.changes.changed).toBeGreaterThan(0);
  const vouchers = findings.forecast.actions.get('voucher')?.contacts ?? 0;
  expect(vouchers).toBeLessThan(findings.logged.actions.get('voucher')?.contacts ?? 0);
  expect(vouchers).toBeLessThanOrEqual(3 * people.length);
  const pushes = findings.budgets.filter(({ budget }) => budget === 'pushes');
  expect(pushes.length).toBeGreaterThan(0);
  for (const { spent } of pushes) expect(spent).toBeLessThanOrEqual(2);
  expect(findings.forecast.limits.get('pushes')?.decisions).toBeGreaterThan(0);
});

test('tells decisions of a trigger that is gone as contacts that are not made', async () => {
  const home = await live(2);
  const silent = bookOf(yaml.replace(/ {2}boots-seen: .*\n/, ''), 'silent');
  const { findings } = await forecast(home, silent);
  expect(findings.changes.examples().some(({ why }) => why === 'not asked for')).toBe(true);
  // The messages of the other trigger take the room that the cap of pushes has then, and no more.
  expect(findings.forecast.reach.contacts).toBeLessThanOrEqual(findings.logged.reach.contacts);
});

test('counts decisions whose rulebook is not kept, and keeps what they showed', async () => {
  const home = await live(1);
  const { findings, leftOut } = await forecast(home, inForce, []);
  expect(leftOut.unknownBooks).toBe(home.decisions.length);
  expect(findings.changes.decisions).toBe(0);
  expect(findings.evaluation).toBeUndefined();
});

test('forecasts a share of the customers', async () => {
  const home = await live(1);
  const whole = await forecast(home, inForce);
  const half = await forecastLog({
    ...{ tenant: defaultTenant, partitions: 4, rulebook: inForce, sha256, since: 0, share: 0.5 },
    log: home.ports.log,
    receipts: receiptsOf(home),
    bookOf: async () => inForce,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  expect(half.findings.changes.decisions).toBeGreaterThan(0);
  expect(half.findings.changes.decisions).toBeLessThan(whole.findings.changes.decisions);
});
