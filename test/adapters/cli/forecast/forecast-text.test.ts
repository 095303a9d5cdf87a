import { describe, expect, it } from 'vitest';
import type { ForecastDocument } from '../../../../adapters/cli/forecast/forecast-document.ts';
import { forecastMarkdown, forecastText } from '../../../../adapters/cli/forecast/forecast-text.ts';

const around = (value: number, reach: number) => ({
  value,
  interval: { low: value - reach, high: value + reach },
});

const day = 24 * 60 * 60_000;
const until = Date.UTC(2026, 10, 22, 12);

const document: ForecastDocument = {
  ...{ since: until - 14 * day, until, decidedFrom: until - 14 * day + 60_000, share: 1 },
  ...{ rulebook: 'new', inForce: ['old'], currency: 'EUR' },
  leftOut: { unknownBooks: 0, tooLarge: 0, otherwise: 0 },
  decisions: 12_000,
  changed: 300,
  examples: [],
  value: {
    answer: 'better',
    words: 'the new rules earn more: +345 a decision (between +45.0 and +645, 95 %)',
    refusals: [],
    customers: 4_000,
    perDecision: {
      inForce: around(12_000, 400),
      forecast: around(12_345, 500),
      difference: around(345, 300),
    },
  },
  segments: [
    { segment: 'loyal', customers: 900, answer: 'worse', difference: around(-2, 1) },
    { segment: 'new|*here*', customers: 12, answer: 'refused', difference: around(9, 90) },
  ],
  actions: [],
  reach: {
    before: { customers: 4_000, contacts: 9_000, cost: 0.4 },
    after: { customers: 3_600, contacts: 9_000, cost: 1_234.56 },
  },
  limits: [],
  budgets: [],
  neverChosen: [],
  customersWithoutDecisions: 0,
};

describe('the report of a forecast', () => {
  it('writes amounts out, however large they are', () => {
    expect(forecastText(document)).toContain(
      'In force: 12000 EUR (11600 to 12400). New: 12345 EUR (11845 to 12845).',
    );
  });

  it('tells costs to the cent', () => {
    expect(forecastMarkdown(document)).toContain('| Cost | 0.40 | 1,234.56 | +308540.0% |');
  });

  it('says who gains and who loses: everybody first, and nothing of segments that cannot be told', () => {
    const markdown = forecastMarkdown(document);
    expect(markdown).toContain('| everybody | 4,000 | 345 (45.0 to 645) | gains |');
    expect(markdown).toContain('| loyal | 900 | -2.00 (-3.00 to -1.00) | loses |');
    expect(markdown).toContain('| new\\|\\*here\\* | 12 |  | cannot tell |');
    const same = { ...document, value: { ...document.value, answer: 'no-difference' as const } };
    expect(forecastMarkdown({ ...same, segments: [] })).toContain('| no difference can be told |');
  });

  it('says that the log is shorter than what was asked for', () => {
    const short = forecastText({ ...document, decidedFrom: until - 2 * day });
    expect(short).toMatch(/^12,000 decisions from 2026-11-20 to 2026-11-22 /);
    expect(short).toContain(
      'The log is shorter than what was asked for: its first decision is of 2026-11-20, 2.0 days ago and not 14.',
    );
    expect(forecastText(document)).not.toContain('shorter');
  });
});
