import { beforeEach, describe, expect, it } from 'vitest';
import { limits, type Partition } from '../../../engine/index.ts';
import { learningOptionsOf } from '../../../engine/learning/learning-options.ts';
import { encodeModel } from '../../../engine/learning/model-codec.ts';
import { TreatmentModel } from '../../../engine/learning/treatment-model.ts';
import type { Tallies } from '../../../engine/model/model-snapshot.ts';
import type { FeatureCode, Lesson } from '../../../engine/model/propensity-model.ts';
import type { Commit } from '../../../engine/ports.ts';
import { dropModels, makeRoom } from '../../../engine/runtime/drop-models.ts';
import { LearnedModels, learnerPartition, modelKey } from '../../../engine/runtime/learned-models.ts';
import { type LearnerMind, openMind } from '../../../engine/runtime/learner-mind.ts';
import { decodeLearnerRecord, learnerKey } from '../../../engine/runtime/learner-record.ts';
import { rowNews } from '../../../engine/runtime/publish-rows.ts';
import { encodeRow, RowCache } from '../../../engine/runtime/row-cache.ts';
import { ScoringKeeper } from '../../../engine/runtime/scoring-keeper.ts';
import { encodeHead, newRecord, rowKey } from '../../../engine/runtime/scoring-record.ts';
import { bookOf } from '../support/book.ts';
import { overriding, withCommitFates } from '../support/faulty-store.ts';
import { isJournal, isLearners, LearnerWorld } from '../support/learner-world.ts';

const offers = ['one', 'two'].map(
  (name) => `---
action: ${name}
group: a/b
value: 1
treatments: { web: { channel: web, content: {} } }
`,
);
const settings = `
channels:
  web: { direction: push }
placements:
  hero: { channel: web }
triggers:
  seen: { on: Product Viewed, ask: hero }
`;
const learning = 'learning: { predictors: [traits.plan] }\n';
const book = bookOf([settings, learning, ...offers].join(''));
const withoutLearning = bookOf([settings, ...offers].join(''));

const code: FeatureCode = {
  number: 1,
  predictors: [{ kind: 'symbol', name: 'traits.plan', first: 1, symbols: ['free', 'gold'], overflow: 0 }],
  dimension: 4,
};
const names = ['traits.plan'];
const codes = [{ code, names, link: 'logit', signals: 'weak', models: {} }] as const;

const contact = (kind: 'shown' | 'converted', model: string): Lesson => ({
  kind,
  model,
  served: [{ code: 1, ids: [2], score: -600 }],
});
const context = (number: number): Lesson => ({
  kind: 'context',
  names,
  values: [['free', 'gold'][number % 2] ?? ''],
});

/** Two partitions, one of which comes to all of it. */
function worldOf(lessons: readonly Lesson[], rulebook = book): LearnerWorld {
  return new LearnerWorld(rulebook, [[], lessons]);
}

const teaching = 1 as Partition;
const signal = new AbortController().signal;

/** Everything is folded, learned and stored, and time passes. */
async function settle(world: LearnerWorld, learner = world.learner(), rounds = 8): Promise<void> {
  while (await world.fold(teaching, 7));
  for (let round = 0; round < rounds; round += 1) {
    await world.lookAround();
    await learner.look(signal);
    world.clock.time += 4_000;
  }
}

const changesRecord = ({ documents }: Commit) =>
  documents.some(({ key, expected, nonce }) => key === learnerKey && expected !== nonce);

async function recordOf({ store }: LearnerWorld) {
  const [document] = await store.load(learnerPartition, [learnerKey]);
  return document && decodeLearnerRecord(document.value);
}

/** What the requests score with. */
async function scoringOf({ store }: LearnerWorld) {
  const keeper = new ScoringKeeper(store, new RowCache());
  await keeper.refresh();
  return keeper.current();
}

async function mindOf(world: LearnerWorld): Promise<LearnerMind> {
  await world.begin(codes);
  const mind = await openMind(world.context(), book);
  if (!mind) throw new Error('nothing is stored');
  return mind;
}

const outcomes = [...Array<Lesson>(20).fill(contact('shown', 'one/web')), contact('converted', 'one/web')];

