/**
 * What one event, decision and customer cost, as `npm run bench -- capacity` and `npm run bench -- memory` measured it on
 * Redis and NATS with the sample rulebook. Processor time, not elapsed time: it hardly depends on what else a machine does.
 */
export interface CapacityFigures {
  /** Processor microseconds of a nextbest process: to fold an event, its intake over HTTP included. */
  readonly nodeMicrosPerEvent: number;
  /** ... and to answer a decision over HTTP. */
  readonly nodeMicrosPerDecision: number;
  readonly redisMicrosPerEvent: number;
  readonly redisMicrosPerDecision: number;
  readonly natsMicrosPerEvent: number;
  readonly natsMicrosPerDecision: number;
  /** Events a second that one partition gets through alone; it commits one batch after the other. */
  readonly partitionEventsPerSecond: number;
  /** Memory of Redis for one customer beyond the bytes of the state: key, version, allocation. */
  readonly redisBytesPerCustomer: number;
  /** Memory of Redis for the record of one decision. */
  readonly redisBytesPerRecord: number;
  /** Disk of NATS for one event with what follows from it, one copy. */
  readonly logBytesPerEvent: number;
  /** Disk of NATS for one published decision, one copy. */
  readonly streamBytesPerDecision: number;
}

export const measuredFigures: CapacityFigures = {
  nodeMicrosPerEvent: 440,
  nodeMicrosPerDecision: 2_400,
  redisMicrosPerEvent: 70,
  redisMicrosPerDecision: 360,
  natsMicrosPerEvent: 70,
  natsMicrosPerDecision: 240,
  partitionEventsPerSecond: 3_000,
  redisBytesPerCustomer: 230,
  redisBytesPerRecord: 2_750,
  logBytesPerEvent: 440,
  streamBytesPerDecision: 1_400,
};
