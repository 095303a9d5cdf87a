import { assert } from '../assert.ts';
import { learningDefaults } from '../learning/learning-options.ts';
import { decodeModel, encodeModel } from '../learning/model-codec.ts';
import { TreatmentModel } from '../learning/treatment-model.ts';
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
    if (known) this.#models.set(key, { ...known, nonce, learned });
    this.dirty.delete(key);
  }

  forget(key: string): void {
    this.#models.delete(key);
    this.dirty.delete(key);
  }
}

function opened(
  { code, link }: LearnedCode,
  stored: StoredDocument | undefined,
): Omit<LearnedModel, 'name' | 'key'> {
  const options = { ...learningDefaults, link };
  if (!stored) {
    return { code, model: new TreatmentModel(code.dimension, options), learned: [], nonce: undefined };
  }
  const { learned, model } = decodeLearned(stored.value);
  return { code, model: decodeModel(model, code.dimension, options), learned, nonce: stored.nonce };
}

// ---------------------------------------------------------------------------------------------------- the stored form

/** The length of the list in front of it, the list as JSON, the model. */
export function encodeLearned({ model }: LearnedModel, learned: readonly number[]): Uint8Array {
  const list = new TextEncoder().encode(JSON.stringify(learned));
  const body = encodeModel(model);
  const value = new Uint8Array(4 + list.length + body.length);
  new DataView(value.buffer).setUint32(0, list.length, true);
  value.set(list, 4);
  value.set(body, 4 + list.length);
  return value;
}

function decodeLearned(value: Uint8Array): {
  readonly learned: readonly number[];
  readonly model: Uint8Array;
} {
  assert(value.length >= 4, 'a learned model is cut off');
  const length = new DataView(value.buffer, value.byteOffset, value.length).getUint32(0, true);
  assert(value.length >= 4 + length, 'a learned model is cut off');
  const list = new TextDecoder().decode(value.subarray(4, 4 + length));
  return { learned: JSON.parse(list) as readonly number[], model: value.subarray(4 + length) };
}