describe('models that go', () => {
  let world: LearnerWorld;

  beforeEach(async () => {
    world = worldOf(outcomes);
    await world.begin(codes);
    await settle(world);
  });

  it('LR1: are all there while the record that says so is not stored', async () => {
    world.rulebook = withoutLearning;
    const { store } = withCommitFates({ store: world.store } as never, (commit) =>
      changesRecord(commit) ? 'lost' : 'passes',
    );
    await world
      .learner(store)
      .look(signal)
      .catch(() => undefined);
    world.rulebook = book;
    await settle(world);
    expect(await world.learned([code])).toEqual(world.expected([code]));
  });

  it('are gone with their code, and what is told of its contacts later changes nothing', async () => {
    world.rulebook = withoutLearning;
    await settle(world);
    expect(await world.learned([code])).toEqual({});
    expect(await recordOf(world)).toMatchObject({ codes: [], dropping: [] });
    expect((await scoringOf(world))?.sets ?? []).toEqual([]);
  });

  it('LR2: are not taken away by a learner that was overtaken', async () => {
    const mind = await openMind(world.context(), book);
    if (!mind) throw new Error('nothing is stored');
    mind.record = { ...mind.record, codes: [], dropping: [{ code: 1, models: ['one/web'] }] };
    await world.rewind(learnerPartition, new Map(), (key) => key === learnerKey);
    await world.begin(codes);
    expect(await dropModels(mind, world.context(), book)).toBe(false);
    expect(Object.keys(await world.learned([code]))).toEqual([modelKey(1, 'one/web')]);
  });
});

describe('room for models', () => {
  it('is made of those that are not offered, once, and what is offered again by then stays', async () => {
    const world = worldOf([]);
    const mind = await mindOf(world);
    const figures = { trials: 1, positives: 0, shares: [], foretold: 0 };
    for (const name of ['one/web', 'none/none']) mind.figures.set(modelKey(1, name), figures);
    for (let gone = 0; mind.figures.size < limits.learnedModelsMax; gone += 1) {
      mind.figures.set(modelKey(1, `gone-${gone}/web`), figures);
    }
    makeRoom(mind, book);
    makeRoom(mind, book);
    expect(mind.record.dropping).toHaveLength(1);
    const [{ models = [] } = {}] = mind.record.dropping;
    expect(models).toHaveLength(limits.learnedModelsMax - 2);
    const again = bookOf([settings, learning, offers[0]?.replace('action: one', 'action: gone-0')].join(''));
    while (mind.record.dropping.length > 0) await dropModels(mind, world.context(), again);
    expect([...mind.figures.keys()]).toEqual(
      ['one/web', 'none/none', 'gone-0/web'].map((name) => modelKey(1, name)),
    );
  });

  it('in memory is bounded, but for what is not stored yet', async () => {
    const world = worldOf([]);
    const models = new LearnedModels(world.context().ports);
    const wanted = Array.from({ length: limits.modelsInMemoryMax + 20 }, (_, number) => ({
      code: codes[0],
      name: `offer-${number}/web`,
    }));
    await models.bring(wanted);
    models.dirty.add(modelKey(1, 'offer-0/web'));
    models.makeRoom(new Set([modelKey(1, 'offer-1/web')]));
    const kept = [...models.all()].map(({ name }) => name);
    expect(kept).toHaveLength(limits.modelsInMemoryMax);
    expect(kept.slice(0, 3)).toEqual(['offer-0/web', 'offer-1/web', 'offer-22/web']);
  });
});

describe('the codes that are served', () => {
  const contexts = Array.from({ length: limits.codeSamplesMin }, (_, number) => context(number));

  it('CL3: are those that the log tells of', async () => {
    const world = worldOf(contexts);
    const refusing = overriding(world.log, {
      append: async () => {
        throw new Error('the log does not answer');
      },
    });
    const deaf = world.learner(world.store, refusing);
    for (let round = 0; round < 16; round += 1) {
      await world.fold(teaching, 50);
      await world.lookAround();
      await deaf.look(signal).catch(() => undefined);
      world.clock.time += 4_000;
    }
    expect((await recordOf(world))?.codes.map(({ code: { number } }) => number)).toEqual([1]);
    expect((await scoringOf(world))?.sets ?? []).toEqual([]);
    await settle(world);
    expect((await scoringOf(world))?.sets.map(({ code: { number } }) => number)).toEqual([1]);
  });

  it('are told to the first partition last: what it was told is what the next learner takes all to know', async () => {
    const world = worldOf(contexts);
    const told: number[] = [];
    const noting = overriding(world.log, {
      append: async (messages) => {
        told.push(...messages.map(({ partition }) => partition));
        await world.log.append(messages);
      },
    });
    await settle(world, world.learner(world.store, noting));
    expect(told.length).toBeGreaterThan(0);
    expect(told).toEqual(told.map((_, index) => (index % 2 === 0 ? 1 : 0)));
  });
});

