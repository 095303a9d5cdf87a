import { Bell, type Tenant, WaitingReader } from '../../engine/index.ts';
import type { Clock, DecisionReader, DecisionStream, PublishedDecision, Timing } from '../../engine/ports.ts';
import { endOf, sequenceKey, sequenceOf, tenantPrefix, textKey } from './keys.ts';
import type { LmdbDatabase } from './lmdb-database.ts';
import type { Table, WriteRound } from './lmdb-writer.ts';

const minute = 60_000;
const dedupeMs = 10 * minute;

/** What a stream keeps for channels that were away. */
export interface DecisionHistory {
  readonly ageMsMax: number;
  readonly countMax: number;
}

const defaultHistory: DecisionHistory = { ageMsMax: 72 * 60 * minute, countMax: 1_000_000 };
/** Entries looked at in one go by a reader of a channel to which few of them belong. */
const scanSlice = 1_000;

/**
 * The decision stream of one tenant in the database of the data directory. The oldest entries leave as new ones come;
 * a reader that fell behind goes on at the oldest that is left. A value is `<epoch ms>\n<JSON>`.
 */
export class LmdbDecisionStream implements DecisionStream {
  readonly #database: LmdbDatabase;
  readonly #clock: Clock;
  readonly #timing: Timing;
  readonly #history: DecisionHistory;
  readonly #table: Table;
  readonly #prefix: Buffer;
  readonly #bell = new Bell();
  #last: number;

  constructor(
    database: LmdbDatabase,
    world: {
      readonly tenant: Tenant;
      readonly clock: Clock;
      readonly timing: Timing;
      readonly history?: DecisionHistory;
    },
  ) {
    this.#database = database;
    this.#clock = world.clock;
    this.#timing = world.timing;
    this.#history = world.history ?? defaultHistory;
    this.#table = database.table('decisions');
    this.#prefix = tenantPrefix(world.tenant);
    this.#last = this.#head();
  }

  async publish(decisions: readonly PublishedDecision[]): Promise<void> {
    if (decisions.length === 0) return;
    await this.#database.write('NB_STORE_UNAVAILABLE', (round) => {
      const now = this.#clock.now();
      for (const decision of decisions) this.#publish(round, decision, now);
      this.#database.expiring('decision-ids').purge(round, now, decisions.length);
      this.#prune(round, now, 2 * decisions.length);
      round.onCommitted(() => this.#bell.ring());
    });
  }

  subscribe(options: { readonly channel?: string; readonly after?: number }): DecisionReader {
    let position = options.after ?? this.#head();
    const take = (max: number) => {
      const found: { readonly sequence: number; readonly decision: PublishedDecision }[] = [];
      let looked = scanSlice;
      while (found.length < max && looked === scanSlice) {
        looked = 0;
        for (const entry of this.#entries(position, scanSlice)) {
          looked += 1;
          position = entry.sequence;
          if (options.channel === undefined || entry.decision.channel === options.channel) found.push(entry);
          if (found.length >= max) break;
        }
      }
      return found;
    };
    return new WaitingReader({ take, bell: this.#bell, timing: this.#timing });
  }

  /** Takes outdated entries away although none come, in slices. */
  async prune(): Promise<void> {
    let taken = 0;
    do {
      taken = await this.#database.write('NB_STORE_UNAVAILABLE', (round) =>
        this.#prune(round, this.#clock.now(), scanSlice),
      );
    } while (taken > scanSlice);
  }

  #publish(round: WriteRound, decision: PublishedDecision, now: number): void {
    const ids = this.#database.expiring('decision-ids');
    const idKey = textKey(this.#prefix, decision.id);
    if (ids.get(idKey, now, round) !== undefined) return;
    this.#last += 1;
    round.put(this.#table, sequenceKey(this.#prefix, this.#last), `${now}\n${JSON.stringify(decision)}`);
    ids.put(round, idKey, '', now + dedupeMs);
  }

  /** Takes up to `extra` and a few outdated entries away, never the newest: the next sequence follows from it. */
  #prune(round: WriteRound, now: number, extra: number): number {
    let taken = 0;
    const oldest = { start: this.#prefix, end: endOf(this.#prefix), limit: 16 + extra };
    const head = this.#head();
    for (const { key, value } of this.#table.getRange(oldest)) {
      const sequence = sequenceOf(this.#prefix, key);
      const publishedAt = Number(value.slice(0, value.indexOf('\n')));
      const outdated =
        publishedAt < now - this.#history.ageMsMax || sequence <= this.#last - this.#history.countMax;
      if (!outdated || sequence >= head) break;
      round.remove(this.#table, sequenceKey(this.#prefix, sequence));
      taken += 1;
    }
    return taken;
  }

  *#entries(after: number, limit: number): Iterable<{ sequence: number; decision: PublishedDecision }> {
    const table = this.#database.table('decisions');
    const range = { start: sequenceKey(this.#prefix, after + 1), end: endOf(this.#prefix), limit };
    for (const { key, value } of table.getRange(range)) {
      const decision = JSON.parse(value.slice(value.indexOf('\n') + 1)) as PublishedDecision;
      yield { sequence: sequenceOf(this.#prefix, key), decision };
    }
  }

  #head(): number {
    const newest = { start: endOf(this.#prefix), end: this.#prefix, reverse: true, limit: 1 };
    for (const key of this.#database.table('decisions').getKeys(newest)) return sequenceOf(this.#prefix, key);
    return 0;
  }
}
