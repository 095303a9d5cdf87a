import {
  type Decision,
  type Deployment,
  type DeploymentOptions,
  type Observer,
  startDeployment,
} from '../../engine/index.ts';
import type { MetricsRecorder } from '../metrics/metrics-recorder.ts';
import type { Config } from '../system/config.ts';
import { systemClock } from '../system/system-clock.ts';
import type { Storage } from './open-storage.ts';
import { sparingly } from './sparingly.ts';

/** Where a node says what an operator should know. */
export interface NodeLog {
  readonly warn: (what: string, error?: unknown) => void;
}

/** A node on opened storage, observed by the metrics. */
export function openNode(
  config: Pick<Config, 'tenant' | 'partitions'>,
  storage: Storage,
  options: Pick<DeploymentOptions, 'rulebook' | 'learns'> & { readonly observer: Observer },
): Deployment {
  const { tenant, partitions } = config;
  return startDeployment({ tenant, partitions, ports: storage, ...options });
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
    conflicted: (what) => metrics.commitConflict(what),
    deadLettered: (reason) => {
      metrics.deadLettered('fold');
      log.warn(`a message could not be applied and was put aside: ${reason}`);
    },
    troubled: (what, error) => warn(kindOf(what), `${what}: it goes on by itself`, error),
  };
}

/** Partitions in trouble are in the same trouble. */
export function kindOf(what: string): string {
  return what.replace(/\d+/g, '');
}

function countTriggered(metrics: MetricsRecorder, decision: Decision): void {
  for (const { placement, treatments } of decision.placements) {
    metrics.decided(placement, treatments.length > 0 ? 'treated' : 'empty');
  }
}
