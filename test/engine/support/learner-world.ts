import { MemoryStateStore } from '../../../adapters/memory/memory-state-store.ts';
import { MemoryTouchpointLog } from '../../../adapters/memory/memory-touchpoint-log.ts';
import { RandomIds } from '../../../adapters/system/random-ids.ts';
import { defaultTenant, type Nonce, type Partition, type Rulebook } from '../../../engine/index.ts';
import { Contest } from '../../../engine/learning/baselines/contest.ts';
import { learningOptionsOf } from '../../../engine/learning/learning-options.ts';
import { decodeModel } from '../../../engine/learning/model-codec.ts';
import { TreatmentModel } from '../../../engine/learning/treatment-model.ts';
import { emptyModel, type ModelSnapshot } from '../../../engine/model/model-snapshot.ts';
import type { FeatureCode, Lesson } from '../../../engine/model/propensity-model.ts';
import type { StateStore, StoredDocument, TouchpointLog } from '../../../engine/ports.ts';
import { decodeLearned, learnerPartition } from '../../../engine/runtime/learned-models.ts';
import { Learner } from '../../../engine/runtime/learner.ts';
import type { LearnerContext } from '../../../engine/runtime/learner-mind.ts';
import {
  encodeLearnerRecord,
  type LearnerRecord,
  learnerKey,
  newLearnerRecord,
} from '../../../engine/runtime/learner-record.ts';
import { encodeJournal, journalKey } from '../../../engine/runtime/lesson-journal.ts';
import type { LearningFigures } from '../../../engine/runtime/observer.ts';
import {
  decodePartitionDocument,
  emptyPartitionDocument,
  encodePartitionDocument,
  partitionDocumentKey,
} from '../../../engine/runtime/partition-document.ts';
import { RowCache } from '../../../engine/runtime/row-cache.ts';
import { noon } from './events.ts';

const nothing = { timers: [], outbox: [], records: [], counters: [] };

const options = learningOptionsOf({ signals: 'weak', link: 'logit' });

type Documents = ReadonlyMap<string, StoredDocument>;

/** Journals of several partitions on a memory store, and learners on it. */
export class LearnerWorld {
  readonly clock = { time: noon };
  readonly store: MemoryStateStore;
  readonly log: MemoryTouchpointLog;
  readonly partitions: number;
  readonly told: LearningFigures[] = [];
  rulebook: Rulebook;
  /** What all partitions know of all treatments. */
  evidence: ModelSnapshot = emptyModel;
  readonly #ids = new RandomIds();
  readonly #lessons: readonly (readonly Lesson[])[];

  /** `lessons`: by partition, all that its log will ever come to. */
  constructor(rulebook: Rulebook, lessons: readonly (readonly Lesson[])[]) {
    const world = { clock: { now: () => this.clock.time } };
    const sleep = async () => undefined;
    this.store = new MemoryStateStore(world);
    this.log = new MemoryTouchpointLog({ ...world, timing: { sleep } });
    this.rulebook = rulebook;
    this.partitions = lessons.length;
    this.#lessons = lessons;
  }

  /** A learner, on this store and log or on some that fail now and then. */
  learner(store: StateStore = this.store, log: TouchpointLog = this.log): Learner {
    return new Learner(this.context(store, log), {
      current: () => this.evidence,
      lessons: () => this.#known,
    });
  }

  context(store: StateStore = this.store, log: TouchpointLog = this.log): LearnerContext {
    return {
      tenant: defaultTenant,
      partitions: this.partitions,
      rows: new RowCache(),
      rulebook: () => this.rulebook,
      observer: {
        applied: () => undefined,
        decided: () => undefined,
        conflicted: () => undefined,
        deadLettered: () => undefined,
        repaired: () => undefined,
        restarted: () => undefined,
        troubled: () => undefined,
        advanced: () => undefined,
        learned: (figures) => figures && this.told.push(figures),
      },
      ports: {
        clock: { now: () => this.clock.time },
        ids: this.#ids,
        timing: { sleep: async () => undefined },
        log,
        store,
      },
    };
  }

  #known: readonly number[] = [];

  /** What the sum over all partitions would tell now. */
  async lookAround(): Promise<void> {
    const known: number[] = [];
    for (let partition = 0; partition < this.partitions; partition += 1) {
      known.push(await this.countOf(partition as Partition));
    }
    this.#known = known;
    await this.#follow();
  }

  /** The worker of the first partition applies what its log holds. */
  async #follow(): Promise<void> {
    const expected = await this.store.checkpoint(learnerPartition);
    const sequence = await this.log.head(learnerPartition);
    const next = { ...expected, sequence, nonce: this.#ids.nonce() };
    await this.store.commit({
      partition: learnerPartition,
      checkpoint: { expected, next },
      documents: [],
      ...nothing,
    });
  }

