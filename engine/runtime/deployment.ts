import { partitionOfDecision } from '../chance/partition.ts';
import { CodedError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Decision } from '../model/decision.ts';
import type { CustomerKey, Partition, Tenant } from '../model/ids.ts';
import type { Rulebook } from '../model/rulebook.ts';
import type { TouchpointEvent } from '../model/touchpoint-event.ts';
import type { Application, CustomerView, IngestOptions, OutcomeReport } from './application.ts';
import { BudgetDesk } from './budget-desk.ts';
import { DocumentCache } from './document-cache.ts';
import { findDocument } from './find-document.ts';
import { eventMessage } from './messages.ts';
import { ModelKeeper } from './model-keeper.ts';
import type { Observer } from './observer.ts';
import { OutboxDrain } from './outbox-drain.ts';
import { outcomeMessage } from './outcome-message.ts';
import { keepPartitions } from './ownership.ts';
import { PartitionWorker } from './partition-worker.ts';
import { openRequestDecision } from './request-decision.ts';
import type { Ports, RuntimeContext } from './runtime-context.ts';
import { viewCustomer } from './view-customer.ts';

/** One node of a deployment: answers requests, and works off the partitions it holds. */
export interface Deployment extends Application {
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
}

const modelEveryMs = 5_000;
const settlePollMs = 50;

export function startDeployment(options: DeploymentOptions): Deployment {
  const { ports, observer, tenant, partitions } = options;
  const keeper = new ModelKeeper({ tenant, partitions, ...ports });
  const context = openContext(options, keeper);
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
      },
      troubled: (error) => observer.troubled('leases', error),
    },
    stopping.signal,
  );
  const learning = keepModel(options, keeper, () => workers.has(0 as Partition), stopping.signal);

  return {
    ...applicationOf(context),
    settled: () => settle(context),
    stop: async () => {
      stopping.abort();
      await Promise.all([ownership, learning]);
      await context.outbox.settle();
    },
  };
}

function openContext(options: DeploymentOptions, keeper: ModelKeeper): RuntimeContext {
  const { ports, observer, tenant, partitions, rulebook } = options;
  const { store, budgets: ledger, clock, timing } = ports;
  return {
    tenant,
    partitions,
    ports,
    observer,
    cache: new DocumentCache(limits.documentCacheMax),
    desk: new BudgetDesk({ partitions, store, ledger, clock, timing }),
    outbox: new OutboxDrain(ports, (error) => observer.troubled('outbox', error)),
    rulebook,
    model: () => keeper.current(),
  };
}

function applicationOf(context: RuntimeContext): Application {
  return {
    ingest: (events, ingestOptions) => ingest(context, events, ingestOptions),
    decide: openRequestDecision(context),
    recordOutcome: (report) => recordOutcome(context, report),
    customer: (key) => customer(context, key),
    decision: (id) => decision(context, id),
    rulebook: context.rulebook,
  };
}

async function ingest(
  context: RuntimeContext,
  events: readonly TouchpointEvent[],
  options: IngestOptions = {},
): Promise<void> {
  const now = context.ports.clock.now();
  await context.ports.log.append(
    events.map((event) =>
      eventMessage(context, event, {
        receivedAt: options.receivedAt?.(event) ?? now,
        replayed: options.replayed === true,
      }),
    ),
  );
}

async function recordOutcome(context: RuntimeContext, report: OutcomeReport): Promise<void> {
  const made = await decision(context, report.decisionId);
  if (!made) throw new CodedError('NB_UNKNOWN_DECISION', `no decision ${report.decisionId} is on record`);
  await context.ports.log.append([outcomeMessage(context, made, report)]);
}

async function customer(context: RuntimeContext, presented: CustomerKey): Promise<CustomerView | undefined> {
  // What is in memory may be old: nothing is committed here that would find it out.
  const { state } = await findDocument(context, presented, 'store');
  const rulebook = context.rulebook();
  if (!state || !rulebook) return undefined;
  return viewCustomer(state, rulebook, context.ports.clock.now());
}

async function decision(context: RuntimeContext, id: string): Promise<Decision | undefined> {
  const partition = partitionOfDecision(id, context.partitions);
  if (partition === undefined) return undefined;
  const record = await context.ports.store.record(partition, id);
  return record === undefined ? undefined : (JSON.parse(record) as Decision);
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
