import {
  type BudgetLevel,
  type Decision,
  type Deployment,
  type DeploymentOptions,
  day,
  limits,
  type Observer,
  type Repair,
  startDeployment,
} from '../../engine/index.ts';
import type { BudgetAmounts, MetricsRecorder } from '../metrics/metrics-recorder.ts';
import type { Config } from '../system/config.ts';
import { systemClock } from '../system/system-clock.ts';
import { madeBy } from './made-by.ts';
import type { Storage } from './open-storage.ts';
import { sparingly } from './sparingly.ts';

/** Where a node says what an operator should know. */
export interface NodeLog {
  readonly warn: (what: string, error?: unknown) => void;
}

/** A node on opened storage, observed by the metrics. */
export function openNode(
  config: Pick<Config, 'tenant' | 'partitions' | 'recordDays' | 'receiptDays'>,
  storage: Storage,
  options: Pick<DeploymentOptions, 'rulebook' | 'learns' | 'backlogMax'> & { readonly observer: Observer },
): Deployment {
  const { tenant, partitions, recordDays, receiptDays } = config;
  return startDeployment({
    tenant,
    partitions,
    recordMs: recordDays * day,
    ports: storage,
    ...(receiptDays > 0 && { madeBy: madeBy() }),
    ...(storage.nats && { outboxDrainsMax: limits.outboxDrainsMaxRemote }),
    ...options,
  });
}

/** Turns what the runtime reports into metrics and log lines. Pulled decisions are counted where they are asked for. */
export function observeBy(metrics: MetricsRecorder, log: NodeLog): Observer {
  const warn = sparingly((what: string, error: unknown) => log.warn(what, error), systemClock.now);
  return {
    applied: ({ kind, note }) => {
      if (note === 'duplicate' && kind === 'event') metrics.duplicatesDropped('state', 1);
    },
    advanced: (_partition, applied) => metrics.messagesApplied(applied),
    decided: (decision) => {
      if (decision.cause.kind === 'trigger') countTriggered(metrics, decision);
    },
    degraded: (why) => {
      metrics.degraded(why);
      warn(
        'degraded',
        'the store does not answer in time: requests are answered by the degraded mode of the rulebook',
        undefined,
      );
    },
    conflicted: (what) => metrics.commitConflict(what),
    deadLettered: (_reason, cause) => {
      metrics.deadLettered(cause);
      // The reason may quote what a customer told: it stands in the dead letter, beside the message, and not in a log.
      log.warn(`a message could not be applied and was put aside (${cause})`);
    },
    repaired: (what) => {
      metrics.checkpointRepaired(what.kind);
      log.warn(describeRepair(what));
    },
    restarted: () => metrics.consumerRestarted(),
    counted: (partition, sizes) => metrics.segmentsCounted(partition, sizes),
    learned: (round) => metrics.learned(round),
    scoring: (at) => metrics.requestsScoredAt(at),
    foldScoring: (partition, at) => metrics.foldsScoredAt(partition, at),
    budgeted: (partition, levels) => metrics.budgetsCounted(partition, levels && mapped(levels, amountsOf)),
    budgetsLeft: (budgets) => metrics.budgetsLeft(mapped(budgets, ({ unit, left }) => inUnits(unit, left))),
    troubled: (what, error) => warn(kindOf(what), `${what}: it goes on by itself`, error),
  };
}

function amountsOf({ unit, spent, granted }: BudgetLevel): BudgetAmounts {
  return { spent: inUnits(unit, spent), granted: inUnits(unit, granted) };
}

/** Money is counted in millionths of the currency. */
function inUnits(unit: BudgetLevel['unit'], amount: number): number {
  return unit === 'cost' ? amount / 1_000_000 : amount;
}

function mapped<From, To>(
  entries: ReadonlyMap<string, From>,
  map: (entry: From) => To,
): ReadonlyMap<string, To> {
  return new Map([...entries].map(([name, entry]) => [name, map(entry)]));
}

/** Partitions in trouble are in the same trouble. */
export function kindOf(what: string): string {
  return what.replace(/\d+/g, '');
}

function describeRepair({ partition, kind, from, to }: Repair): string {
  return kind === 'rewound'
    ? `the log of partition ${partition} lost its end: applied up to ${from}, it is taken up again after ${to}`
    : `the log of partition ${partition} begins after ${to}, applied up to ${from}: entries between may have been lost`;
}

function countTriggered(metrics: MetricsRecorder, decision: Decision): void {
  for (const { placement, treatments } of decision.placements) {
    metrics.decided(placement, treatments.length > 0 ? 'treated' : 'empty');
  }
}
