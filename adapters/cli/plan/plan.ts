import { limits } from '../../../engine/index.ts';
import type { CapacityFigures } from './measured.ts';

/** What a deployment has to carry. */
export interface PlanLoad {
  readonly customers: number;
  /** At the busiest hour. */
  readonly eventsPerSecond: number;
  readonly decisionsPerSecond: number;
  /** Bytes of one customer's state as it is stored. */
  readonly stateBytes: number;
  /** How long the log of events is kept; it fills disks at the average rate, not at the peak. */
  readonly logDays: number;
  /** How long the record of a decision is kept. */
  readonly recordDays: number;
  /** Average load as a share of the busiest hour. */
  readonly averageShare: number;
  /** Copies of streams and, with one replica each, of Redis: 1 or 3, and 0 or 1. */
  readonly streamCopies: number;
  readonly redisReplicas: number;
  /** Memory of one Redis node that data may fill. */
  readonly redisNodeGib: number;
  /** Share of a core that is planned to be used at the peak. */
  readonly utilisation: number;
}

export interface Plan {
  readonly partitions: number;
  readonly processes: number;
  readonly nodeCores: number;
  readonly redis: {
    readonly primaries: number;
    readonly replicas: number;
    readonly isCluster: boolean;
    readonly cores: number;
    readonly stateGib: number;
    readonly recordsGib: number;
    /** With room for fragmentation and for what a copy-on-write save may double. */
    readonly gibPerNode: number;
  };
  readonly nats: {
    readonly servers: number;
    readonly copies: number;
    readonly cores: number;
    readonly logGib: number;
    readonly decisionsGib: number;
    /** Of one server. */
    readonly diskGib: number;
  };
  /** What the figures cannot promise. */
  readonly remarks: readonly string[];
}

const gib = 1024 ** 3;
const secondsPerDay = 86_400;
/** Decisions are kept this long in their stream. */
const streamDays = 3;
/** What an allocator wastes, and what a background save of a changing store needs beside it. */
const redisHeadroom = 1.5;
const diskHeadroom = 1.3;
/** A partition is moved as a whole, so there are several for every process; a process that dies leaves little to each. */
const partitionsPerProcess = 8;
const partitionsMin = limits.partitionsDefault;

export function planFor(load: PlanLoad, figures: CapacityFigures): Plan {
  const cores = coresOf(load, figures);
  const processes = Math.max(2, Math.ceil(cores.node));
  const redis = redisOf(load, figures, cores.redis);
  const nats = natsOf(load, figures, cores.nats);
  const wanted = Math.max(
    partitionsMin,
    processes * partitionsPerProcess,
    redis.primaries * partitionsPerProcess,
    load.eventsPerSecond / (figures.partitionEventsPerSecond * load.utilisation),
  );
  const partitions = Math.min(limits.partitionsMax, 2 ** Math.ceil(Math.log2(wanted)));
  return {
    partitions,
    processes,
    nodeCores: cores.node,
    redis,
    nats,
    remarks: remarksOf({ load, figures, wanted, redis }),
  };
}

function coresOf(load: PlanLoad, figures: CapacityFigures) {
  const { eventsPerSecond: events, decisionsPerSecond: decisions, utilisation } = load;
  const cores = (perEvent: number, perDecision: number) =>
    (events * perEvent + decisions * perDecision) / 1e6 / utilisation;
  return {
    node: cores(figures.nodeMicrosPerEvent, figures.nodeMicrosPerDecision),
    redis: cores(figures.redisMicrosPerEvent, figures.redisMicrosPerDecision),
    nats: cores(figures.natsMicrosPerEvent, figures.natsMicrosPerDecision),
  };
}

function redisOf(load: PlanLoad, figures: CapacityFigures, cores: number): Plan['redis'] {
  const state = load.customers * (load.stateBytes + figures.redisBytesPerCustomer);
  const kept = load.decisionsPerSecond * load.averageShare * secondsPerDay * load.recordDays;
  const records = kept * figures.redisBytesPerRecord;
  const needed = ((state + records) * redisHeadroom) / gib;
  // A primary runs its scripts on one core.
  const nodes = Math.max(1, Math.ceil(cores), Math.ceil(needed / load.redisNodeGib));
  const primaries = nodes === 1 ? 1 : Math.max(3, nodes);
  return {
    primaries,
    replicas: primaries * load.redisReplicas,
    isCluster: primaries > 1,
    cores,
    stateGib: state / gib,
    recordsGib: records / gib,
    gibPerNode: needed / primaries,
  };
}

function natsOf(load: PlanLoad, figures: CapacityFigures, cores: number): Plan['nats'] {
  const perDay = load.averageShare * secondsPerDay;
  // A decision stands in the log as well, as a message of the size of an event.
  const messages = load.eventsPerSecond + load.decisionsPerSecond;
  const log = messages * perDay * load.logDays * figures.logBytesPerEvent;
  const decisions = load.decisionsPerSecond * perDay * streamDays * figures.streamBytesPerDecision;
  const copies = load.streamCopies;
  const servers = copies === 1 ? 1 : Math.max(copies, Math.ceil(cores));
  return {
    servers,
    copies,
    cores: cores * copies,
    logGib: log / gib,
    decisionsGib: decisions / gib,
    diskGib: (((log + decisions) * copies) / servers / gib) * diskHeadroom,
  };
}

function remarksOf(plan: {
  readonly load: PlanLoad;
  readonly figures: CapacityFigures;
  readonly wanted: number;
  readonly redis: Plan['redis'];
}): readonly string[] {
  const { load, figures, wanted, redis } = plan;
  const remarks = [
    'The number of partitions is fixed when the data is created; choose it for the load to come.',
  ];
  if (wanted > limits.partitionsMax) {
    remarks.push(
      `This load asks for more than ${limits.partitionsMax} partitions, the most there can be: one partition gets through ` +
        `${figures.partitionEventsPerSecond} events a second. Split it into tenants.`,
    );
  }
  if (redis.recordsGib > redis.stateGib) {
    remarks.push(
      `Records of decisions take more memory than the customers. Keep them for fewer days than ${load.recordDays} ` +
        '(NEXTBEST_RECORD_DAYS); one day is enough to answer repeated requests.',
    );
  }
  if (load.redisReplicas === 0) {
    remarks.push(
      'Without a replica, a Redis that is lost for good takes the state with it until it is rebuilt from the log.',
    );
  }
  if (load.streamCopies === 1) {
    remarks.push('With one copy of the streams, a NATS server that is lost for good takes the log with it.');
  }
  return remarks;
}