describe('contexts', () => {
  const contexts = Array.from({ length: 10 }, (_, number) => context(number));
  const forgotten = [
    ['that they were to be collected', true],
    ['everything', false],
  ] as const;

  it.each(forgotten)('LR1: are all kept by a learner whose store forgot %s', async (_what, hadBegun) => {
    const world = worldOf(contexts);
    if (hadBegun) await world.begin([]);
    const before = await world.snapshot(learnerPartition, isLearners);
    await world.learner().look(signal);
    expect((await recordOf(world))?.collecting?.names).toEqual(names);
    await world.rewind(learnerPartition, before, isLearners);
    await settle(world);
    expect((await recordOf(world))?.collecting?.rows).toHaveLength(contexts.length);
  });
});

describe('two learners at a time', () => {
  it('LR1, LR2: lose no lesson that one found learned by the other, whose word the store then forgot', async () => {
    const world = worldOf(outcomes);
    await world.begin(codes);
    const [first, second] = [world.learner(), world.learner()];
    await first.look(signal);
    await world.fold(teaching, outcomes.length);
    await world.lookAround();
    const before = await world.snapshot(learnerPartition, isLearners);
    await second.look(signal);
    // What is in the models already it passes by.
    await first.look(signal);
    await world.rewind(learnerPartition, before, isLearners);
    world.clock.time += limits.learnerStoreMs;
    await settle(world, first);
    expect(await world.learned([code])).toEqual(world.expected([code]));
  });
});

describe('journals', () => {
  const isPage = (key: string) => key.startsWith('p:lessons:');
  const pagesOf = async (world: LearnerWorld) => (await world.snapshot(teaching, isPage)).size;

  it('go once more when a partition that lost everything wrote them once more', async () => {
    const world = worldOf(outcomes);
    await world.begin(codes);
    await settle(world);
    expect(await pagesOf(world)).toBe(0);
    await world.rewind(teaching, new Map(), isJournal);
    const learner = world.learner();
    for (let part = 0; part < 3; part += 1) {
      await world.fold(teaching, 9);
      await settle(worldWithoutFolds(world), learner, 2);
    }
    await settle(world, learner);
    expect(await pagesOf(world)).toBe(0);
    expect(await world.learned([code])).toEqual(world.expected([code]));
  });

  it('go where no book ever asked for models, as after a rebuild under another book', async () => {
    const world = worldOf(outcomes, withoutLearning);
    await settle(world);
    expect(await pagesOf(world)).toBe(0);
    expect(await world.learned([code])).toEqual({});
  });
});

/** The world as it is, whose partitions stand still. */
function worldWithoutFolds(world: LearnerWorld): LearnerWorld {
  return overriding(world, { fold: async () => 0 });
}

describe('a model that is young', () => {
  it('begins elsewhere when more becomes known of its like, without a lesson of its own', async () => {
    const world = worldOf(outcomes.slice(0, 3));
    await world.begin(codes);
    const learner = world.learner();
    const tallied = async (tallies: Tallies) => {
      world.evidence = { version: world.evidence.version + 1, tallies };
      await settle(world, learner, 6);
      return (await scoringOf(world))?.sets[0]?.rows.get('one/web')?.weights[0] ?? Number.NaN;
    };
    const unknown = await tallied({});
    const modest = await tallied({ 'one/web': [3, 0], 'two/web': [2_000, 20] });
    const brilliant = await tallied({ 'one/web': [3, 0], 'two/web': [4_000, 1_600] });
    expect(modest).toBeLessThan(unknown);
    expect(brilliant).toBeGreaterThan(modest + 0.5);
  });
});

