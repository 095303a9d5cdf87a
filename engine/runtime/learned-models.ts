import { assert } from '../assert.ts';
import { Contest } from '../learning/baselines/contest.ts';
import { learningOptionsOf } from '../learning/learning-options.ts';
import { decodeModel, encodeModel } from '../learning/model-codec.ts';
import { TreatmentModel } from '../learning/treatment-model.ts';
import { limits } from '../limits.ts';
import type { Nonce, Partition } from '../model/ids.ts';
import type { StateStore, StoredDocument, Timing } from '../ports.ts';
import type { LearnedCode } from './learner-record.ts';

/** A model in the learner's hands. */
export interface LearnedModel {
  readonly code: LearnedCode['code'];
  /** `action/treatment`. */
  readonly name: string;
  readonly key: string;
  readonly model: TreatmentModel;
  /** How it and its baselines foretell what it learns; learned and stored with it. */
  readonly contest: Contest;
  /** By partition: lessons before this one are in it. */
  readonly learned: readonly number[];
  /** Of its document; undefined while it has none. */
  readonly nonce: Nonce | undefined;
}

/** The learner is where the first partition is worked on, and keeps what it knows there. */
export const learnerPartition = 0 as Partition;

/** Models that are read or written without a rest: one takes a millisecond or two. */
export const modelsAtOnce = 4;

export function modelKey(code: number, name: string): string {
  return `p:learned:${code}/${name}`;
}

/** Models by the key of their document. They are read when the first lesson for them comes. */
export class LearnedModels {
  readonly #store: Pick<StateStore, 'load'>;
  readonly #timing: Timing;
  readonly #models = new Map<string, LearnedModel>();
  /** Those that have learned something since they were stored. */
  readonly dirty = new Set<string>();

  constructor({ store, timing }: { readonly store: Pick<StateStore, 'load'>; readonly timing: Timing }) {
    this.#store = store;
    this.#timing = timing;
  }

  get(key: string): LearnedModel | undefined {
    return this.#models.get(key);
  }

  all(): Iterable<LearnedModel> {
    return this.#models.values();
  }

  /** So that all of them are at hand, as they are stored or as new ones. */
  async bring(wanted: readonly { readonly code: LearnedCode; readonly name: string }[]): Promise<void> {
    const missing = wanted.filter(({ code, name }) => !this.#models.has(modelKey(code.code.number, name)));
    for (let from = 0; from < missing.length; from += modelsAtOnce) {
      const slice = missing.slice(from, from + modelsAtOnce);
      const keys = slice.map(({ code, name }) => modelKey(code.code.number, name));
      const stored = await this.#store.load(learnerPartition, keys);
      for (const [index, { code, name }] of slice.entries()) {
        const key = keys[index] as string;
        this.#models.set(key, { name, key, ...opened(code, stored[index]) });
      }
      await this.#timing.sleep(0);
    }
  }

  stored(
    key: string,
    { nonce, learned }: { readonly nonce: Nonce; readonly learned: readonly number[] },
  ): void {
    const known = this.#models.get(key);
    // The last one is the one that learned last.
    this.#models.delete(key);
    if (known) this.#models.set(key, { ...known, nonce, learned });
    this.dirty.delete(key);
  }

  /** Those that learned least lately go from memory when there are many; they are stored, and read again when they are wanted. */
  makeRoom(isKept: ReadonlySet<string>): void {
    for (const key of this.#models.keys()) {
      if (this.#models.size <= limits.modelsInMemoryMax) return;
      if (!this.dirty.has(key) && !isKept.has(key)) this.#models.delete(key);
    }
  }

  forget(key: string): void {
    this.#models.delete(key);
    this.dirty.delete(key);
  }
}

function opened(
  { code, link, signals }: LearnedCode,
  stored: StoredDocument | undefined,
): Omit<LearnedModel, 'name' | 'key'> {
  const options = learningOptionsOf({ signals, link });
  if (!stored) {
    const model = new TreatmentModel(code.dimension, options);
    return { code, model, contest: new Contest(code), learned: [], nonce: undefined };
  }
  const { learned, model, contest } = decodeLearned(stored.value);
  return {
    code,
    model: decodeModel(model, code.dimension, options),
    contest: contest ? Contest.decode(contest, code) : new Contest(code),
    learned,
    nonce: stored.nonce,
  };
}

// ---------------------------------------------------------------------------------------------------- the stored form

/** What stands in front, as JSON. Before there were contests it was the list alone, and nothing stood behind the model. */
interface LearnedHead {
  readonly learned: readonly number[];
  /** Bytes of the model. */
  readonly model: number;
}

/** The length of the head, the head, the model, the contest. */
export function encodeLearned({ model, contest }: LearnedModel, learned: readonly number[]): Uint8Array {
  const body = encodeModel(model);
  const behind = contest.encode();
  const head: LearnedHead = { learned, model: body.length };
  const told = new TextEncoder().encode(JSON.stringify(head));
  const value = new Uint8Array(4 + told.length + body.length + behind.length);
  new DataView(value.buffer).setUint32(0, told.length, true);
  value.set(told, 4);
  value.set(body, 4 + told.length);
  value.set(behind, 4 + told.length + body.length);
  return value;
}

export function decodeLearned(value: Uint8Array): {
  readonly learned: readonly number[];
  readonly model: Uint8Array;
  readonly contest?: Uint8Array;
} {
  assert(value.length >= 4, 'a learned model is cut off');
  const begin = 4 + new DataView(value.buffer, value.byteOffset, value.length).getUint32(0, true);
  assert(value.length >= begin, 'a learned model is cut off');
  const head = JSON.parse(new TextDecoder().decode(value.subarray(4, begin))) as LearnedHead | number[];
  if (Array.isArray(head)) return { learned: head, model: value.subarray(begin) };
  const end = begin + head.model;
  return { learned: head.learned, model: value.subarray(begin, end), contest: value.subarray(end) };
}
