import { expect, test } from 'vitest';
import {
  type DecideInput,
  type DecisionId,
  decide,
  defaultTenant,
  type ForecastFindings,
  ForecastRun,
  type Rulebook,
  userKey,
} from '../../../engine/index.ts';
import { inputOf } from '../decide/learned.ts';
import { bookOf } from '../support/book.ts';
import { noon } from '../support/events.ts';

function shop(experiments: string): Rulebook {
  const offers = [...'abc'].map(
    (name, index) => `---
action: ${name}
group: sales/first
value: ${index + 1}
treatments: { t: { channel: web, content: {} } }
`,
  );
  return bookOf(`channels: { web: { direction: pull } }
placements: { hero: { channel: web, limit: 1, fallback: {} } }
arbitration: { exploration: 0, prior: { positives: 1, negatives: 9 } }
${experiments}
${offers.join('')}`);
}

const controlled = shop('experiments: { by-chance: { modelControl: { share: 0.5 } } }');
const ranked = shop('');
const customers = 200;

function forecast(rulebook: Rulebook): ForecastFindings {
  const run = new ForecastRun({ rulebook, tenant: defaultTenant, partitions: 1 });
  for (let index = 0; index < customers; index += 1) {
    const input: DecideInput = inputOf(controlled, {
      id: `0-${`${index}`.padStart(24, '0')}` as DecisionId,
      customer: userKey(`${index}`),
      now: noon + index,
      seed: `s${index}`,
      tellsOdds: true,
    });
    run.take({ kind: 'decision', logged: { input, decision: decide(input).decision } });
  }
  return run.finish();
}

test('a book with a model control changes nothing against itself', () => {
  const { changes, evaluation } = forecast(controlled);
  expect(changes).toMatchObject({ decisions: customers, changed: 0 });
  expect(evaluation?.overlap).toMatchObject({ unsupported: 0, meanWeight: 1, largestWeight: 1 });
});

test('what chance drew of three options counts three times where the new rules would always show it', () => {
  const { changes, evaluation, forecast: made } = forecast(ranked);
  expect(changes.changed).toBeGreaterThan(customers / 4);
  expect(evaluation?.overlap).toMatchObject({ unsupported: 0, largestWeight: 3 });
  expect(made.actions.get('c')?.contacts).toBe(customers);
});
