import { Engine } from 'json-rules-engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { copyOf, Reference } from '../../../../adapters/reference/reference.ts';
import { differencesOf, type Expected, expectedOf } from './compare-round.ts';
import { compileRound } from './compile-round.ts';
import { mutants } from './mutants.ts';
import { decoratorNames, operatorNames } from './random-conditions.ts';
import { pairsOfRound, type Round, randomRound } from './round.ts';

/** `compare.ts` goes on with other seeds, for as long as is wished. */
const seed = 20260921;
const rounds = 30;

interface Asked {
  readonly round: Round;
  readonly expected: Expected;
}

describe('the comparison with json-rules-engine', () => {
  const asked: Asked[] = [];

  beforeAll(async () => {
    for (let number = 0; number < rounds; number += 1) {
      const round = randomRound(seed, number);
      asked.push({ round, expected: await expectedOf(round) });
    }
  });

  it('finds no difference over random conditions and facts, in the closures and in the index', () => {
    expect(rounds * pairsOfRound).toBeGreaterThanOrEqual(20_000);
    for (const [number, { round, expected }] of asked.entries()) {
      expect(differencesOf(round, expected), `seed ${seed}, round ${number}`).toEqual([]);
    }
  });

  it('meets conditions that hold, that do not, and that cannot be carried out', () => {
    const verdicts = asked.flatMap(({ expected }) => expected.flat());
    for (const [verdict, share] of [
      [true, 0.3],
      [false, 0.3],
      [undefined, 0.05],
    ] as const) {
      const met = verdicts.filter((candidate) => candidate === verdict).length;
      expect(met / verdicts.length, String(verdict)).toBeGreaterThan(share);
    }
  });

  it('has a slip for every operator, every decorator and every form', () => {
    const slips = new Set(mutants.map((mutant) => mutant.of));
    expect(slips).toEqual(
      new Set([...operatorNames, ...decoratorNames, 'decorators', 'all', 'any', 'not', 'path', 'value']),
    );
  });

  it.each(mutants.map((mutant) => [mutant.of, mutant.title, mutant] as const))(
    'finds out when %s %s',
    (_of, _title, { change, inIndex }) => {
      const found = new Set<string>();
      for (const { round, expected } of asked) {
        for (const { evaluator } of differencesOf(round, expected, change)) found.add(evaluator);
        if (found.has('closures') && (found.has('index') || !inIndex)) break;
      }
      expect(found).toContain('closures');
      if (inIndex) expect(found).toContain('index');
    },
  );
});

describe('an index of thousands of conditions', () => {
  it('answers as the conditions themselves do', () => {
    const round = randomRound(seed, rounds, { conditions: 3_000, facts: 40 });
    const { conditions, valuesOf } = compileRound(round);
    const own = round.facts.map(valuesOf).map((values) => conditions.map(({ tree }) => tree.test(values)));
    expect(differencesOf(round, own)).toEqual([]);
  });
});

describe('the priorities of rules', () => {
  it('change nothing about which of many rules fire', async () => {
    for (let number = 0; number < 5; number += 1) {
      const round = randomRound(seed, number);
      const { conditions, valuesOf } = compileRound(round);
      const answered = await alwaysAnswered(round);
      const engine = new Engine([], { allowUndefinedFacts: true });
      for (const [name, condition] of Object.entries(round.named))
        engine.setCondition(name, copyOf(condition));
      for (const index of answered) {
        const written = copyOf(round.conditions[index] ?? {});
        engine.addRule({ conditions: written, priority: 1 + (index % 7), event: { type: String(index) } });
      }
      for (const facts of round.facts) {
        const { events } = await engine.run(facts);
        const fired = events.map(({ type }) => Number(type)).sort((one, other) => one - other);
        expect(fired).toEqual(answered.filter((index) => conditions[index]?.holds(valuesOf(facts))));
      }
    }
  });
});

/** The conditions that throw for none of the fact sets: one that does ends the run of all rules. */
async function alwaysAnswered({ conditions, named, facts }: Round): Promise<readonly number[]> {
  const reference = new Reference(conditions, { named });
  let answered = [...conditions.keys()];
  for (const set of facts) {
    const answers = await reference.answers(set);
    answered = answered.filter((index) => answers[index] !== undefined);
  }
  return answered;
}
