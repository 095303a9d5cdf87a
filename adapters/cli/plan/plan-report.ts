import { grouped, renderTable } from '../support/table.ts';
import type { Plan, PlanLoad } from './plan.ts';

export function renderPlan(load: PlanLoad, plan: Plan): string {
  const { redis, nats } = plan;
  const rows: (readonly string[])[] = [
    ['partitions', String(plan.partitions), 'NEXTBEST_PARTITIONS, fixed when the data is created'],
    [
      'nextbest processes',
      String(plan.processes),
      `one core each; ${figure(plan.nodeCores)} cores of work, two at least so that one may fail`,
    ],
    [
      'Redis',
      redis.isCluster
        ? `cluster ${redis.primaries} + ${redis.replicas}`
        : `${redis.primaries} + ${redis.replicas}`,
      `${figure(redis.cores)} cores of work, primaries + replicas`,
    ],
    [
      'memory of each Redis',
      `${figure(redis.gibPerNode)} GiB`,
      `customers ${figure(redis.stateGib)}, records of decisions ${figure(redis.recordsGib)} GiB, and half as much again`,
    ],
    [
      'NATS servers',
      String(nats.servers),
      `streams with ${nats.copies} ${nats.copies === 1 ? 'copy' : 'copies'}, ${figure(nats.cores)} cores of work`,
    ],
    [
      'disk of each NATS',
      `${figure(nats.diskGib)} GiB`,
      `log ${figure(nats.logGib)}, decisions ${figure(nats.decisionsGib)} GiB a copy`,
    ],
  ];
  return [
    `For ${grouped(load.customers)} customers, ${grouped(load.eventsPerSecond)} events and ` +
      `${grouped(load.decisionsPerSecond)} decisions a second at the busiest hour:`,
    '',
    renderTable(['', '', ''], rows).trimStart(),
    '',
    'Streams: the log, decisions, touchpoints and dead letters of the tenant; nextbest creates them.',
    ...plan.remarks.map((remark) => `- ${remark}`),
  ].join('\n');
}

function figure(value: number): string {
  return value >= 10 ? grouped(value) : value.toFixed(value >= 1 ? 1 : 2);
}
