import { describe, expect, it } from 'vitest';
import { limits } from '../../../engine/index.ts';
import { scoreSteps } from '../../../engine/learning/score.ts';
import { type CodeState, codesFor, lossOf, raced, withSample } from '../../../engine/runtime/code-life.ts';
import {
  type CodeWish,
  decodeLearnerRecord,
  newLearnerRecord,
  type Race,
} from '../../../engine/runtime/learner-record.ts';

const byPlan: CodeWish = { names: ['traits.plan'], link: 'logit', signals: 'weak' };
const byBoth: CodeWish = { names: ['traits.plan', 'context.device'], link: 'logit', signals: 'weak' };

const beginning: CodeState = newLearnerRecord(1, { lastCode: 7, lastChange: 0 });

/** With as many contexts as it takes. */
function collected(state: CodeState, wish: CodeWish): CodeState {
  let { collecting } = codesFor(state, wish);
  for (let sample = 0; sample < limits.codeSamplesMin; sample += 1) {
    const values = wish.names.map((_, place) => `value-${(sample + place) % 3}`);
    collecting = withSample(collecting, { kind: 'context', names: wish.names, values });
  }
  const { collecting: _, ...rest } = state;
  return collecting ? { ...rest, collecting } : rest;
}

function made(state: CodeState, wish: CodeWish): CodeState {
  return codesFor(collected(state, wish), wish);
}

const race = (first: number, next: number): Race => ({
  trials: limits.codeTrialsMin,
  positives: limits.codePositivesMin,
  first,
  next,
});

describe('the life of codes', () => {
  it('CL1, CL3: makes one of contexts once there are enough, under a number that none ever had', () => {
    const collecting = codesFor(beginning, byPlan);
    expect(collecting.collecting).toEqual({ ...byPlan, rows: [] });
    expect(codesFor(collecting, byPlan)).toBe(collecting);
    const state = made(beginning, byPlan);
    expect(state.codes.map(({ code, names }) => [code.number, names])).toEqual([[8, byPlan.names]]);
    expect(state.collecting).toBeUndefined();
    expect(codesFor(state, byPlan)).toBe(state);
  });

  it('takes no context of other predictors, and none too many', () => {
    const { collecting } = collected(beginning, byPlan);
    expect(collecting?.rows).toHaveLength(limits.codeSamplesMin);
    expect(withSample(collecting, { kind: 'context', names: byPlan.names, values: ['x'] })).toBe(collecting);
    const fresh = codesFor(beginning, byPlan).collecting;
    expect(withSample(fresh, { kind: 'context', names: byBoth.names, values: ['x', 'y'] })).toBe(fresh);
  });

  it('CL2: learns a second one beside the first, which goes once the second is ahead', () => {
    const both = made(made(beginning, byPlan), byBoth);
    expect(both.codes.map(({ code }) => code.number)).toEqual([8, 9]);
    const early = { ...both, race: { ...race(2, 1), trials: limits.codeTrialsMin - 1 } };
    expect(codesFor(early, byBoth)).toBe(early);
    const behind = codesFor({ ...both, race: race(1, 2) }, byBoth);
    expect(behind.codes).toHaveLength(2);
    expect(behind.race.trials).toBe(0);
    const ahead = codesFor({ ...both, race: race(2, 1) }, byBoth);
    expect(ahead.codes.map(({ code }) => code.number)).toEqual([9]);
    expect(ahead.dropping).toEqual([{ code: 8, models: [] }]);
  });

  it('gives the second one up where the book goes back, and all where it learns no more', () => {
    const both = made(made(beginning, byPlan), byBoth);
    const back = codesFor(both, byPlan);
    expect(back.codes.map(({ code }) => code.number)).toEqual([8]);
    expect(back.dropping.map(({ code }) => code)).toEqual([9]);
    const none = codesFor(back, undefined);
    expect(none.codes).toEqual([]);
    expect(none.dropping.map(({ code }) => code)).toEqual([9, 8]);
  });

  it('makes another code for another link', () => {
    const state = made(beginning, byPlan);
    expect(codesFor(state, { ...byPlan, link: 'identity' }).collecting?.link).toBe('identity');
  });

  it('makes another code for signals of another strength, and learns it as such', () => {
    const state = made(beginning, byPlan);
    const both = made(state, { ...byPlan, signals: 'strong' });
    expect(both.codes.map(({ signals }) => signals)).toEqual(['weak', 'strong']);
    expect(codesFor(both, { ...byPlan, signals: 'strong' })).toBe(both);
  });

  it('reads what was stored before books could say how strong signals are', () => {
    const { codes } = made(beginning, byPlan);
    const stored = {
      ...newLearnerRecord(1, { lastCode: 8, lastChange: 0 }),
      collecting: { ...byBoth, rows: [] },
    };
    const older = [...codes, stored.collecting].map(({ signals: _, ...rest }) => rest);
    const record = { ...stored, codes: older.slice(0, 1), collecting: older[1] };
    const read = decodeLearnerRecord(new TextEncoder().encode(JSON.stringify(record)));
    expect(read.codes).toEqual([{ ...codes[0], signals: 'strong' }]);
    expect(read.collecting).toEqual({ ...byBoth, signals: 'strong', rows: [] });
  });

  it('judges both by the same outcomes, and takes the loss of a contact back that converts after all', () => {
    const { codes } = made(made(beginning, byPlan), byBoth);
    const score = (logit: number) => Math.round(logit * scoreSteps.logit);
    const contact = {
      model: 'a/b',
      served: [
        { code: 8, ids: [1], score: score(-2) },
        { code: 9, ids: [1, 5], score: score(2) },
      ],
    };
    const shown = raced({ trials: 0, positives: 0, first: 0, next: 0 }, codes, { kind: 'shown', ...contact });
    expect(shown.first).toBeLessThan(shown.next);
    const converted = raced(shown, codes, { kind: 'converted', ...contact });
    expect(converted).toMatchObject({ trials: 1, positives: 1 });
    expect(converted.next).toBeCloseTo(-Math.log(1 / (1 + Math.exp(-2))), 3);
    expect(converted.first).toBeGreaterThan(converted.next);
    const alone = { kind: 'shown', model: 'a/b', served: contact.served.slice(0, 1) } as const;
    expect(raced(converted, codes, alone)).toBe(converted);
    expect(lossOf(0, 'shown')).toBeCloseTo(0, 5);
  });
});
