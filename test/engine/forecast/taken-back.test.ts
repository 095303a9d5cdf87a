import { describe, expect, it } from 'vitest';
import { compareSlots } from '../../../engine/forecast/compare-slots.ts';
import { MovedMass } from '../../../engine/forecast/moved-mass.ts';
import { type Slot, slotOf } from '../../../engine/forecast/slots.ts';
import type { PlacementDecision } from '../../../engine/index.ts';

/** `a` had been drawn, and there was nothing for the other placement of the couple. */
const fell: PlacementDecision = {
  placement: 'side',
  channel: 'web',
  treatments: [],
  reasons: [
    { action: 'a', treatment: 't', code: 'coupled', by: 'pair' },
    { action: 'b', code: 'outranked' },
  ],
  takenBack: 0.6,
};

const open: Slot = {
  options: [
    { key: 'a/t', probability: 0.6, P: 0.1 },
    { key: 'b/t', probability: 0.4, P: 0.2 },
  ],
  isPartial: false,
};

function compared(logged: Slot, forecast: Slot) {
  return compareSlots({
    ...{ cluster: 'ada', place: 'side/1', logged, forecast, placement: fell, segments: [] },
    worthOf: () => ({ value: 1, cost: 0 }),
    credit: () => undefined,
    moved: new MovedMass(),
  });
}

describe('a couple that fell by chance', () => {
  it('leaves it unknown what the log might have shown, and nothing of that is looked for elsewhere', () => {
    expect(compared(slotOf(fell, 1), open).unsupported).toBe(1);
  });

  it('leaves it unknown what the new rules would show', () => {
    expect(compared(open, slotOf(fell, 1))).toMatchObject({ unsupported: 1, target: 0, isEmptied: false });
  });

  it('is known to be worth nothing where nothing could have stood', () => {
    const { takenBack: _, ...certain } = fell;
    expect(compared(slotOf(certain, 1), slotOf(certain, 1)).unsupported).toBe(0);
    expect(compared(open, slotOf(certain, 1)).unsupported).toBe(0);
  });
});
