import { expect, test } from 'vitest';
import { liveShopper, type World, worldTenant } from '../../../adapters/cli/simulate/world.ts';
import {
  type BookFigures,
  startFigures,
  worldBook,
  worldPlacements,
} from '../../../bench/evaluate/honesty/world-book.ts';
import {
  type Decision,
  emptyModel,
  type ForecastFindings,
  type ForecastOptions,
  ForecastRun,
  type ForecastStep,
  forecastReport,
} from '../../../engine/index.ts';

/** Logs of a world in which no outcome decides on later contacts, so that what a book would have shown is known exactly. */
const figures: BookFigures = { ...startFigures, afterConversionDays: 0 };
const shoppers = 40;

function worldUnder(book: BookFigures): World {
  return {
    ...{ seed: 4, rulebook: worldBook(book), model: emptyModel, run: 'log', placements: worldPlacements },
    ...{ from: Date.UTC(2026, 2, 2), days: 28, visitsMax: 30, conversionOfClicks: 1, tellsOdds: true },
  };
}

function logUnder(book: BookFigures): {
  readonly steps: readonly ForecastStep[];
  readonly shown: readonly string[];
} {
  const steps: ForecastStep[] = [];
  const shown: string[] = [];
  for (let index = 0; index < shoppers; index += 1) {
    liveShopper(worldUnder(book), index, {
      message: (message) => steps.push({ kind: 'message', message }),
      decided: (logged) => {
        steps.push({ kind: 'decision', logged });
        shown.push(shownIn(logged.decision));
      },
    });
  }
  return { steps, shown };
}

function shownIn({ id, placements }: Decision): string {
  return `${id} ${placements.map(({ treatments }) => treatments.map(({ action }) => action).join('+')).join(' ')}`;
}

const log = logUnder(figures);

function forecast(book: BookFigures, options: Partial<ForecastOptions> = {}): ForecastFindings {
  const run = new ForecastRun({ rulebook: worldBook(book), tenant: worldTenant, partitions: 1, ...options });
  for (const step of log.steps) run.take(step);
  return run.finish();
}

/** Contacts by action, as the customers had them. */
function contactsIn(shown: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of shown) {
    for (const action of line.split(/[ +]/).slice(1))
      if (action !== '') counts[action] = (counts[action] ?? 0) + 1;
  }
  return counts;
}

function contactsOf(findings: ForecastFindings): Record<string, number> {
  const counts = [...findings.forecast.actions].map(([action, { contacts }]) => [action, contacts] as const);
  return Object.fromEntries(counts.filter(([, contacts]) => contacts > 0));
}

test('changes nothing under the rules in force', () => {
  const { changes, evaluation, logged, forecast: made } = forecast(figures);
  expect(changes.decisions).toBe(log.shown.length);
  expect(changes.changed).toBe(0);
  expect(made.reach).toEqual(logged.reach);
  expect(evaluation?.overlap).toMatchObject({ unsupported: 0, meanWeight: 1, largestWeight: 1 });
});

test.each([1, shoppers])(
  'says that the rules in force change nothing, however short the log: %d shoppers',
  (most) => {
    const run = new ForecastRun({ rulebook: worldBook(figures), tenant: worldTenant, partitions: 1 });
    const few = new Set(
      log.steps.flatMap((step) => (step.kind === 'decision' ? [step.logged.input.customer] : [])),
    );
    const kept = new Set([...few].slice(0, most));
    for (const step of log.steps) {
      if (step.kind === 'message' || kept.has(step.logged.input.customer)) run.take(step);
    }
    const { value, actions } = forecastReport(run.finish(), []);
    expect(value).toMatchObject({ answer: 'no-difference', refusals: [] });
    expect(value.words).toMatch(/^no change: /);
    expect(value.perDecision?.difference).toEqual({ value: 0, interval: { low: 0, high: 0 } });
    expect(value.perDecision?.forecast).toEqual(value.perDecision?.inForce);
    for (const { value: own } of actions) expect(own.after).toBeCloseTo(own.before, 9);
  },
);

test.each<[string, Partial<BookFigures>]>([
  ['a looser cap', { weekCap: 8 }],
  ['a tighter cap', { actionCap: 1 }],
  ['a longer rest', { groupRestHours: 72 }],
  [
    'another lever',
    { actions: { ...figures.actions, guide: { group: 'service/advice', value: 20, lever: 150 } } },
  ],
])('shows contact for contact what customers would have been shown: %s', (_, change) => {
  const changed = { ...figures, ...change };
  const lived = contactsIn(logUnder(changed).shown);
  expect(lived).not.toEqual(contactsIn(log.shown));
  expect(contactsOf(forecast(changed))).toEqual(lived);
  expect(contactsOf(forecast(changed, { past: 'logged' }))).not.toEqual(lived);
});

test('looks for what a cap of the log kept out at other moments of the same customer', () => {
  const changed = { ...figures, weekCap: 6 };
  const moved = forecast(changed).evaluation?.overlap.unsupported ?? 1;
  const asLogged = forecast(changed, { past: 'logged' }).evaluation?.overlap.unsupported ?? 0;
  expect(moved).toBeLessThan(asLogged / 3);
});

test('refuses a value where the new rules prefer what was never tried, and says so in words', () => {
  const fresh = { group: 'sales/fresh', value: 5_000, lever: 0 };
  const changed = { ...figures, actions: { ...figures.actions, fresh } };
  const report = forecastReport(forecast(changed), Object.keys(changed.actions));
  expect(report.value.answer).toBe('refused');
  expect(report.value.words).toContain('prefer actions that were never tried with these customers');
});

test('tells a removed action as a choice that is gone, and why an action never comes up', () => {
  const { tent: _, ...actions } = figures.actions;
  const changed = {
    ...figures,
    actions: { ...actions, nobody: { group: 'sales/outdoor', value: 9, lever: 0, tier: 'x' } },
  };
  const report = forecastReport(forecast(changed), Object.keys(changed.actions));
  expect(report.actions.find(({ action }) => action === 'tent')?.contacts.after).toBe(0);
  expect(report.examples.some(({ why }) => why === 'not in the new rules')).toBe(true);
  expect(report.neverChosen).toEqual([
    { action: 'nobody', asked: expect.any(Number), reasons: [{ why: 'eligibility', share: 1 }] },
  ]);
  expect(report.value.perDecision?.inForce.value).toBeGreaterThan(0);
});

test('counts what contact policies keep out under both books', () => {
  const report = forecastReport(forecast({ ...figures, weekCap: 2 }), []);
  const cap = report.limits.find(({ name }) => name === 'all-a-week');
  expect(cap?.decisions.after).toBeGreaterThan(cap?.decisions.before ?? 0);
  expect(report.reach.after.contacts).toBeLessThan(report.reach.before.contacts);
});
