import { expect, test } from 'vitest';
import { HeldOutTally } from '../../../../adapters/cli/simulate/against-held-out.ts';
import { mulberry32 } from '../../../../adapters/cli/simulate/random.ts';

function tallyOf(
  worth: { readonly asked: number; readonly heldOut: number },
  shoppers: number,
): HeldOutTally {
  const random = mulberry32(5);
  const tally = new HeldOutTally();
  for (let shopper = 0; shopper < shoppers; shopper += 1) {
    const isHeldOut = shopper % 10 === 0;
    for (let visit = 0; visit < 8; visit += 1) {
      const isOrder = random() < (isHeldOut ? worth.heldOut : worth.asked);
      tally.add(shopper, { isHeldOut, revenue: isOrder ? 100 : 0 });
    }
  }
  return tally;
}

test('what asking adds is told from those who are held out, with an interval around it', () => {
  const { heldOut, asked, difference } = tallyOf({ asked: 0.2, heldOut: 0.05 }, 2_000).report();
  expect([heldOut.shoppers, asked.shoppers]).toEqual([200, 1_800]);
  expect(difference?.value).toBeCloseTo(asked.revenue - heldOut.revenue, 10);
  expect(difference?.low).toBeGreaterThan(0);
  expect(difference?.low).toBeLessThan(15);
  expect(difference?.high).toBeGreaterThan(15);
});

test('where asking adds nothing, the interval holds nothing', () => {
  const { difference } = tallyOf({ asked: 0.1, heldOut: 0.1 }, 2_000).report();
  expect(difference?.low).toBeLessThan(0);
  expect(difference?.high).toBeGreaterThan(0);
});

test('nothing is compared while nobody is held out', () => {
  const tally = new HeldOutTally();
  tally.add(1, { isHeldOut: false, revenue: 5 });
  expect(tally.report()).toEqual({
    heldOut: { shoppers: 0, visits: 0, revenue: 0 },
    asked: { shoppers: 1, visits: 1, revenue: 5 },
  });
});
