import type { NextbestServer } from '../capacity/nextbest-server.ts';
import { processorMicros } from '../capacity/processor-time.ts';
import { median } from '../measure/statistics.ts';
import type { Ratio } from '../report/figures.ts';
import { ratioOf } from '../report/ratio-of.ts';
import { arrivals } from './arrivals.ts';
import { runClosedLoop } from './closed-loop.ts';
import { runOpenLoop } from './open-loop.ts';
import { settled } from './settled.ts';
import type { Visits } from './visits.ts';

export interface Effort {
  /** At most so long is a server warmed up: it stops when its requests get no cheaper any more. */
  readonly warmMs: number;
  readonly pairs: number;
  /** One side's turn at saturation, and at its share of it. */
  readonly saturatedMs: number;
  readonly steadySeconds: number;
}

interface Sides {
  readonly ours: NextbestServer;
  readonly theirs: NextbestServer;
  readonly visits: Visits;
}

/** One figure a pair, of each side. */
interface Pairs {
  readonly ours: number[];
  readonly theirs: number[];
}

export interface Compared {
  readonly throughput: Pairs;
  /** Ours as a share of theirs. */
  readonly share: Ratio;
  /** Answers a second while requests came, without the time that the work left over took. */
  readonly answered: Pairs;
  readonly p99Ms: Pairs;
  /** Ours as a multiple of theirs, each at its own 60 %. */
  readonly p99: Ratio;
  readonly p50Ms: Pairs;
  /** Processor time of the server for one request, everything that follows included, us. */
  readonly processorMicros: Pairs;
  /** Processor time of the generator for one request, us. */
  readonly generatorMicros: Pairs;
  /** How long after it was due a request left, the 99th percentile of each steady turn, ms. */
  readonly lateMs: Pairs;
  readonly refused: number;
}

/** As many as keep either server busy; a request may wait for one of them when the rate is given. */
const saturating = 64;
const steady = 256;
const steadyShare = 0.6;

export async function compareServers(sides: Sides, effort: Effort): Promise<Compared> {
  const found = {
    throughput: emptyPairs(),
    answered: emptyPairs(),
    p99Ms: emptyPairs(),
    p50Ms: emptyPairs(),
    processorMicros: emptyPairs(),
    generatorMicros: emptyPairs(),
    lateMs: emptyPairs(),
  };
  let refused = 0;
  for (const side of order) await warmUp(sides, side, effort.warmMs);
  for (let pair = 0; pair < effort.pairs; pair += 1) {
    for (const side of order) {
      const turn = await saturate(sides, side, effort.saturatedMs);
      found.throughput[side].push(turn.perSecond);
      found.answered[side].push(turn.answeredPerSecond);
      found.processorMicros[side].push(turn.processorMicros);
      found.generatorMicros[side].push(turn.generatorMicros);
      refused += turn.refused;
    }
  }
  for (let pair = 0; pair < effort.pairs; pair += 1) {
    for (const side of order) {
      const perSecond = steadyShare * median(found.throughput[side]);
      const turn = await keepSteady(sides, side, { perSecond, seconds: effort.steadySeconds, seed: pair });
      found.p99Ms[side].push(turn.corrected.quantile(0.99));
      found.p50Ms[side].push(turn.corrected.quantile(0.5));
      found.lateMs[side].push(turn.late.quantile(0.99));
      refused += turn.refused;
    }
  }
  const share = ratioOf(found.throughput.ours, found.throughput.theirs);
  return { ...found, share, p99: ratioOf(found.p99Ms.ours, found.p99Ms.theirs), refused };
}

type Side = 'ours' | 'theirs';
const order: readonly Side[] = ['theirs', 'ours'];

function emptyPairs(): Pairs {
  return { ours: [], theirs: [] };
}

/** Compilers take thousands of requests until they have seen enough, and a busy machine takes its time over those. */
async function warmUp(sides: Sides, side: Side, msMax: number): Promise<void> {
  const end = performance.now() + msMax;
  let least = Number.POSITIVE_INFINITY;
  for (let inVain = 0; inVain < turnsInVain && performance.now() < end; ) {
    const { processorMicros: micros } = await saturate(sides, side, Math.min(warmTurnMs, msMax / 2));
    inVain = micros < least * (1 - warmGain) ? 0 : inVain + 1;
    least = Math.min(least, micros);
  }
}

const warmTurnMs = 1_500;
const turnsInVain = 3;
/** A request that got cheaper by less is as cheap as before. */
const warmGain = 0.03;

/** What a server puts off while it answers is its work as well: the processor time that it takes until it rests counts. */
async function saturate({ visits, ...servers }: Sides, side: Side, ms: number) {
  const { url, pid } = servers[side];
  const before = processorMicros(pid);
  const generator = process.cpuUsage();
  const { answered, refused, perSecond } = await runClosedLoop({
    ...{ url, ms, request: visits.next, connections: saturating },
  });
  const { user, system } = process.cpuUsage(generator);
  const answeredAt = processorMicros(pid);
  const restMs = await settled(pid);
  const rested = processorMicros(pid);
  // Several threads may work at once, and none may for a while.
  const restSeconds = Math.min(restMs / 1_000, (rested - answeredAt) / 1e6);
  return {
    refused,
    answeredPerSecond: perSecond,
    perSecond: answered / (answered / perSecond + restSeconds),
    processorMicros: (rested - before) / answered,
    generatorMicros: (user + system) / answered,
  };
}

async function keepSteady(
  { visits, ...servers }: Sides,
  side: Side,
  at: { readonly perSecond: number; readonly seconds: number; readonly seed: number },
) {
  const { url, pid } = servers[side];
  const result = await runOpenLoop({ url, due: arrivals(at), request: visits.next, connections: steady });
  await settled(pid);
  return result;
}
