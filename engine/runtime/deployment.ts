import { partitionOf, partitionOfDecision } from '../chance/partition.ts';
import { CodedError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Decision } from '../model/decision.ts';
import type { CustomerKey, DecisionId, Partition, Tenant } from '../model/ids.ts';
import type { EventMessage } from '../model/log-message.ts';
import type { MadeBy, Receipt } from '../model/receipt.ts';
import type { Rulebook } from '../model/rulebook.ts';
import type { TouchpointEvent } from '../model/touchpoint-event.ts';
import type {
  Application,
  CustomerView,
  ErasureReceipt,
  IngestOptions,
  OutcomeReport,
} from './application.ts';
import { Backlog } from './backlog.ts';
import { bindConsent } from './bind-consent.ts';
import { BudgetDesk } from './budget-desk.ts';
import { BudgetKeeper } from './budget-keeper.ts';
import { budgetReports } from './budget-reports.ts';
import { type DeadLetterOperations, openDeadLetters } from './dead-letters.ts';
import { neverStored } from './degraded-desk.ts';
import { DocumentCache } from './document-cache.ts';
import { EnrichmentDesk } from './enrichment-desk.ts';
import { ErasureMarks } from './erasure-marks.ts';
import { exportCustomer } from './export-customer.ts';
import { findCustomer } from './find-document.ts';
import { FoldPrecedence } from './fold-precedence.ts';
import { keepLearning } from './keep-learning.ts';
import { mergeCustomers, unmergeCustomer } from './merge-customers.ts';
import { eventMessage } from './messages.ts';
import { ModelKeeper } from './model-keeper.ts';
import { modelsReport } from './models-report.ts';
import type { Observer } from './observer.ts';
import { OutboxDrain } from './outbox-drain.ts';
import { outcomeMessage } from './outcome-message.ts';
import { type OverlayOperations, openOverlays } from './overlay-operations.ts';
import { keepPartitions } from './ownership.ts';
import { PartitionWorker } from './partition-worker.ts';
import { findReceipt, receiptKeeperOf } from './receipt-keeper.ts';
import { openRequestDecision } from './request-decision.ts';
import { RowCache } from './row-cache.ts';
import type { Ports, RuntimeContext } from './runtime-context.ts';
import { segmentReports } from './segment-reports.ts';
import { SegmentSweep } from './segment-sweep.ts';
import { TableKeeper } from './table-keeper.ts';
import { viewCustomer } from './view-customer.ts';

/** One node of a deployment: answers requests, and works off the partitions it holds. */
export interface Deployment extends Application {
  readonly overlays: OverlayOperations;
  readonly deadLetters: DeadLetterOperations;
  /** Stops taking new work, finishes what is in hand, sends on what was committed. */
  stop(): Promise<void>;
  /**
   * Resolves once every message in the log is applied, every outbox sent and no replayed wait is due, on whichever
   * node. Only meaningful while nobody appends.
   */
  settled(): Promise<void>;
}

export interface DeploymentOptions {
  readonly tenant: Tenant;
  readonly partitions: number;
  readonly ports: Ports;
  readonly observer: Observer;
  readonly rulebook: () => Rulebook | undefined;
  /** False while history is played in: propensities then stand still, and the run can be repeated exactly. */
  readonly learns: boolean;
  /** How long records of decisions are kept; `limits.decisionRecordMsDefault` when absent. */
  readonly recordMs?: number;
  /**
   * Messages that the log may be ahead of what is applied before events are refused with NB_OVERLOADED. For storage whose
   * sequences are dense; without it the log takes whatever it takes.
   */
  readonly backlogMax?: number;
  /** Partitions whose outbox is sent on at a time; `limits.outboxDrainsMax` when absent. */
  readonly outboxDrainsMax?: number;
  /** Versions of the program and its libraries, for the receipts of decisions; absent: none are kept. */
  readonly madeBy?: MadeBy;
}

const modelEveryMs = 5_000;
const tablesEveryMs = 1_000;
const segmentsEveryMs = 1_000;
const settlePollMs = 50;

export function startDeployment(options: DeploymentOptions): Deployment {
  const { ports, observer, tenant, partitions } = options;
  const rows = new RowCache();
  const keeper = new ModelKeeper({ tenant, partitions, ...ports }, rows);
  const context = openContext(options, keeper, rows);
  const stopping = new AbortController();
  const workers = new Map<Partition, { readonly stop: AbortController; readonly done: Promise<void> }>();

  const ownership = keepPartitions(
    {
      leases: ports.leases,
      timing: ports.timing,
      partitions,
      gained: (partition) => {
        const stop = new AbortController();
        const done = new PartitionWorker(context, partition).run(stop.signal);
        workers.set(partition, { stop, done });
      },
      lost: async (partition) => {
        const worker = workers.get(partition);
        worker?.stop.abort();
        await worker?.done;
        workers.delete(partition);
        observer.counted?.(partition, undefined);
        observer.foldScoring?.(partition, undefined);
        observer.budgeted?.(partition, undefined);
      },
      troubled: (error) => observer.troubled('leases', error),
    },
    stopping.signal,
  );
  const backlog = openBacklog(options);
  const measuring = backlog?.keep(stopping.signal, (error) => observer.troubled('backlog', error));
  const holdsFirst = () => workers.has(0 as Partition);
  const summing = keepModel(options, keeper, holdsFirst, stopping.signal);
  const learns = () => options.learns && holdsFirst();
  const learning = keepLearning(context, { keeper, learns }, stopping.signal);
  const following = keepTables(context, () => options.learns && holdsFirst(), stopping.signal);
  const budgeting = keepBudgets(context, () => (options.learns ? [...workers.keys()] : []), stopping.signal);
  const sweeping = keepSegments(context, () => options.learns && holdsFirst(), stopping.signal);

  return {
    ...applicationOf(context, backlog),
    overlays: openOverlays(context),
    deadLetters: openDeadLetters(context),
    settled: () => settle(context),
    stop: async () => {
      stopping.abort();
      await Promise.all([ownership, summing, learning, following, budgeting, sweeping, measuring]);
      await context.outbox.settle();
    },
  };
}

