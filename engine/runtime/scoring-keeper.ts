import { limits } from '../limits.ts';
import type { Nonce } from '../model/ids.ts';
import type { Scoring } from '../model/model-snapshot.ts';
import type { StateStore } from '../ports.ts';
import { learnerPartition } from './learned-models.ts';
import { scoredKey } from './learner-mind.ts';
import type { KeptRow, RowCache } from './row-cache.ts';
import {
  decodeHead,
  emptyRecord,
  newRecord,
  type RecordedSet,
  type RecordHead,
  rowKey,
  type ScoringRecord,
} from './scoring-record.ts';

/** The rows that the requests of this node score with: what the learner, here or elsewhere, stored last. */
export class ScoringKeeper {
  readonly #store: Pick<StateStore, 'load'>;
  readonly #rows: RowCache;
  #nonce: Nonce | undefined;
  #record: ScoringRecord = emptyRecord;

  constructor(store: Pick<StateStore, 'load'>, rows: RowCache) {
    this.#store = store;
    this.#rows = rows;
  }

  current(): Scoring | undefined {
    return this.#record.scoring;
  }

  /** When the newest of them was made; epoch ms, 0 while there is none. */
  get at(): number {
    return this.#record.at;
  }

  /** True: something changed. Reads only what did. */
  async refresh(): Promise<boolean> {
    const [document] = await this.#store.load(learnerPartition, [scoredKey]);
    if (document?.nonce === this.#nonce) return false;
    const record = document ? await this.#read(decodeHead(document.value)) : emptyRecord;
    this.#nonce = document?.nonce;
    this.#record = record;
    this.#rows.forgetAllBut(new Set(record.sets.map(({ code }) => code.number)));
    return true;
  }

  async #read({ number, at, sets: heads, collecting }: RecordHead): Promise<ScoringRecord> {
    const sets: RecordedSet[] = [];
    for (const head of heads) sets.push(await this.#readSet(head, number > this.#record.number));
    return newRecord({ number, at, sets, ...(collecting && { collecting }) });
  }

  async #readSet(
    { code, names, rows: versions }: RecordHead['sets'][number],
    isNewer: boolean,
  ): Promise<RecordedSet> {
    const before = this.#record.sets.find((set) => set.code.number === code.number)?.rows;
    // Where a store forgot its last seconds, or was rebuilt, versions are given out a second time.
    const known = isNewer ? before : undefined;
    const rows = new Map<string, KeptRow>();
    const changed: string[] = [];
    for (const [model, version] of Object.entries(versions)) {
      const row = known?.get(model);
      if (row?.version === version) rows.set(model, row);
      else changed.push(model);
    }
    for (let from = 0; from < changed.length; from += limits.rowsPerLoadMax) {
      const slice = changed.slice(from, from + limits.rowsPerLoadMax);
      const keys = slice.map((model) => rowKey(scoredKey, code.number, model));
      const documents = await this.#store.load(learnerPartition, keys);
      for (const [index, model] of slice.entries()) {
        const document = documents[index];
        if (!document) continue;
        const name = { code: code.number, model, version: versions[model] ?? 0 };
        rows.set(model, this.#rows.keep(name, document.value, code.dimension));
      }
    }
    return { code, names, rows };
  }
}
