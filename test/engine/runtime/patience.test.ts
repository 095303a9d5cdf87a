import { expect, test } from 'vitest';
import { Patience } from '../../../engine/runtime/patience.ts';

test('leaves out the time that went by elsewhere, that of a wait under way as well', async () => {
  const clock = { time: 1_000 };
  const patience = new Patience({ now: () => clock.time });
  let answer = (): void => {};
  const waiting = patience.elsewhere(
    new Promise<void>((resolve) => {
      answer = resolve;
    }),
  );
  clock.time += 40;
  expect(patience.elsewhereMs).toBe(40);
  answer();
  await waiting;
  clock.time += 500;
  expect(patience.elsewhereMs).toBe(40);
  await expect(patience.elsewhere(Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(patience.elsewhereMs).toBe(40);
});

test('once nobody waits any more, nothing further may be sent', () => {
  const patience = new Patience({ now: () => 0 });
  patience.begin();
  expect(patience.isInTurn).toBe(true);
  patience.check();
  patience.giveUp();
  expect(() => patience.check()).toThrow('answered without the store');
});
