import { describe, expect, it } from 'vitest';
import type { Condition } from '../../../engine/model/condition.ts';
import type { Rulebook } from '../../../engine/model/rulebook.ts';
import { explainFailure } from '../../../engine/rules/conditions/explain-failure.ts';
import { compileFiles, compileWith, soundFiles } from './sample-book.ts';

function soundBook(): Rulebook {
  const { rulebook, diagnostics } = compileFiles(soundFiles);
  expect(diagnostics).toEqual([]);
  if (!rulebook) throw new Error('the sound book did not compile');
  return rulebook;
}

const second = 1_000;
const hour = 3_600 * second;
const day = 24 * hour;

describe('a sound book of several files', () => {
  const book = soundBook();

  it('compiles without a finding', () => {
    expect(book.version).toBe('v1');
    expect(book.currency).toBe('EUR');
    expect([...book.actions.keys()]).toEqual(['review', 'win-back']);
    expect([...book.channels.values()]).toEqual([
      { name: 'web', direction: 'pull', consentPerChannel: false, needsView: false },
      { name: 'email', direction: 'push', consentPerChannel: true, needsView: false },
    ]);
  });

  it('fills in what an action leaves out', () => {
    expect(book.actions.get('review')).toMatchObject({
      issue: 'general',
      group: 'general/reviews',
      value: 0,
      cost: {},
      lever: 0,
      prior: { positives: 2, negatives: 8 },
      eligibility: undefined,
      budgets: [],
      index: 0,
    });
    expect(book.actions.get('review')).not.toHaveProperty('purpose');
  });

  it('ends a validity after the day that is named as its end', () => {
    expect(book.actions.get('win-back')?.valid).toEqual({
      from: Date.UTC(2026, 10, 1),
      until: Date.UTC(2027, 1, 1),
    });
  });

  it('offers every action of the channel to a placement, with the treatments that fit it', () => {
    const offered = (placement: string) =>
      book.placements
        .get(placement)
        ?.candidates.map(({ action, treatments }) => [action.name, treatments.map(({ name }) => name)]);
    expect(offered('home-hero')).toEqual([
      ['review', ['banner']],
      ['win-back', ['hero']],
    ]);
    expect(offered('basket')).toEqual([
      ['review', ['banner']],
      ['win-back', []],
    ]);
    expect(offered('mail-slot')).toEqual([['win-back', ['mail']]]);
  });

  it('numbers the treatments over the whole book', () => {
    const all = [...book.actions.values()].flatMap((action) => action.treatments);
    expect(all.map(({ name, index }) => [name, index])).toEqual([
      ['banner', 0],
      ['hero', 1],
      ['mail', 2],
    ]);
  });

  it('gives every fact one slot, whichever conditions read it', () => {
    const names = book.facts.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(book.facts).toContainEqual({
      name: 'traits.complaints',
      source: { kind: 'traits', path: ['complaints'] },
    });
    expect(book.facts).toContainEqual({
      name: 'orders.count_365d',
      source: { kind: 'feature', feature: 'orders.count_365d' },
    });
  });

  it('evaluates conditions over the slots, and tells which of them failed', () => {
    const eligibility = book.actions.get('win-back')?.eligibility;
    const facts = (values: Readonly<Record<string, unknown>>) => book.facts.map(({ name }) => values[name]);
    const failureOf = (condition: Condition | undefined, values: readonly unknown[]) =>
      condition && explainFailure(condition, values);
    expect(eligibility?.holds(facts({ 'orders.count_365d': 1 }))).toBe(true);
    expect(failureOf(eligibility, facts({ 'orders.count_365d': 1 }))).toBeUndefined();
    expect(failureOf(eligibility, facts({ 'orders.count_365d': 0 }))).toEqual({
      fact: 'orders.count_365d',
      operator: 'greaterThanInclusive',
      expected: 1,
      seen: 0,
    });
    expect(
      failureOf(eligibility, facts({ 'orders.count_365d': 1, 'context.weather': 'storm' })),
    ).toMatchObject({
      fact: 'context.weather',
      seen: 'storm',
    });
    const suitability = book.actions.get('win-back')?.suitability;
    expect(failureOf(suitability, facts({ 'traits.complaints': 2 }))).toEqual({
      fact: 'traits.complaints',
      operator: 'not:greaterThan',
      expected: 0,
      seen: 2,
    });
  });

  it('reads features with their windows, places and units', () => {
    expect(book.features.get('orders.count_365d')).toEqual({
      name: 'orders.count_365d',
      key: expect.stringMatching(/^[A-Za-z][\w-]{4}$/),
      kind: 'count',
      events: ['Order Completed'],
      windowMs: 365 * day,
      exact: false,
      unitMs: day,
    });
    expect(book.features.get('orders.value_90d')).toMatchObject({
      of: ['properties', 'revenue'],
      windowMs: 90 * day,
    });
    expect(book.features.get('orders.hours_since_last')).toMatchObject({ kind: 'recency', unitMs: hour });
    expect(book.featuresByEvent.get('Order Completed')?.map(({ name }) => name)).toEqual([
      'orders.count_365d',
      'orders.value_90d',
      'orders.hours_since_last',
    ]);
  });

  it('fills in templates only, and hands out plain content as it stands', () => {
    const [hero, mail] = book.actions.get('win-back')?.treatments ?? [];
    const scope = { traits: { firstName: 'Ada' } };
    expect(hero?.content.render(scope)).toEqual({ title: 'We miss you, Ada', size: 3 });
    expect(mail?.content.render(scope)).toEqual(['plain', 'Ada']);
    const banner = book.actions.get('review')?.treatments[0]?.content;
    expect(banner?.render(scope)).toBe(banner?.source);
    expect(book.placements.get('home-hero')?.fallback?.render(scope)).toEqual({ title: 'Hello Ada' });
  });

  it('reads policies, budgets, arbitration and the holdout', () => {
    expect(book.policies).toEqual([
      {
        kind: 'cap',
        name: 'web-a-day',
        scope: 'channel',
        match: {
          channels: ['web'],
          placements: [],
          groups: ['retention/vouchers', 'general/reviews'],
          actions: [],
          treatments: [],
        },
        limit: 2,
        window: { kind: 'rolling', ms: day },
        counts: 'decided',
      },
    ]);
    expect(book.budgets.get('vouchers')).toEqual({
      name: 'vouchers',
      unit: 'cost',
      total: 12_500_000,
      period: 'day',
    });
    expect(book.arbitration).toMatchObject({
      exploration: { kind: 'share', rate: 0.05 },
    });
    expect(book.arbitration.contextWeights[0]).toMatchObject({
      actions: ['review'],
      groups: [],
      weight: 30,
    });
    expect(book.experiments).toMatchObject([
      {
        name: 'universal',
        salt: 'universal',
        kind: 'holdout',
        shares: [
          { arm: 'holdout', share: 0.05, until: 0.05 },
          { arm: 'treated', share: 0.95, until: 1 },
        ],
        match: { channels: [], placements: [], groups: [], actions: [] },
      },
    ]);
    expect(book.placements.get('home-hero')?.without).toEqual(new Set(['cost']));
  });

  it('indexes triggers, outcomes and consent by event', () => {
    expect(book.triggersByEvent.get('Cart Left')).toEqual([book.triggers.get('cart-left')]);
    expect(book.triggers.get('cart-left')).toMatchObject({ placements: ['mail-slot'], waitMs: 2 * hour });
    expect(book.outcomesByEvent.get('Order Completed')).toMatchObject([
      { name: 'bought', outcome: 'conversion', windowMs: 7 * day, decisionAt: ['properties', 'decisionId'] },
    ]);
    expect(book.consentByEvent.get('Newsletter Subscribed')).toEqual([
      {
        events: ['Newsletter Subscribed'],
        where: undefined,
        status: 'granted',
        purpose: 'marketing',
        channel: 'email',
      },
    ]);
  });

  it('fires a trigger once, and asks each placement once, where its lists name them twice', () => {
    const { rulebook } = compileFiles({
      ...soundFiles,
      'twice.yaml':
        'triggers: { twice: { on: [Cart Emptied, Cart Emptied], ask: [mail-slot, mail-slot] } }\n',
    });
    const twice = rulebook?.triggers.get('twice');
    expect(twice?.placements).toEqual(['mail-slot']);
    expect(rulebook?.triggersByEvent.get('Cart Emptied')).toEqual([twice]);
  });

  it('remembers contacts for the longest window that looks at them', () => {
    expect(book.contactMemoryMs).toBe(7 * day);
  });

  it('grants a test every purpose of the book', () => {
    expect(book.tests).toEqual([
      {
        name: 'a lapsed buyer sees it',
        file: 'actions/win-back.yaml',
        line: 18,
        at: Date.UTC(2026, 10, 20, 10),
        customer: {
          known: true,
          features: { 'orders.count_365d': 3 },
          overlays: {},
          traits: {},
          consent: { marketing: 'granted' },
          contacts: [{ action: 'review', agoMs: 2 * hour }],
          arms: {},
        },
        placement: 'home-hero',
        context: {},
        expect: { first: 'win-back', in: [], out: { review: 'contact-policy' } },
      },
    ]);
  });

  it('is the same whatever order the files come in', () => {
    const turned = compileFiles(Object.fromEntries(Object.entries(soundFiles).reverse())).rulebook;
    expect([...(turned?.actions.keys() ?? [])]).toEqual([...book.actions.keys()]);
    expect(turned?.facts).toEqual(book.facts);
  });
});

