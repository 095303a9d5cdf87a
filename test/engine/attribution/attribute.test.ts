import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AssertionError,
  type AttributedOutcome,
  type AttributionModel,
  attribute,
  attributeByAll,
  attributionModels,
  shareOut,
  type Touch,
} from '../../../engine/index.ts';

const hour = 3_600_000;
const day = 24 * hour;
const now = Date.UTC(2026, 2, 1);

function ago(...days: readonly number[]): readonly Touch[] {
  return days.map((count) => ({ at: now - count * day }));
}

function creditsOf(model: AttributionModel, touches: readonly Touch[], value = 100): readonly number[] {
  return attribute(touches, { at: now, windowMs: 30 * day, value }, model).credits;
}

const { lastTouch, firstTouch, linear, timeDecay, positionBased } = attributionModels;

describe('reporting credit', () => {
  it('gives all to the last or to the first touch, whatever order they are handed in', () => {
    expect(creditsOf(lastTouch, ago(1, 9, 4))).toEqual([100, 0, 0]);
    expect(creditsOf(firstTouch, ago(1, 9, 4))).toEqual([0, 100, 0]);
  });

  it('shares out evenly, and the odd cents go to the later touches', () => {
    expect(creditsOf(linear, ago(9, 4, 1))).toEqual([33, 33, 34]);
    expect(creditsOf(linear, ago(1, 9, 4), 200)).toEqual([67, 66, 67]);
    expect(creditsOf(linear, ago(3, 3, 3), 1)).toEqual([0, 0, 1]);
  });

  it('halves what a touch gets for every half-life before the last touch', () => {
    expect(creditsOf(timeDecay, ago(15, 8, 1), 700)).toEqual([100, 200, 400]);
    expect(creditsOf({ kind: 'time-decay', halfLifeMs: day }, ago(29, 1), 1_000)).toEqual([0, 1_000]);
  });

  it('gives 40, 20 and 40 per cent by position, and halves where there are two', () => {
    expect(creditsOf(positionBased, ago(9, 8, 7, 1))).toEqual([40, 10, 10, 40]);
    expect(creditsOf(positionBased, ago(9, 1))).toEqual([50, 50]);
    expect(creditsOf(positionBased, ago(9))).toEqual([100]);
    expect(creditsOf({ kind: 'position-based', first: 0, last: 0 }, ago(9, 1))).toEqual([50, 50]);
    expect(creditsOf({ kind: 'position-based', first: 30, last: 60 }, ago(9, 1), 90)).toEqual([30, 60]);
  });

  it('counts a touch from its own moment until the window is over', () => {
    const touches = [{ at: now }, { at: now + 1 }, { at: now - 30 * day }, { at: now - 30 * day + 1 }];
    expect(creditsOf(linear, touches)).toEqual([50, 0, 0, 50]);
  });

  it('leaves over what nobody has a claim to, where only views count', () => {
    const outcome = { at: now, windowMs: 30 * day, value: 7, viewsOnly: true };
    const unseen = [{ at: now - day }, { at: now - hour, viewedAt: now + 1 }];
    expect(attribute(unseen, outcome, linear)).toEqual({ credits: [0, 0], unattributed: 7 });
    const seen = [{ at: now - 2 * day, viewedAt: now }, ...unseen];
    expect(attribute(seen, outcome, lastTouch)).toEqual({ credits: [7, 0, 0], unattributed: 0 });
  });

  it('takes back a return as it gave the purchase', () => {
    expect(creditsOf(linear, ago(9, 4, 1), -100)).toEqual([-33, -33, -34]);
    expect(creditsOf(lastTouch, ago(9, 4), -1)).toEqual([0, -1]);
  });

  it('shares out among a thousand touches of one moment, and nothing where there is nothing', () => {
    const touches = Array.from({ length: 1_000 }, () => ({ at: now }));
    for (const model of Object.values(attributionModels)) {
      const credits = creditsOf(model, touches, 999);
      expect(credits.reduce((sum, credit) => sum + credit, 0)).toBe(999);
      expect(creditsOf(model, touches, 0)).toEqual(touches.map(() => 0));
    }
  });

  it('refuses amounts and weights that are not whole', () => {
    expect(() => shareOut(0.5, [1])).toThrow(AssertionError);
    expect(() => shareOut(1, [0.5, 0.5])).toThrow(AssertionError);
    expect(() => shareOut(1, [])).toThrow(AssertionError);
    expect(() => shareOut(1, [2, -1])).toThrow(AssertionError);
  });

  it('refuses models that cannot share out, whatever there is to share', () => {
    for (const model of [
      { kind: 'time-decay', halfLifeMs: 0 },
      { kind: 'time-decay', halfLifeMs: -day },
      { kind: 'time-decay', halfLifeMs: Number.NaN },
      { kind: 'position-based', first: 60, last: 60 },
      { kind: 'position-based', first: -1, last: 40 },
    ] as const) {
      expect(() => creditsOf(model, ago(1))).toThrow(AssertionError);
      expect(() => creditsOf(model, ago(9, 1))).toThrow(AssertionError);
    }
  });
});

