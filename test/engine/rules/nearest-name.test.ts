import { describe, expect, it } from 'vitest';
import { nearestName } from '../../../engine/rules/nearest-name.ts';

describe('the nearest name', () => {
  const names = ['channel', 'placements', 'content', 'greaterThan', 'greaterThanInclusive', 'in'];

  it.each([
    ['chanel', 'channel'],
    ['chnanel', 'channel'],
    ['Placement', 'placements'],
    ['greather_than', 'greaterThan'],
    ['im', 'in'],
  ])('of %s is %s', (written, meant) => {
    expect(nearestName(written, names)).toBe(meant);
  });

  it('is not there when everything is too far away', () => {
    expect(nearestName('budget', names)).toBeUndefined();
    expect(nearestName('x', names)).toBeUndefined();
    expect(nearestName('x', [])).toBeUndefined();
  });
});
