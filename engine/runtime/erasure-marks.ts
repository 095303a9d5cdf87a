import type { ErasureMark } from '../customer/erasure-mark.ts';
import { day, limits } from '../limits.ts';
import type { CustomerKey, Partition } from '../model/ids.ts';
import type { RecordWrite } from '../ports.ts';
import type { Ports } from './runtime-context.ts';

/**
 * What is kept of erased customers: records in their partition whose names are fingerprints, so that the ids themselves
 * are found nowhere.
 *
 * Z1. A fingerprint is a hash with a salt that is drawn once for the deployment: without the store nobody can try ids.
 * Z2. A document that did not exist is stored on the condition that no mark came up since somebody looked. The mark of
 *     every further erasure has a name of its own, so that this can be told for customers who were erased before.
 */
export class ErasureMarks {
  readonly #ports: Pick<Ports, 'store' | 'ids' | 'sha256' | 'clock'>;
  #salt: Promise<string> | undefined;

  constructor(ports: Pick<Ports, 'store' | 'ids' | 'sha256' | 'clock'>) {
    this.#ports = ports;
  }

  /** The marks of those customers that have one. */
  async find(
    partition: Partition,
    keys: readonly CustomerKey[],
  ): Promise<ReadonlyMap<CustomerKey, ErasureMark>> {
    const marks = new Map<CustomerKey, ErasureMark>();
    if (keys.length === 0) return marks;
    const salt = await this.#readSalt();
    const ids = keys.map((key) => this.#firstName(salt, key));
    const records = await this.#ports.store.records(partition, ids);
    for (const [index, key] of keys.entries()) {
      const record = records[index];
      if (record !== undefined) marks.set(key, JSON.parse(record) as ErasureMark);
    }
    return marks;
  }

  /** The record that comes up with the next erasure after the one that was seen. */
  async nextName(key: CustomerKey, seen: ErasureMark | undefined): Promise<string> {
    return this.#name(await this.#readSalt(), key, (seen?.count ?? 0) + 1);
  }

  async writes(erased: ReadonlyMap<CustomerKey, ErasureMark>): Promise<readonly RecordWrite[]> {
    if (erased.size === 0) return [];
    const salt = await this.#readSalt();
    const now = this.#ports.clock.now();
    return [...erased].flatMap(([key, mark]) => {
      const expiresAt = Math.max(now, mark.until) + limits.erasureMarkMs + slackMs;
      const value = JSON.stringify(mark);
      const names = new Set([this.#firstName(salt, key), this.#name(salt, key, mark.count)]);
      return [...names].map((id) => ({ id, value, expiresAt }));
    });
  }

  #firstName(salt: string, key: CustomerKey): string {
    return this.#name(salt, key, 1);
  }

  #name(salt: string, key: CustomerKey, count: number): string {
    const fingerprint = this.#ports.sha256(`${salt}/${key}`);
    return count === 1 ? `erased:${fingerprint}` : `erased:${fingerprint}/${count}`;
  }

  #readSalt(): Promise<string> {
    this.#salt ??= this.#openSalt().catch((error: unknown) => {
      this.#salt = undefined;
      throw error;
    });
    return this.#salt;
  }

  /** Drawn by the node that needs it first. Of several that do so at once, one stores the record and all take its word. */
  async #openSalt(): Promise<string> {
    const { store, ids } = this.#ports;
    const kept = await store.readNote(saltNote);
    if (kept !== undefined) return kept;
    const drawn = `${ids.nonce()}${ids.nonce()}`;
    const expiresAt = this.#ports.clock.now() + slackMs;
    const outcome = await store.commit({
      partition: 0 as Partition,
      onceBy: saltNote,
      documents: [],
      timers: [],
      outbox: [],
      records: [{ id: saltNote, value: drawn, expiresAt }],
      counters: [],
    });
    const salt = outcome.kind === 'repeated' ? outcome.record : drawn;
    await store.writeNote(saltNote, salt);
    return salt;
  }
}

const saltNote = 'erasure-salt';

/** Marks outlast their force by this, so that a partition that is behind with its log still finds them. */
const slackMs = day;