const someTouch: fc.Arbitrary<Touch> = fc
  .record({ days: fc.integer({ min: -2, max: 40 }), viewedAfter: fc.option(fc.integer({ min: 0, max: 20 })) })
  .map(({ days, viewedAfter }) => {
    const at = now - days * day;
    return { at, ...(viewedAfter !== null && { viewedAt: at + viewedAfter * day }) };
  });
const someOutcome: fc.Arbitrary<AttributedOutcome> = fc.record({
  at: fc.constant(now),
  windowMs: fc.integer({ min: 1, max: 50 * day }),
  value: fc.oneof(fc.integer({ min: -1_000, max: 1_000 }), fc.maxSafeInteger()),
  viewsOnly: fc.boolean(),
});

describe('reporting credit of any outcome', () => {
  it('RA1, RA4: sums to it exactly in every model, in whole units, without a part of the other sign', () => {
    fc.assert(
      fc.property(fc.array(someTouch, { maxLength: 30 }), someOutcome, (touches, outcome) => {
        for (const { credits, unattributed } of Object.values(
          attributeByAll(touches, outcome, attributionModels),
        )) {
          const sum = credits.reduce((all, credit) => all + BigInt(credit), BigInt(unattributed));
          expect(sum).toBe(BigInt(outcome.value));
          expect(credits.every((credit) => credit * Math.sign(outcome.value) >= 0)).toBe(true);
          expect(credits.some((credit) => Object.is(credit, -0))).toBe(false);
        }
      }),
    );
  });

  it('RA2: gives nothing to touches without a claim', () => {
    fc.assert(
      fc.property(fc.array(someTouch, { maxLength: 12 }), someOutcome, (touches, outcome) => {
        const { credits } = attribute(touches, outcome, linear);
        for (const [place, { at, viewedAt }] of touches.entries()) {
          const isLate = viewedAt === undefined || viewedAt > outcome.at;
          const isOut = at > outcome.at || at <= outcome.at - outcome.windowMs;
          if (isOut || (outcome.viewsOnly && isLate)) expect(credits[place]).toBe(0);
        }
      }),
    );
  });

  it('RA3: does not depend on the order in which touches are handed in', () => {
    const apart = fc.uniqueArray(someTouch, { maxLength: 12, selector: ({ at }) => at });
    const mixed = apart.chain((touches) =>
      fc.tuple(fc.constant(touches), fc.shuffledSubarray(touches, { minLength: touches.length })),
    );
    fc.assert(
      fc.property(mixed, someOutcome, ([touches, order], outcome) => {
        for (const model of Object.values(attributionModels)) {
          const straight = attribute(touches, outcome, model).credits;
          const other = attribute(order, outcome, model).credits;
          expect(order.map((touch) => straight[touches.indexOf(touch)])).toEqual([...other]);
        }
      }),
    );
  });
});