describe('a book without any file', () => {
  it('is sound and empty', () => {
    const { rulebook, diagnostics } = compileFiles({});
    expect(diagnostics).toEqual([]);
    expect(rulebook).toMatchObject({ currency: 'XXX', contactMemoryMs: 0, experiments: [] });
    expect(rulebook?.actions.size).toBe(0);
    expect(rulebook?.arbitration.prior).toEqual({ positives: 1, negatives: 19 });
  });
});

describe('a book with faults', () => {
  it('reports them all at once, in the order of files and lines, and yields no rulebook', () => {
    const { rulebook, diagnostics } = compileWith({
      'a.yaml':
        'action: a\ngroup: g\nvalue: much\neligibility: { fact: traits.x, operator: equals, value: 1 }\n',
      'b.yaml':
        'budgets:\n  x: { unit: contact, total: 1, period: day }\ntriggers:\n  t: { on: E, ask: nowhere }\n',
    });
    expect(rulebook).toBeUndefined();
    expect(diagnostics.map(({ code, file, line }) => [code, file, line])).toEqual([
      ['NBR_ACTION_WITHOUT_TREATMENT', 'a.yaml', 1],
      ['NBR_WRONG_TYPE', 'a.yaml', 3],
      ['NBR_UNKNOWN_OPERATOR', 'a.yaml', 4],
      ['NBR_WRONG_VALUE', 'b.yaml', 2],
      ['NBR_UNKNOWN_PLACEMENT', 'b.yaml', 4],
    ]);
  });

  it('does not report as unknown what is defined with a fault', () => {
    const { diagnostics } = compileWith({
      'a.yaml': 'features: { broken: { count: E, of: properties.x } }\n',
      'b.yaml':
        'action: a\ngroup: g\neligibility: { fact: broken, operator: equal, value: 1 }\n' +
        'treatments: { t: { channel: web } }\n',
    });
    expect(diagnostics.map(({ code }) => code)).toEqual(['NBR_CONFLICTING_FIELDS']);
  });
});