function openContext(options: DeploymentOptions, keeper: ModelKeeper, rows: RowCache): RuntimeContext {
  const { ports, observer, tenant, partitions, rulebook } = options;
  const { store, budgets: ledger, clock } = ports;
  const troubled = (what: string, error: unknown) => observer.troubled(what, error);
  return {
    tenant,
    partitions,
    recordMs: options.recordMs ?? limits.decisionRecordMsDefault,
    ports,
    observer,
    cache: new DocumentCache(limits.documentCacheMax),
    desk: new BudgetDesk({ partitions, store, ledger, clock, isLive: options.learns }),
    erasures: new ErasureMarks(ports),
    precedence: new FoldPrecedence(),
    outbox: new OutboxDrain(ports, observer, {
      receipts: receiptKeeperOf(ports),
      atOnceMax: options.outboxDrainsMax,
    }),
    rulebook,
    ...(ports.receipts && options.madeBy && { receipts: { sha256: ports.sha256, madeBy: options.madeBy } }),
    model: () => keeper.current(),
    rows,
    tables: new TableKeeper({ tenant, partitions, ...ports, archive: ports.tables, troubled }),
    enrichment: new EnrichmentDesk({ tenant, partitions, ...ports, enrichment: ports.enrichment, troubled }),
  };
}

function openBacklog({ ports, partitions, backlogMax }: DeploymentOptions): Backlog | undefined {
  return backlogMax === undefined ? undefined : new Backlog(ports, { partitions, messagesMax: backlogMax });
}

function applicationOf(context: RuntimeContext, backlog: Backlog | undefined): Application {
  return {
    ingest: async (events, ingestOptions) => {
      backlog?.admit();
      await ingest(context, events, ingestOptions);
    },
    decide: openRequestDecision(context),
    recordOutcome: (report) => recordOutcome(context, report),
    customer: (key) => customer(context, key),
    exportCustomer: (key) => exportCustomer(context, key),
    erase: (key) => erase(context, key),
    merge: (key, other) => mergeCustomers(context, key, other),
    unmerge: (key, take) => unmergeCustomer(context, key, take),
    decision: (id) => decision(context, id),
    receipt: (id) => receiptOf(context, id),
    segments: async () => (await segmentReports(context)) ?? [],
    budgets: () => budgetReports(context),
    models: () => modelsReport(context),
    rulebook: context.rulebook,
  };
}

async function ingest(
  context: RuntimeContext,
  events: readonly TouchpointEvent[],
  options: IngestOptions = {},
): Promise<void> {
  const now = context.ports.clock.now();
  const messages = events.map((event) =>
    eventMessage(context, event, {
      receivedAt: options.receivedAt?.(event) ?? now,
      replayed: options.replayed === true,
    }),
  );
  await letDecisionsPass(context, messages);
  await context.ports.log.append(messages);
  if (options.replayed !== true) await bindConsent(context, messages);
}

/**
 * An event may be the outcome of a decision that was answered a moment ago, whose message is still on its way to the log.
 * What this node is sending gets there first, so that a log that is read again attributes as it was done then.
 */
async function letDecisionsPass(context: RuntimeContext, messages: readonly EventMessage[]): Promise<void> {
  const outcomes = context.rulebook()?.outcomesByEvent;
  const partitions = new Set<Partition>();
  for (const { partition, event } of messages) if (outcomes?.has(event.name)) partitions.add(partition);
  await Promise.all([...partitions].map((partition) => context.outbox.underWay(partition)));
}

async function erase(context: RuntimeContext, key: CustomerKey): Promise<ErasureReceipt> {
  const until = context.ports.clock.now();
  const id = `x:${context.ports.ids.nonce()}`;
  const partition = partitionOf(context.tenant, key, context.partitions);
  const message = {
    kind: 'erase',
    id,
    tenant: context.tenant,
    partition,
    receivedAt: until,
    key,
    until,
  } as const;
  await context.ports.log.append([message]);
  return { key, until };
}

