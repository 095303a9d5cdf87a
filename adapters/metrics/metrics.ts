import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { ActivityCounter } from './activity.ts';
import { budgetMetrics } from './budget-levels.ts';
import { newCounter } from './label-values.ts';
import { learningMetrics } from './learning-metrics.ts';
import type { ActivityFigures, MetricsRecorder } from './metrics-recorder.ts';
import { segmentMetrics } from './segment-sizes.ts';

/**
 * Everything that is counted, in the names and base units that Prometheus expects. No customer and no event name is
 * ever a label; names from rule files are, within bounds.
 */

export interface MetricsOptions {
  /** Epoch ms. */
  readonly now: () => number;
  /** Memory, event loop and garbage collection of this process, under the names that dashboards expect. */
  readonly withProcess: boolean;
}

export interface Metrics extends MetricsRecorder {
  activity(): ActivityFigures;
  page(): Promise<{ readonly contentType: string; readonly body: string }>;
}

export function createMetrics({ now, withProcess }: MetricsOptions): Metrics {
  const registry = new Registry();
  if (withProcess) collectDefaultMetrics({ register: registry });
  return {
    ...requestMetrics(registry, now),
    ...runnerMetrics(registry),
    ...rulebookMetrics(registry),
    ...segmentMetrics(registry),
    ...budgetMetrics(registry),
    ...learningMetrics(registry, now),
    page: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}

const decideBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const durableBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

type RequestMetrics = Pick<
  Metrics,
  | 'eventsReceived'
  | 'ingestTook'
  | 'decided'
  | 'decideTook'
  | 'outcomeReceived'
  | 'streamClients'
  | 'activity'
>;

function requestMetrics(registry: Registry, now: () => number): RequestMetrics {
  const activity = { events: newActivity(now), decisions: newActivity(now), outcomes: newActivity(now) };
  const registers = [registry];
  const events = newCounter(registry, {
    name: 'nextbest_events_received_total',
    help: 'Events that arrived, by where they came from and what became of them.',
    open: 'source',
    closed: ['result'],
  });
  const decisions = newCounter(registry, {
    name: 'nextbest_decisions_total',
    help: 'Placements decided, by placement and what they got.',
    open: 'placement',
    closed: ['result'],
  });
  const outcomes = newCounter(registry, {
    name: 'nextbest_outcomes_received_total',
    help: 'Outcomes reported, by kind.',
    open: 'outcome',
  });
  const ingest = new Histogram({
    name: 'nextbest_ingest_seconds',
    help: 'Time until events were durable.',
    buckets: durableBuckets,
    registers,
  });
  const decide = new Histogram({
    name: 'nextbest_decide_seconds',
    help: 'Time to decide, without HTTP.',
    labelNames: ['result'],
    buckets: decideBuckets,
    registers,
  });
  const clients = new Gauge({ name: 'nextbest_stream_clients', help: 'Open decision streams.', registers });
  return {
    eventsReceived: (source, result, count) => {
      events(count, source, result);
      if (result === 'accepted') activity.events.add(count);
    },
    decided: (placement, result) => {
      decisions(1, placement, result);
      if (result !== 'failed') activity.decisions.add(1);
    },
    outcomeReceived: (outcome) => {
      outcomes(1, outcome);
      activity.outcomes.add(1);
    },
    ingestTook: (seconds) => ingest.observe(seconds),
    decideTook: (seconds, result) => decide.labels(result).observe(seconds),
    streamClients: (count) => clients.set(count),
    activity: () => ({
      events: activity.events.read(),
      decisions: activity.decisions.read(),
      outcomes: activity.outcomes.read(),
    }),
  };
}

function newActivity(now: () => number) {
  const counter = new ActivityCounter(now());
  return { add: (count: number) => counter.add(count, now()), read: () => counter.read(now()) };
}

type RunnerMetrics = Pick<
  Metrics,
  | 'messagesApplied'
  | 'commitConflict'
  | 'duplicatesDropped'
  | 'deadLettered'
  | 'checkpointRepaired'
  | 'consumerRestarted'
  | 'degraded'
>;

function runnerMetrics(registry: Registry): RunnerMetrics {
  const counter = (name: string, help: string, open?: string) =>
    newCounter(registry, { name: `nextbest_${name}_total`, help, ...(open === undefined ? {} : { open }) });
  const applied = counter('messages_applied', 'Messages of the log applied and committed.');
  const conflicts = counter(
    'commit_conflicts',
    'Commits that were refused, by what stood in the way.',
    'kind',
  );
  const duplicates = counter('duplicates_dropped', 'Repeats dropped, by the layer that knew them.', 'layer');
  const dead = counter('dead_letters', 'Messages put aside because applying them failed.', 'reason');
  const repairs = counter(
    'checkpoint_repairs',
    'Checkpoints that did not agree with their log and were moved to where they do; entries may have been lost.',
    'kind',
  );
  const degraded = counter(
    'degraded_answers',
    "Requests answered without the store, by the rulebook's degraded mode, by why.",
    'why',
  );
  const restarts = counter(
    'consumer_restarts',
    'Partitions that were behind their log, did not move and were taken up anew.',
  );
  return {
    messagesApplied: (count) => applied(count),
    commitConflict: (kind) => conflicts(1, kind),
    duplicatesDropped: (layer, count) => duplicates(count, layer),
    deadLettered: (reason) => dead(1, reason),
    checkpointRepaired: (kind) => repairs(1, kind),
    consumerRestarted: () => restarts(1),
    degraded: (why) => degraded(1, why),
  };
}

function rulebookMetrics(registry: Registry): Pick<Metrics, 'rulebookLoaded' | 'rulebookRejected'> {
  const info = new Gauge({
    name: 'nextbest_rulebook_info',
    help: 'Always 1; the label is the version of the rulebook in force.',
    labelNames: ['version'],
    registers: [registry],
  });
  const changes = newCounter(registry, {
    name: 'nextbest_rulebook_changes_total',
    help: 'Rulebooks that this server took over, or refused because they are not valid.',
    open: 'result',
  });
  return {
    rulebookLoaded: (version) => {
      // Only the book in force has a series, or every edit would leave one behind.
      info.reset();
      info.labels(version).set(1);
      changes(1, 'loaded');
    },
    rulebookRejected: () => changes(1, 'rejected'),
  };
}
