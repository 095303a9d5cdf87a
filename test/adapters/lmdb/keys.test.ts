import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  partitionPrefix,
  sortableNumber,
  tenantPrefix,
  textKey,
  textOf,
} from '../../../adapters/lmdb/keys.ts';
import type { Tenant } from '../../../engine/model/ids.ts';
import { partition } from '../../conformance/samples.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 60 });
/** Code units as they come, lone surrogates among them. */
const anyUnits = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 30 })
  .map((units) => String.fromCharCode(...units));

describe('binary keys', () => {
  it('give every text back and never the key of another', () => {
    const prefix = partitionPrefix(tenantPrefix('shop' as Tenant), partition(3));
    fc.assert(
      fc.property(fc.oneof(anyText, anyUnits), fc.oneof(anyText, anyUnits), (first, second) => {
        const key = textKey(prefix, first);
        expect(textOf(prefix, key)).toBe(first);
        expect(textKey(prefix, second).equals(key)).toBe(second === first);
      }),
    );
  });

  it('sort numbers as numbers', () => {
    const number = fc.double({ noNaN: true }).map((value) => (value === 0 ? 0 : value));
    fc.assert(
      fc.property(number, number, (first, second) => {
        expect(Buffer.compare(sortableNumber(first), sortableNumber(second))).toBe(
          Math.sign(first - second) || 0,
        );
      }),
    );
  });

  it('keep the keys of one tenant out of the range of another', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(name, name, (first, second) => {
        fc.pre(first !== second);
        const key = textKey(tenantPrefix(first as Tenant), 'x');
        expect(
          key.subarray(0, tenantPrefix(second as Tenant).length).equals(tenantPrefix(second as Tenant)),
        ).toBe(false);
      }),
    );
  });
});