  async countOf(partition: Partition): Promise<number> {
    const [document] = await this.store.load(partition, [partitionDocumentKey]);
    return (document && decodePartitionDocument(document.value).lessons) ?? 0;
  }

  /** The partition's worker stores the next lessons, as one batch. Returns how many there were. */
  async fold(partition: Partition, count: number): Promise<number> {
    const [document] = await this.store.load(partition, [partitionDocumentKey]);
    const first = (document && decodePartitionDocument(document.value).lessons) ?? 0;
    const lessons = (this.#lessons[partition] ?? []).slice(first, first + count);
    if (lessons.length === 0) return 0;
    const pages = encodeJournal({ first, at: this.clock.time, lessons });
    const value = encodePartitionDocument({ ...emptyPartitionDocument, lessons: first + lessons.length });
    const result = await this.store.commit({
      partition,
      documents: [
        ...pages.map((page) => ({
          key: journalKey(page.first),
          expected: undefined,
          nonce: this.#ids.nonce(),
          value: page.value,
        })),
        { key: partitionDocumentKey, expected: document?.nonce, nonce: this.#ids.nonce(), value },
      ],
      ...nothing,
    });
    if (result.kind !== 'committed') throw new Error(`the batch was refused: ${result.kind}`);
    return lessons.length;
  }

  /** The partition's documents of a kind, as they are now. */
  async snapshot(partition: Partition, isMeant: (key: string) => boolean): Promise<Documents> {
    const keys: string[] = [];
    for await (const document of this.store.documents()) {
      if (document.partition === partition && isMeant(document.key)) keys.push(document.key);
    }
    const found = await this.store.load(partition, keys);
    return new Map(keys.map((key, index) => [key, found[index] as StoredDocument]));
  }

  /** The store forgets what came since. */
  async rewind(partition: Partition, to: Documents, isMeant: (key: string) => boolean): Promise<void> {
    const now = await this.snapshot(partition, isMeant);
    const keys = new Set([...now.keys(), ...to.keys()]);
    const documents = [...keys].map((key) => ({
      key,
      expected: now.get(key)?.nonce,
      nonce: to.get(key)?.nonce ?? ('gone' as Nonce),
      value: to.get(key)?.value,
    }));
    await this.store.commit({ partition, documents, ...nothing });
  }

  /** A learner that begins with these codes. */
  async begin(codes: LearnerRecord['codes']): Promise<void> {
    const record = newLearnerRecord(this.partitions, { lastCode: codes.length, lastChange: 0 });
    await this.store.commit({
      partition: learnerPartition,
      documents: [
        {
          key: learnerKey,
          expected: undefined,
          nonce: this.#ids.nonce(),
          value: encodeLearnerRecord({ ...record, codes }),
        },
      ],
      ...nothing,
    });
  }

  /** The additive parts of all models as they are stored, by the key of their document. */
  async learned(codes: readonly FeatureCode[]): Promise<Readonly<Record<string, unknown>>> {
    const sums: Record<string, unknown> = {};
    for (const [key, { value }] of await this.snapshot(learnerPartition, isModel)) {
      const code = codes.find(({ number }) => key.startsWith(`p:learned:${number}/`)) as FeatureCode;
      const { model, contest } = decodeLearned(value);
      const { trials, positives } = Contest.decode(contest ?? new Uint8Array(), code).figures();
      sums[key] = { ...plainSums(decodeModel(model, code.dimension, options)), judged: [trials, positives] };
    }
    return sums;
  }

  /** The same of all lessons, learned one after the other without any mishap. */
  expected(codes: readonly FeatureCode[]): Readonly<Record<string, unknown>> {
    const models: Record<string, TreatmentModel> = {};
    for (const lesson of this.#lessons.flat()) {
      if (lesson.kind === 'context') continue;
      for (const { code: number, ids, score } of lesson.served) {
        const code = codes.find((each) => each.number === number);
        if (!code) continue;
        const key = `p:learned:${number}/${lesson.model}`;
        models[key] ??= new TreatmentModel(code.dimension, options);
        models[key][lesson.kind](ids, score);
      }
    }
    return Object.fromEntries(
      Object.entries(models).map(([key, model]) => {
        return [key, { ...plainSums(model), judged: [model.trials, model.positives] }];
      }),
    );
  }
}

export function isJournal(key: string): boolean {
  return key.startsWith('p:lessons:') || key === partitionDocumentKey;
}

export function isLearners(key: string): boolean {
  return key === learnerKey || isModel(key) || key.startsWith('p:scored');
}

function isModel(key: string): boolean {
  return key.startsWith('p:learned:');
}

function plainSums({ sums }: TreatmentModel) {
  const { trials, positives, weight, pull, pairs, pulls, trialsByBin, positivesByBin } = sums;
  const lists = [pairs ?? [], pulls, trialsByBin, positivesByBin].map((list) => [...list].join(' '));
  return { trials, positives, weight, pull, lists };
}