describe('the rows of folds', () => {
  const row = (trials: number) => ({
    weights: new Float32Array(code.dimension),
    variances: new Float32Array(code.dimension).fill(1),
    link: 'logit' as const,
    trials,
    positives: 0,
  });
  const kept = (trials: number) => ({ version: 1, value: encodeRow(row(trials)), row: row(trials) });

  it('stay while models are learned anew, as after a rebuild, until these know as much', async () => {
    const world = worldOf([]);
    const mind = await mindOf(world);
    const at = world.clock.time;
    const rows = new Map(
      [
        ['1/one/web', 100],
        ['1/two/web', 100],
        ['1/gone/web', 100],
      ].map(([name, evidence]) => [name as string, { evidence: evidence as number, at }] as const),
    );
    mind.sent.codes = new Set([1]);
    for (const [name, sent] of rows) mind.sent.rows.set(name, sent);
    const dueWith = (trials: number, later = 0) => {
      mind.scored = newRecord({
        number: 1,
        at,
        sets: [{ code, names, rows: new Map([['one/web', kept(trials)]]) }],
      });
      return (
        rowNews(mind, book, at + later)?.due.map(({ model, row: due }) => [model, due?.row.trials]) ?? []
      );
    };
    expect(dueWith(10)).toEqual([['gone/web', undefined]]);
    expect(dueWith(104)).toEqual([['gone/web', undefined]]);
    expect(dueWith(105)).toEqual([
      ['one/web', 105],
      ['gone/web', undefined],
    ]);
    expect(dueWith(10, limits.publishRowMsMax)).toEqual([
      ['one/web', 10],
      ['gone/web', undefined],
    ]);
  });
});

describe('the rows of requests', () => {
  it('are read again where their versions were given out a second time', async () => {
    const world = worldOf([]);
    const keeper = new ScoringKeeper(world.store, new RowCache());
    const store = async (number: number, trials: number) => {
      const value = encodeRow({
        weights: new Float32Array(code.dimension),
        variances: new Float32Array(code.dimension),
        ...{ link: 'logit', trials, positives: 0 },
      });
      const sets = [
        {
          code,
          names,
          rows: new Map([
            ['one/web', new RowCache().keep({ code: 1, model: 'one/web', version: number }, value, 4)],
          ]),
        },
      ];
      await world.rewind(learnerPartition, new Map(), isLearners);
      const documents = [
        { key: 'p:scored', value: encodeHead(newRecord({ number, at: 0, sets })) },
        { key: rowKey('p:scored', 1, 'one/web'), value },
      ].map((document) => ({ ...document, expected: undefined, nonce: world.context().ports.ids.nonce() }));
      const nothing = { timers: [], outbox: [], records: [], counters: [] };
      await world.store.commit({ partition: learnerPartition, documents, ...nothing });
      await keeper.refresh();
      return keeper.current()?.sets[0]?.rows.get('one/web')?.trials;
    };
    expect(await store(7, 50)).toBe(50);
    expect(await store(7, 40)).toBe(40);
    expect(await store(8, 60)).toBe(60);
  });
});

describe('a stored model', () => {
  it('goes on without baselines where it was stored before there were any, and begins theirs', async () => {
    const world = worldOf(outcomes);
    await world.begin(codes);
    const model = new TreatmentModel(code.dimension, learningOptionsOf({ signals: 'weak', link: 'logit' }));
    for (let trial = 0; trial < 5; trial += 1) model.shown([2], -600);
    const list = new TextEncoder().encode('[0,5]');
    const value = Uint8Array.of(list.length, 0, 0, 0, ...list, ...encodeModel(model));
    const key = modelKey(1, 'one/web');
    const document = { key, expected: undefined, nonce: world.context().ports.ids.nonce(), value };
    const nothing = { timers: [], outbox: [], records: [], counters: [] };
    await world.store.commit({ partition: learnerPartition, documents: [document], ...nothing });
    await settle(world);
    expect(await world.learned([code])).toEqual({
      [key]: { ...(world.expected([code])[key] as object), judged: [15, 1] },
    });
  });
});
