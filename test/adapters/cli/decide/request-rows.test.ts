import { expect, it } from 'vitest';
import {
  type DecideSummary,
  DecideTally,
  describeDecided,
} from '../../../../adapters/cli/decide/decide-summary.ts';
import { requestOf } from '../../../../adapters/cli/decide/request-rows.ts';

const defaults = { placements: ['hero'], context: { page: 'home' }, batch: 'monday', fields: {} };
const bodyOf = (cells: Readonly<Record<string, unknown>>, fields: object = {}) =>
  requestOf({ place: 7, cells }, { ...defaults, ...fields });

it('makes a request of the columns of a row', () => {
  expect(bodyOf({ userId: 'ada', 'context.page': 'cart', 'context.weather': '', anonymousId: '' })).toEqual({
    place: 7,
    body: {
      customer: { userId: 'ada' },
      placements: ['hero'],
      context: { page: 'cart' },
      requestId: 'monday/7',
    },
  });
});

it('takes what a row says itself before what all have', () => {
  const row = { customer: { anonymousId: 'phone' }, placements: ['side'], requestId: 'mine', limit: 2 };
  expect(bodyOf({ ...row, context: { weather: 'rain' } }, { fields: { preview: true } })).toMatchObject({
    body: { ...row, context: { page: 'home', weather: 'rain' }, preview: true },
  });
  expect(bodyOf({ anonymousId: 4, placements: 'hero side' })).toMatchObject({
    body: { customer: { anonymousId: 4 }, placements: ['hero', 'side'] },
  });
});

it('says why a row is no request', () => {
  const reason = 'expected a userId or an anonymousId, found neither';
  expect(bodyOf({ userId: '' })).toEqual({ place: 7, reason });
  expect(requestOf({ place: 9, reason: 'it is not JSON' }, defaults)).toEqual({
    place: 9,
    reason: 'it is not JSON',
  });
});

it('counts what came of the rows, and names the first problems', () => {
  const tally = new DecideTally();
  tally.add({ line: 1, placements: { hero: [{ action: 'voucher' }], side: [{ action: 'guide' }] } });
  tally.add({ line: 2, placements: { hero: [{ action: 'guide' }], side: [{ fallback: true }] } });
  tally.add({ line: 3, placements: { hero: [{ fallback: true }] } });
  for (let line = 4; line < 30; line += 1) {
    tally.add({ line, problem: { code: 'NB_INVALID_INPUT', status: 400, detail: 'it is none' } });
  }
  const summary: DecideSummary = tally.summary();
  expect(summary).toMatchObject({
    rows: 29,
    decided: 2,
    empty: 1,
    failed: 26,
    actions: { guide: 2, voucher: 1 },
  });
  const text = describeDecided(summary, true).split('\n');
  expect(text[0]).toBe(
    '29 rows: 2 with an action, 1 without, 26 failed; a preview: nothing was stored or counted',
  );
  expect(text).toContain('  row 4: NB_INVALID_INPUT: it is none');
  expect(text.at(-1)).toBe('  and 6 more');
});
