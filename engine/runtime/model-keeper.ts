import { addTallies, snapshotOf } from '../learning/propensity.ts';
import type { Partition, Tenant } from '../model/ids.ts';
import type { ModelMessage } from '../model/log-message.ts';
import { emptyModel, type ModelSnapshot, type Tallies } from '../model/model-snapshot.ts';
import type { Clock, StateStore, TouchpointLog } from '../ports.ts';
import { decodePartitionDocument, partitionDocumentKey } from './partition-document.ts';

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
  #current: ModelSnapshot = emptyModel;

  constructor(ports: KeeperPorts) {
    this.#ports = ports;
  }

  current(): ModelSnapshot {
    return this.#current;
  }

  /** Takes over what another node published. */
  async refresh(): Promise<void> {
    const note = await this.#ports.store.readNote(noteName);
    if (note === undefined) return;
    const model = JSON.parse(note) as ModelSnapshot;
    if (model.version > this.#current.version) this.#current = model;
  }

  /** Sums the evidence of all partitions and, if it grew, tells every partition's log. For one node at a time. */
  async publish(): Promise<void> {
    const model = snapshotOf(await this.#sumOfPartitions());
    if (model.version <= this.#current.version) return;
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
    this.#current = model;
  }

  async #sumOfPartitions(): Promise<Tallies> {
    let sum: Tallies = {};
    for (let partition = 0; partition < this.#ports.partitions; partition += 1) {
      const [stored] = await this.#ports.store.load(partition as Partition, [partitionDocumentKey]);
      if (stored) sum = addTallies(sum, decodePartitionDocument(stored.value).tallies);
    }
    return sum;
  }
}
