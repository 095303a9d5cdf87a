import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../adapters/system/sha256.ts';
import { decide, explain, limits, type ModelSnapshot, reexecute } from '../../../engine/index.ts';
import { makeReceipt } from '../../../engine/receipts/make-receipt.ts';
import { noteReads } from '../../../engine/receipts/note-reads.ts';
import { outboxOf } from '../../../engine/runtime/publish.ts';
import { sigmoid } from '../../../engine/statistics/elementary.ts';
import { inputOf, rowOf, setOf, weighedBook } from './learned.ts';

const learning = 'learning: { predictors: [context.age, context.colour] }';
const weights = [-1, 0, 0.5, 1, 0, 0.25, -0.5, 2];

function modelOf(scoring: ModelSnapshot['scoring'], tallies: ModelSnapshot['tallies'] = {}): ModelSnapshot {
  return { version: 1, tallies, ...(scoring && { scoring }) };
}

const firstOf = (
  request: Parameters<typeof inputOf>[1],
  book = weighedBook(learning, { exploration: '0' }),
) => decide(inputOf(book, request)).decision.placements[0]?.treatments[0];

describe('a treatment with a model', () => {
  const model = modelOf({ sets: [setOf({ 'c/t': rowOf(weights) })] });

  it.each([
    [{ age: 5, colour: 'blue' }, -1 + 0.5 + 0.25],
    [{ age: 10, colour: 'red' }, -1 + 1 - 0.5],
    [{ colour: 'green' }, -1 + 0 + 2],
    [{}, -1],
  ])('is scored with what the request tells: %j', (context, score) => {
    expect(firstOf({ model, context })).toMatchObject({ action: 'c', treatment: 't', P: sigmoid(score) });
  });

  it('hands on what is to be learned from, under each code', () => {
    const next = { ...setOf({}), code: { ...setOf({}).code, number: 4 } };
    const sets = [setOf({ 'c/t': rowOf(weights) }), next];
    const { contacts } = decide(
      inputOf(weighedBook(learning, { exploration: '0', limit: 1 }), {
        model: modelOf({ sets }),
        context: { age: 5, colour: 'blue' },
      }),
    );
    expect(contacts).toMatchObject([
      {
        action: 'c',
        served: [
          { code: 3, ids: [2, 5], score: -64 },
          { code: 4, ids: [2, 5], score: Math.round(Math.log(1 / 9) * 256) },
        ],
      },
    ]);
  });

  it('hands on scores in the unit of each code, and within the bounds of what is served', () => {
    const before = setOf({ 'a/t': { ...rowOf(weights), link: 'identity' } });
    const next = { ...setOf({}), code: { ...setOf({}).code, number: 4 } };
    const servedWith = (prior: string) => {
      const book = weighedBook(learning, { exploration: '0', limit: 1, actions: 'c', prior });
      return decide(inputOf(book, { model: modelOf({ sets: [before, next] }) })).contacts[0]?.served;
    };
    expect(servedWith('{ positives: 1, negatives: 9 }')?.map(({ score }) => score)).toEqual([
      Math.round(0.1 * 4_096),
      Math.round(Math.log(1 / 9) * 256),
    ]);
    const certain = servedWith('{ positives: 1e-300, negatives: 1e300 }');
    expect(certain?.map(({ score }) => score)).toEqual([0, -12 * 256]);
  });

  it('goes by what is missing where the book does not name the predictor any more', () => {
    const book = weighedBook('', { exploration: '0' });
    expect(firstOf({ model, context: { age: 5, colour: 'blue' } }, book)).toMatchObject({ P: sigmoid(-1) });
  });
});

describe('a treatment without a model', () => {
  it('borrows from its action, its group, its issue and the book', () => {
    const tallies = { 'a/t': [90, 9], 'b/t': [1_000, 400] } as const;
    const rate = (above: number, trials: number, positives: number) =>
      (10 * above + positives) / (10 + trials);
    const prior = 0.1;
    const { decision } = decide(
      inputOf(weighedBook(learning, { exploration: '0', limit: 3 }), {
        model: modelOf({ sets: [] }, tallies),
      }),
    );
    const P = new Map(
      decision.placements[0]?.treatments.map((one) => [`${one.action}/${one.treatment}`, one.P]),
    );
    expect(P.get('a/u')).toBeCloseTo(rate(rate(prior, 1_000, 400), 90, 9), 12);
    expect(P.get('b/t')).toBeCloseTo(rate(rate(prior, 90, 9), 1_000, 400), 12);
  });

  it('keeps to its prior while there is no evidence at all', () => {
    expect(firstOf({ model: modelOf({ sets: [] }) })).toMatchObject({ P: 0.1 });
  });

  it('borrows nothing where no models are at hand', () => {
    const model = modelOf(undefined, { 'b/t': [1_000, 400] });
    expect(firstOf({ model }, weighedBook('', { exploration: '0', actions: 'a' }))).toMatchObject({ P: 0.1 });
  });
});

describe('what a decision hands to the models', () => {
  it('are the values of the predictors that are collected, and none else', () => {
    const scoring = { sets: [], collecting: ['context.age', 'context.colour', 'gone'] };
    const request = { context: { age: 5, colour: ['no', 'scalar'] }, model: modelOf(scoring) };
    expect(decide(inputOf(weighedBook(learning), request)).sample).toEqual({
      names: scoring.collecting,
      values: [5, null, null],
    });
    expect(decide(inputOf(weighedBook(learning), { model: modelOf({ sets: [] }) })).sample).toBeUndefined();
  });
});

describe('a decision that weighed', () => {
  const book = weighedBook(learning);
  const model = modelOf(
    { sets: [setOf({ 'c/t': rowOf(weights, 0.5), 'a/u': rowOf(weights, 2) })] },
    { 'a/t': [9, 1] },
  );
  const context = { age: 12, colour: 'red' };

  it('is made again from its receipt, odds included, without any model (MD3)', () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const noted = noteReads(inputOf(book, { model, context, seed: `${seed}` }));
      const { decision } = decide(noted.input);
      expect(decision).toEqual(decide(inputOf(book, { model, context, seed: `${seed}` })).decision);
      const making = { sha256, madeBy: {} };
      const receipt = { ...makeReceipt(noted, { making, text: JSON.stringify(decision) }), salt: '' };
      const again = reexecute(JSON.parse(JSON.stringify(receipt)), book, sha256);
      expect(again?.matches).toBe(true);
    }
  });

  it('tells its odds on record and when it is explained, and publishes none', () => {
    const { decision } = decide(inputOf(book, { model, context }));
    expect(decision.placements[0]?.odds).toBeDefined();
    expect(explain(decision).placements.hero?.odds).toEqual(decision.placements[0]?.odds);
    expect(JSON.stringify(outboxOf(decision))).not.toContain('odds');
  });

  it('tells no odds where there was no choice, or exploration is a share', () => {
    const held = decide(inputOf(weighedBook('holdout: { share: 1 }'))).decision;
    expect(held.placements[0]).not.toHaveProperty('odds');
    const share = decide(inputOf(weighedBook('', { exploration: '0.5' }))).decision;
    expect(share.placements[0]).not.toHaveProperty('odds');
  });

  it('tells the odds of as many ranks as there is room for', () => {
    const actions = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJ';
    const many = weighedBook('', { actions, limit: 20 });
    const [hero] = decide(inputOf(many)).decision.placements;
    expect(hero?.treatments).toHaveLength(20);
    expect(hero?.odds?.options).toHaveLength(72);
    expect(hero?.odds?.ranks).toHaveLength(Math.floor(limits.oddsMax / 72));
  });
});
