import type { Tenant } from '../model/ids.ts';
import type { ModelSnapshot } from '../model/model-snapshot.ts';
import type { Rulebook } from '../model/rulebook.ts';
import type {
  BudgetLedger,
  Clock,
  DecisionStream,
  Ids,
  PartitionLeases,
  StateStore,
  Timing,
  TouchpointLog,
} from '../ports.ts';
import type { BudgetDesk } from './budget-desk.ts';
import type { DocumentCache } from './document-cache.ts';
import type { Observer } from './observer.ts';
import type { OutboxDrain } from './outbox-drain.ts';

/** The ports a deployment runs on. */
export interface Ports {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly timing: Timing;
  readonly log: TouchpointLog;
  readonly store: StateStore;
  readonly budgets: BudgetLedger;
  readonly leases: PartitionLeases;
  readonly decisions: DecisionStream;
}

/** What the parts of the runtime share. */
export interface RuntimeContext {
  readonly tenant: Tenant;
  readonly partitions: number;
  readonly ports: Ports;
  readonly observer: Observer;
  readonly cache: DocumentCache;
  readonly desk: BudgetDesk;
  readonly outbox: OutboxDrain;
  /** The rulebook in force; whoever decides holds on to what it read here until it is done. */
  readonly rulebook: () => Rulebook | undefined;
  /** The newest propensities this node knows of; requests score with them. */
  readonly model: () => ModelSnapshot;
}
