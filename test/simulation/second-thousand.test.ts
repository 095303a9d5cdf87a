import { describe, expect, it } from 'vitest';
import { failuresOf } from './failures-of.ts';

import { realProtocol } from './variants.ts';

describe('a deployment in which everything that can go wrong does', () => {
  for (let from = 1001; from <= 2000; from += 100) {
    it(`loses nothing, counts nothing twice and exceeds nothing (seeds ${from} to ${from + 99})`, async () => {
      expect(await failuresOf(realProtocol, from, 100)).toEqual([]);
    });
  }
});
