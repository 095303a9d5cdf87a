import type { CapacityFigures } from '../../adapters/cli/plan/measured.ts';
import type { Measure } from '../report/figures.ts';

const named: Readonly<Record<keyof CapacityFigures, Omit<Measure, 'ours'>>> = {
  nodeMicrosPerEvent: { name: 'an event, processor time of the server', unit: 'us' },
  redisMicrosPerEvent: { name: 'an event, processor time of Redis', unit: 'us' },
  natsMicrosPerEvent: { name: 'an event, processor time of NATS', unit: 'us' },
  nodeMicrosPerDecision: { name: 'a decision, processor time of the server', unit: 'us' },
  redisMicrosPerDecision: { name: 'a decision, processor time of Redis', unit: 'us' },
  natsMicrosPerDecision: { name: 'a decision, processor time of NATS', unit: 'us' },
  partitionEventsPerSecond: { name: 'events through one partition', unit: '1/s' },
  redisBytesPerCustomer: { name: 'a customer in Redis, beside the document', unit: 'bytes' },
  redisBytesPerRecord: { name: 'a record of a decision in Redis', unit: 'bytes' },
  logBytesPerEvent: { name: 'an event in the log', unit: 'bytes' },
  streamBytesPerDecision: { name: 'a decision in its stream', unit: 'bytes' },
};

/** The figures in words, each with its unit. */
export function measuresOf(found: CapacityFigures): readonly Measure[] {
  const names = Object.keys(found) as (keyof CapacityFigures)[];
  return names.map((name) => ({ ...named[name], ours: found[name] }));
}
