import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TimerIndex } from '../../../adapters/memory/timer-index.ts';
import { type CustomerKey, userKey } from '../../../engine/model/ids.ts';

it('finds the due timers of the customers in order, whatever was set, moved and removed before', () => {
  const write = fc.tuple(
    fc.integer({ min: 0, max: 9 }),
    fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined }),
  );
  fc.assert(
    fc.property(fc.array(write), fc.integer({ min: 0, max: 20 }), (writes, until) => {
      const index = new TimerIndex('wall');
      const model = new Map<CustomerKey, number>();
      for (const [customer, due] of writes) {
        const key = userKey(String(customer));
        index.set(key, due);
        if (due === undefined) model.delete(key);
        else model.set(key, due);
      }
      const expected = [...model]
        .filter(([, due]) => due <= until)
        .sort(([firstKey, first], [secondKey, second]) => first - second || (firstKey < secondKey ? -1 : 1))
        .map(([key, due]) => ({ key, clock: 'wall', due }));
      expect(index.due(until, 100)).toEqual(expected);
      expect(index.due(until, 2)).toEqual(expected.slice(0, 2));
    }),
  );
});
