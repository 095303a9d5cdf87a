import { addTallies, snapshotOf } from '../learning/propensity.ts';
import type { Partition, Tenant } from '../model/ids.ts';
import type { ModelMessage } from '../model/log-message.ts';
import { emptyModel, type ModelSnapshot, type Tallies } from '../model/model-snapshot.ts';
import type { Clock, StateStore, TouchpointLog } from '../ports.ts';
import { decodePartitionDocument, partitionDocumentKey } from './partition-document.ts';
import type { RowCache } from './row-cache.ts';
import { ScoringKeeper } from './scoring-keeper.ts';

/**
 * The propensities of a node. Requests score with the newest snapshot; folds score with the one that came through
 * their partition's log, so that replaying the log gives the same decisions.
 */
const noteName = 'model';

interface KeeperPorts {
  readonly tenant: Tenant;
  readonly partitions: number;
  readonly clock: Clock;
  readonly store: StateStore;
  readonly log: TouchpointLog;
}

export class ModelKeeper {
  readonly #ports: KeeperPorts;
  readonly #scoring: ScoringKeeper;
  #evidence: ModelSnapshot = emptyModel;
  #current: ModelSnapshot = emptyModel;
  #lessons: readonly number[] = [];

  constructor(ports: KeeperPorts, rows: RowCache) {
    this.#ports = ports;
    this.#scoring = new ScoringKeeper(ports.store, rows);
  }

  current(): ModelSnapshot {
    return this.#current;
  }

  /** By partition: how many lessons it had come to when its evidence was last summed up here. */
  lessons(): readonly number[] {
    return this.#lessons;
  }

  /** When the newest rows were made that requests score with; epoch ms, 0 while there are none. */
  get scoredAt(): number {
    return this.#scoring.at;
  }

  /** Takes over the rows that the learner stored. */
  async refreshRows(): Promise<void> {
    if (await this.#scoring.refresh()) this.#take(this.#evidence);
  }

  /** Takes over what another node published. */
  async refresh(): Promise<void> {
    const note = await this.#ports.store.readNote(noteName);
    if (note === undefined) return;
    const model = JSON.parse(note) as ModelSnapshot;
    if (model.version > this.#evidence.version) this.#take(model);
  }

  #take(evidence: ModelSnapshot): void {
    const scoring = this.#scoring.current();
    this.#evidence = evidence;
    this.#current = scoring ? { ...evidence, scoring } : evidence;
  }

  /** Sums the evidence of all partitions and, if it grew, tells every partition's log. For one node at a time. */
  async publish(): Promise<void> {
    const model = snapshotOf(await this.#sumOfPartitions());
    if (model.version <= this.#evidence.version) return;
    const receivedAt = this.#ports.clock.now();
    const messages: ModelMessage[] = [];
    for (let partition = 0; partition < this.#ports.partitions; partition += 1) {
      messages.push({
        kind: 'model',
        id: `model:${partition}:${model.version}`,
        tenant: this.#ports.tenant,
        partition: partition as Partition,
        receivedAt,
        model,
      });
    }
    await this.#ports.log.append(messages);
    await this.#ports.store.writeNote(noteName, JSON.stringify(model));
    this.#take(model);
  }

  async #sumOfPartitions(): Promise<Tallies> {
    let sum: Tallies = {};
    const lessons: number[] = [];
    for (let partition = 0; partition < this.#ports.partitions; partition += 1) {
      const [stored] = await this.#ports.store.load(partition as Partition, [partitionDocumentKey]);
      const document = stored && decodePartitionDocument(stored.value);
      if (document) sum = addTallies(sum, document.tallies);
      lessons.push(document?.lessons ?? 0);
    }
    this.#lessons = lessons;
    return sum;
  }
}
