import type { Tenant } from '../model/ids.ts';
import type { LogEntry } from '../model/log-message.ts';
import type { ModelSnapshot } from '../model/model-snapshot.ts';
import type { Rulebook } from '../model/rulebook.ts';
import type {
  BudgetLedger,
  Clock,
  DecisionStream,
  Enrichment,
  Ids,
  PartitionLeases,
  ReceiptStream,
  StateStore,
  TableArchive,
  Timing,
  TouchpointLog,
} from '../ports.ts';
import type { ReceiptMaking } from '../receipts/make-receipt.ts';
import type { BudgetDesk } from './budget-desk.ts';
import type { DocumentCache } from './document-cache.ts';
import type { EnrichmentDesk } from './enrichment-desk.ts';
import type { ErasureMarks } from './erasure-marks.ts';
import type { FoldedBatch } from './fold-batch.ts';
import type { FoldPrecedence } from './fold-precedence.ts';
import type { Observer } from './observer.ts';
import type { OutboxDrain } from './outbox-drain.ts';
import type { RowCache } from './row-cache.ts';
import type { TableKeeper } from './table-keeper.ts';

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
  /** Absent: there are no receipts of decisions. */
  readonly receipts?: ReceiptStream;
  /** Absent: there are no reference tables but those beside the rules. */
  readonly tables?: TableArchive;
  /** Absent: no service is asked. */
  readonly enrichment?: Enrichment;
  /** SHA-256 of the text in UTF-8, in lower-case hex. */
  readonly sha256: (text: string) => string;
}

/** A run over a log that was worked off before: nothing of what follows is sent, no wait is woken. */
export interface ReplayHooks {
  /** A batch was stored. */
  readonly committed: (folded: FoldedBatch, entries: readonly LogEntry[]) => void;
}

/** What the parts of the runtime share. */
export interface RuntimeContext {
  readonly tenant: Tenant;
  readonly partitions: number;
  /** How long records of decisions are kept. */
  readonly recordMs: number;
  readonly ports: Ports;
  readonly observer: Observer;
  readonly cache: DocumentCache;
  readonly desk: BudgetDesk;
  readonly outbox: OutboxDrain;
  readonly erasures: ErasureMarks;
  readonly precedence: FoldPrecedence;
  /** The rulebook in force; whoever decides holds on to what it read here until it is done. */
  readonly rulebook: () => Rulebook | undefined;
  /** The newest propensities this node knows of; requests score with them. */
  readonly model: () => ModelSnapshot;
  /** Rows of models, each in memory once. */
  readonly rows: RowCache;
  readonly tables: TableKeeper;
  readonly enrichment: EnrichmentDesk;
  readonly replay?: ReplayHooks;
  /** Absent: no receipts of decisions are kept. */
  readonly receipts?: ReceiptMaking;
}