async function recordOutcome(context: RuntimeContext, report: OutcomeReport): Promise<void> {
  const made = await decision(context, report.decisionId);
  if (!made) {
    const why = neverStored(report.decisionId) ?? `no decision ${report.decisionId} is on record`;
    throw new CodedError('NB_UNKNOWN_DECISION', why);
  }
  // The decision's own message must come first: a log that is read again must know what the outcome is of.
  const partition = partitionOfDecision(made.id, context.partitions);
  if (partition !== undefined) await context.outbox.drain(partition);
  await context.ports.log.append([outcomeMessage(context, made, report)]);
}

async function customer(context: RuntimeContext, presented: CustomerKey): Promise<CustomerView | undefined> {
  // What is in memory may be old: nothing is committed here that would find it out.
  const { state } = await findCustomer(context, presented);
  const rulebook = context.rulebook();
  if (!state || !rulebook) return undefined;
  return viewCustomer(state, rulebook, {
    now: context.ports.clock.now(),
    tables: context.tables.current(),
  });
}

async function decision(context: RuntimeContext, id: string): Promise<Decision | undefined> {
  const partition = partitionOfDecision(id, context.partitions);
  if (partition === undefined) return undefined;
  const record = await context.ports.store.record(partition, id);
  return record === undefined ? undefined : (JSON.parse(record) as Decision);
}

/** One that is still on its way to its stream is sent first. */
async function receiptOf(context: RuntimeContext, id: string): Promise<Receipt | undefined> {
  const partition = partitionOfDecision(id, context.partitions);
  const stream = context.ports.receipts;
  if (partition === undefined || stream === undefined) return undefined;
  const made = await decision(context, id);
  await context.outbox.drain(partition);
  const text = await findReceipt(stream, { partition, id: id as DecisionId, at: made?.at });
  return text === undefined ? undefined : (JSON.parse(text) as Receipt);
}

/** Publishes new propensities while this node holds the first partition, and takes over what others publish. */
async function keepModel(
  options: DeploymentOptions,
  keeper: ModelKeeper,
  publishes: () => boolean,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await keeper.refresh();
      if (options.learns && publishes()) await keeper.publish();
    } catch (error) {
      options.observer.troubled('model', error);
    }
    await options.ports.timing.sleep(modelEveryMs, signal);
  }
}

/** Follows the tables in force, and tells all partitions of them while this node holds the first one. */
async function keepTables(
  { ports, tables, observer }: RuntimeContext,
  announces: () => boolean,
  signal: AbortSignal,
): Promise<void> {
  while (ports.tables !== undefined && !signal.aborted) {
    try {
      await tables.refresh();
      if (announces()) await tables.announce();
    } catch (error) {
      observer.troubled('reference tables', error);
    }
    await ports.timing.sleep(tablesEveryMs, signal);
  }
}

/** Looks after the budgets of the partitions that this node works on. */
async function keepBudgets(
  context: RuntimeContext,
  partitions: () => readonly Partition[],
  signal: AbortSignal,
): Promise<void> {
  const keeper = new BudgetKeeper(context);
  while (!signal.aborted) {
    await context.ports.timing.sleep(limits.budgetLookMs, signal);
    const rulebook = context.rulebook();
    if (signal.aborted || !rulebook || rulebook.budgets.size === 0) continue;
    try {
      await keeper.look(partitions(), rulebook);
    } catch (error) {
      context.observer.troubled('budgets', error);
    }
  }
}

/** Has all customers judged anew after a change of the definitions of segments, while this node holds the first partition. */
async function keepSegments(
  context: RuntimeContext,
  sweeps: () => boolean,
  signal: AbortSignal,
): Promise<void> {
  const sweep = new SegmentSweep(context);
  while (!signal.aborted) {
    try {
      if (sweeps()) await sweep.look(signal);
    } catch (error) {
      context.observer.troubled('segments', error);
    }
    await context.ports.timing.sleep(segmentsEveryMs, signal);
  }
}

/** Quiet twice at the same heads: whatever one partition sent to another would have moved a head in between. */
async function settle(context: RuntimeContext): Promise<void> {
  let before = '';
  for (;;) {
    const heads = await quietHeads(context).catch(awayForNow);
    if (heads !== undefined && heads === before) return;
    before = heads ?? '';
    await context.ports.timing.sleep(settlePollMs);
  }
}

/** A store or a log that is away for a moment is not quiet; whatever else went wrong is told. */
function awayForNow(error: unknown): undefined {
  if (!(error instanceof CodedError && error.retryable)) throw error;
  return undefined;
}

/** The heads of all partitions, undefined while any of them has something to do. */
async function quietHeads(context: RuntimeContext): Promise<string | undefined> {
  const { store, log } = context.ports;
  const heads: number[] = [];
  for (let number = 0; number < context.partitions; number += 1) {
    const partition = number as Partition;
    const head = await log.head(partition);
    const checkpoint = await store.checkpoint(partition);
    if (checkpoint.sequence < head) return undefined;
    if ((await store.outbox(partition, 1)).length > 0) return undefined;
    const due = { wall: -1, stream: checkpoint.time };
    if ((await store.dueTimers(partition, due, 1)).length > 0) return undefined;
    heads.push(head);
  }
  return heads.join(',');
}
