import { expect, test } from 'vitest';
import { isHeldBack, MovedMass } from '../../../engine/forecast/moved-mass.ts';

const row = () => ({ unsupported: 0 });

test('moves mass to a later moment at the same place, the oldest first and no more than asked for', () => {
  const moved = new MovedMass();
  const [first, second] = [row(), row()];
  moved.add('hero/1/tent', first, 0.75);
  moved.add('hero/1/tent', second, 0.5);
  expect(moved.take('hero/1/stove', 1)).toBe(0);
  expect(moved.take('hero/1/tent', 1)).toBe(1);
  moved.settle();
  expect([first.unsupported, second.unsupported]).toEqual([0, 0.25]);
});

test('tells what found no other moment as never tried', () => {
  const moved = new MovedMass();
  const lonely = row();
  moved.add('hero/1/tent', lonely, 0.9);
  moved.settle();
  expect(lonely.unsupported).toBe(0.9);
  expect(moved.take('hero/1/tent', 1)).toBe(0);
});

test('takes a cap for something of the past, and a missing right for something of the customer', () => {
  expect(isHeldBack('contact-policy')).toBe(true);
  expect(isHeldBack('budget')).toBe(true);
  expect(isHeldBack('eligibility')).toBe(false);
  expect(isHeldBack('consent')).toBe(false);
  expect(isHeldBack(undefined)).toBe(false);
});
