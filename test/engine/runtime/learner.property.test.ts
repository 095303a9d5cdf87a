import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits, type Partition, type Ports } from '../../../engine/index.ts';
import type { FeatureCode, Lesson } from '../../../engine/model/propensity-model.ts';
import { learnerPartition } from '../../../engine/runtime/learned-models.ts';
import type { Learner } from '../../../engine/runtime/learner.ts';
import { bookOf } from '../support/book.ts';
import { type Fate, withCommitFates } from '../support/faulty-store.ts';
import { isJournal, isLearners, LearnerWorld } from '../support/learner-world.ts';

const book = bookOf(`
channels:
  web: { direction: pull }
placements:
  hero: { channel: web }
learning: { predictors: [traits.plan, traits.age] }
---
action: one
group: a/b
value: 1
treatments: { web: { channel: web, content: {} } }
---
action: two
group: a/b
value: 1
treatments: { web: { channel: web, content: {} } }
`);

const code: FeatureCode = {
  number: 1,
  predictors: [
    { kind: 'symbol', name: 'traits.plan', first: 1, symbols: ['free', 'gold'], overflow: 0 },
    { kind: 'number', name: 'traits.age', first: 4, edges: [30] },
  ],
  dimension: 7,
};
const names = ['traits.plan', 'traits.age'];
const partitions = 3;

const outcome: fc.Arbitrary<Lesson> = fc
  .record({
    kind: fc.constantFrom('shown', 'shown', 'converted'),
    model: fc.constantFrom('one/web', 'two/web'),
    plan: fc.integer({ min: 1, max: 3 }),
    age: fc.integer({ min: 4, max: 6 }),
    score: fc.integer({ min: -1_000, max: 100 }),
  })
  .map(({ kind, model, plan, age, score }) => ({
    kind: kind as 'shown' | 'converted',
    model,
    served: [{ code: 1, ids: [plan, age], score }],
  }));

const journals = fc.array(fc.array(outcome, { maxLength: 40 }), {
  minLength: partitions,
  maxLength: partitions,
});

/** What may happen, each at any time. */
type Step =
  | { readonly do: 'fold'; readonly partition: number; readonly count: number }
  | { readonly do: 'look'; readonly learner: number }
  | { readonly do: 'restart'; readonly learner: number }
  | { readonly do: 'sum' }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'remember' }
  | { readonly do: 'forget-journal'; readonly partition: number }
  | { readonly do: 'forget-learned' };

const learner = fc.nat(1);
const partition = fc.nat(partitions - 1);
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('fold' as const),
        partition,
        count: fc.integer({ min: 1, max: 9 }),
      }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('look' as const), learner }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), learner }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('sum' as const) }) },
    {
      weight: 3,
      arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 500, max: 6_000 }) }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('remember' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('forget-journal' as const), partition }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('forget-learned' as const) }) },
  ),
  { minLength: 20, maxLength: 120 },
);

const fates = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.constant<Fate>('passes') },
    { weight: 1, arbitrary: fc.constant<Fate>('lost') },
    { weight: 1, arbitrary: fc.constant<Fate>('answer-lost') },
  ),
  { maxLength: 30 },
);

type Memory = Awaited<ReturnType<LearnerWorld['snapshot']>>;

class Run {
  readonly world: LearnerWorld;
  readonly #fates: Fate[];
  readonly #learners: Learner[];
  #memory:
    | { readonly at: number; readonly journals: readonly Memory[]; readonly learned: Memory }
    | undefined;

  constructor(lessons: readonly (readonly Lesson[])[], dealt: readonly Fate[]) {
    this.world = new LearnerWorld(book, lessons);
    this.#fates = [...dealt];
    this.#learners = [this.#start(), this.#start()];
  }

  #start(): Learner {
    const { store } = withCommitFates(
      { store: this.world.store } as unknown as Ports,
      () => this.#fates.shift() ?? 'passes',
    );
    return this.world.learner(store);
  }

  async take(step: Step): Promise<void> {
    const { world } = this;
    switch (step.do) {
      case 'fold':
        await world.fold(step.partition as Partition, step.count);
        return;
      case 'look':
        return this.look(step.learner);
      case 'restart':
        this.#learners[step.learner] = this.#start();
        return;
      case 'sum':
        return world.lookAround();
      case 'wait':
        world.clock.time += step.ms;
        return;
      case 'remember':
        this.#memory = {
          at: world.clock.time,
          journals: await Promise.all([0, 1, 2].map((each) => world.snapshot(each as Partition, isJournal))),
          learned: await world.snapshot(learnerPartition, isLearners),
        };
        return;
      case 'forget-journal':
        return this.#rewind(step.partition, isJournal, this.#memory?.journals[step.partition]);
      case 'forget-learned':
        return this.#rewind(learnerPartition, isLearners, this.#memory?.learned);
    }
  }

  /** A look whose commits fail is not the last one. */
  async look(number: number): Promise<void> {
    await this.#learners[number]?.look(new AbortController().signal).catch(() => undefined);
  }

  /** A store forgets its last seconds, and no more. */
  async #rewind(where: number, isMeant: (key: string) => boolean, to: Memory | undefined): Promise<void> {
    const age = this.world.clock.time - (this.#memory?.at ?? 0);
    if (to && age < limits.learnerSlackMs) await this.world.rewind(where as Partition, to, isMeant);
  }

  /** Everything is folded, and looked at until nothing is left. */
  async settle(): Promise<void> {
    const { world } = this;
    this.#fates.length = 0;
    for (let each = 0; each < partitions; each += 1) while (await world.fold(each as Partition, 7));
    for (let round = 0; round < 12; round += 1) {
      await world.lookAround();
      await this.look(round < 6 ? 0 : 1);
      world.clock.time += 4_000;
    }
  }
}

describe('the learner', () => {
  it('LR1, LR2: learns every lesson exactly once, whoever crashes, is overtaken, or forgets its last seconds', async () => {
    await fc.assert(
      fc.asyncProperty(journals, steps, fates, async (lessons, taken, dealt) => {
        const run = new Run(lessons, dealt);
        await run.world.begin([{ code, names, link: 'logit', signals: 'weak', models: {} }]);
        for (const step of taken) await run.take(step);
        await run.settle();
        expect(await run.world.learned([code])).toEqual(run.world.expected([code]));
        expect(run.world.told.every(({ lost }) => lost === 0)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
