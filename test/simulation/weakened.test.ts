import { describe, expect, it } from 'vitest';
import { firstFailure } from './failures-of.ts';
import { weakened } from './variants.ts';

const seedsMax = 2_000;

describe(`within ${seedsMax} seeds the simulation finds out a protocol with`, () => {
  for (const variant of Object.values(weakened)) {
    it(variant.name, { timeout: 120_000 }, async () => {
      expect(await firstFailure(variant, seedsMax), 'no seed found it').toBeDefined();
    });
  }
});
