import { describe, expect, it } from 'vitest';
import { compareSlots } from '../../../engine/forecast/compare-slots.ts';
import { correctionOf, loggedRowOf, rewardOf } from '../../../engine/forecast/pending-row.ts';
import { type Slot, slotOf } from '../../../engine/forecast/slots.ts';
import type { PlacementDecision } from '../../../engine/index.ts';

const options = ['renewal/t', 'upgrade/t', 'none/none'];

/** A placement that drew nothing with these probabilities. */
function emptied(ranks: readonly (readonly number[])[]): PlacementDecision {
  const odds = { options, P: [0.4, 0.6, 0.3], ranks };
  return { placement: 'hero', channel: 'web', treatments: [], reasons: [], odds };
}

function compared(logged: Slot, forecast: Slot) {
  const credits: string[] = [];
  const row = compareSlots({
    ...{ cluster: 'u:ada', place: 'hero/1', logged, forecast, placement: undefined, segments: [] },
    worthOf: () => ({ value: 10, cost: 1 }),
    credit: (key) => credits.push(key),
  });
  return { row, credits };
}

describe('a place that chance left empty', () => {
  it('is an option of its rank, with its probability, and the slot shows nothing', () => {
    const slot = slotOf(emptied([[0.5, 0.3, 0.2]]), 1);
    expect(slot).not.toHaveProperty('chosen');
    expect(slot.options.map(({ key, probability }) => [key, probability])).toEqual([
      ['renewal/t', 0.5],
      ['upgrade/t', 0.3],
      ['none/none', 0.2],
    ]);
    expect(slotOf(emptied([[0.5, 0.3, 0.2]]), 2).options).toEqual([]);
  });

  it('is weighed like any other, and worth nothing', () => {
    const logged = slotOf(emptied([[0.5, 0.3, 0.2]]), 1);
    const forecast = slotOf(emptied([[0.2, 0.2, 0.6]]), 1);
    const { row, credits } = compared(logged, forecast);
    expect(row).toMatchObject({ propensity: 0.2, target: 0.6, predicted: 0, unsupported: 0 });
    expect(row.expected).toBeCloseTo(0.2 * (0.4 * 10 - 1) + 0.2 * (0.6 * 10 - 1), 12);
    expect(rewardOf(row)).toBe(0);
    expect(correctionOf(row)).toBeCloseTo(0, 12);
    expect(loggedRowOf(row)).toMatchObject({ reward: 0, propensity: 0.2, target: 0.6 });
    expect(credits).not.toContain('none/none');
  });

  it('needs no trial to be known, where only the new rules may leave it empty', () => {
    const logged = slotOf({ ...emptied([[0.7, 0.3, 0]]) }, 1);
    const forecast = slotOf(emptied([[0.2, 0.2, 0.6]]), 1);
    expect(compared(logged, forecast).row.unsupported).toBe(0);
  });
});
