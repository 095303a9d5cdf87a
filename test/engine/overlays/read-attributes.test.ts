import { describe, expect, it, test } from 'vitest';
import { readAttributes, readKey } from '../../../engine/overlays/read-attributes.ts';

const attributes = { churn: 'number', band: 'text', vip: 'flag' } as const;

test.each([
  [
    { churn: '0.25', band: 'A', vip: 'TRUE' },
    { churn: 0.25, band: 'A', vip: true },
  ],
  [
    { churn: ' -1e3 ', band: 7, vip: false },
    { churn: -1_000, band: '7', vip: false },
  ],
  [{ churn: '', band: null, other: {} }, {}],
  [{ churn: 0 }, { churn: 0 }],
])('takes %j', (cells, values) => {
  expect(readAttributes(attributes, cells)).toEqual({ values });
});

test.each([
  [{ churn: 'high', band: 'A' }, 'churn: expected a number, found "high"'],
  [{ churn: '0x10' }, 'churn: expected a number'],
  [{ churn: '1,5' }, 'churn: expected a number'],
  [{ churn: Number.NaN }, 'churn: expected a number'],
  [{ churn: '1e999' }, 'churn: expected a number'],
  [{ churn: [1] }, 'found [1]'],
  [{ vip: 'yes' }, 'vip: expected true or false, found "yes"'],
  [{ vip: 1 }, 'vip: expected true or false, found 1'],
  [{ band: { a: 1 } }, 'band: expected a text'],
  [{ band: 'x'.repeat(1_001) }, 'at most 1000 characters'],
])('refuses the whole of %j', (cells, reason) => {
  expect(readAttributes(attributes, cells)).toEqual({ reason: expect.stringContaining(reason) });
});

describe('a key', () => {
  it.each([
    ['ada', 'ada'],
    [' ada ', 'ada'],
    [24103, '24103'],
    ['007', '007'],
    ['', undefined],
    [null, undefined],
    [true, undefined],
    ['x'.repeat(257), undefined],
  ])('is read from %j', (cell, key) => {
    expect(readKey('id', { id: cell })).toBe(key);
  });

  it('is no member that every object has', () => {
    expect(readKey('toString', {})).toBeUndefined();
  });
});
