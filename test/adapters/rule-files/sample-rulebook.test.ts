import { beforeAll, describe, expect, test } from 'vitest';
import { type LoadedRulebook, loadRulebook } from '../../../adapters/rule-files/load-rulebook.ts';
import { openLibraries } from '../../../adapters/wiring/libraries.ts';
import {
  anonymousKey,
  type DecisionId,
  decide,
  defaultTenant,
  emptyModel,
  type Json,
  type Rulebook,
} from '../../../engine/index.ts';
import { runRulebookTests } from '../../../engine/rules/run-rulebook-tests.ts';

const folder = new URL('../../../rules', import.meta.url).pathname;
const now = Date.UTC(2026, 10, 20, 10);

let loaded: LoadedRulebook;
beforeAll(async () => {
  loaded = await loadRulebook({ folder, libraries: openLibraries() });
});

function book(): Rulebook {
  const { rulebook, diagnostics } = loaded;
  if (rulebook === undefined) throw new Error(JSON.stringify(diagnostics, null, 2));
  return rulebook;
}

test('the sample rulebook compiles without a single finding', () => {
  expect(loaded.diagnostics).toEqual([]);
  expect(book().version).toBe(loaded.folder.version);
});

test('the tests inside the sample rulebook pass', () => {
  const results = runRulebookTests(book(), now);
  const failed = results.filter(({ failures }) => failures.length > 0);
  expect(failed.map(({ test, failures }) => [test.file, test.line, test.name, ...failures])).toEqual([]);
});

test('every action of the sample rulebook has a test that speaks of it', () => {
  const spoken = new Set(
    book().tests.flatMap(({ expect: { first, ranked, in: inside, out } }) => [
      ...(first === undefined ? [] : [first]),
      ...(ranked ?? []),
      ...inside,
      ...Object.keys(out),
    ]),
  );
  expect([...book().actions.keys()].filter((action) => !spoken.has(action))).toEqual([]);
});

describe('a visitor without any permission', () => {
  /** Without hold-out and exploration, which leave the answer to chance. */
  function homePage(features: Readonly<Record<string, Json>>) {
    const rulebook = book();
    const certain = {
      ...rulebook,
      experiments: [],
      arbitration: { ...rulebook.arbitration, exploration: { kind: 'share' as const, rate: 0 } },
    };
    const { decision } = decide({
      id: 'one' as DecisionId,
      tenant: defaultTenant,
      customer: anonymousKey('visitor'),
      state: undefined,
      rulebook: certain,
      model: emptyModel,
      cause: { kind: 'request', requestId: 'one' },
      seed: 'one',
      now,
      placements: ['home-hero'],
      context: {},
      explain: false,
      budgets: { left: () => Number.MAX_SAFE_INTEGER },
      overrides: new Map(Object.entries(features)),
    });
    const [placement] = decision.placements;
    if (placement === undefined) throw new Error('there is no answer');
    return placement;
  }

  test('gets a ranked action on the home page before any event', () => {
    const { treatments, fallback } = homePage({});
    expect(treatments.map(({ action }) => action)).toEqual(['discover-the-season']);
    expect(fallback).toBeUndefined();
  });

  test('gets more after two product views', () => {
    const seen = {
      'views.count_1d': 2,
      'views.count_30d': 2,
      'category.last': 'tents',
      'product.last_name': 'Fjell 2',
    };
    const { treatments } = homePage(seen);
    expect(treatments.map(({ action }) => action)).toEqual([
      'pick-up-where-you-left',
      'newsletter-invitation',
      'discover-the-season',
    ]);
    expect(treatments[0]?.content).toEqual({
      title: 'Back to tents',
      text: 'You looked at Fjell 2 last.',
      link: '/collections/tents',
    });
  });
});
