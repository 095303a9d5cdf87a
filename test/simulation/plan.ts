import { Random } from './random.ts';

/** What a seed stands for, before anything happens. */
export interface Plan {
  readonly seed: number;
  readonly nodes: number;
  readonly partitions: number;
  readonly shards: number;
  readonly customers: number;
  /** Strict: what was told to the outside survives a fail-over. Otherwise only the customers' events are promised. */
  readonly isStrict: boolean;
  /** Whether the streams drop repeats. */
  readonly dedupes: boolean;
  readonly learns: boolean;
  readonly decides: boolean;
  readonly merges: boolean;
  readonly budget: number;
  readonly events: number;
  /** How long things go wrong, ms. */
  readonly troubleMs: number;
  readonly skewsMs: readonly number[];
  readonly loss: number;
  readonly lag: number;
  readonly faults: readonly PlannedFault[];
}

export interface PlannedFault {
  readonly kind: FaultKind;
  /** ms from the beginning. */
  readonly at: number;
}

export type FaultKind =
  | 'crash'
  | 'freeze'
  | 'stop'
  | 'fail-over'
  | 'store-outage'
  | 'log-outage'
  | 'log-restart'
  | 'drop-tail';

export function planOf(seed: number, budgetMax: number): Plan {
  const random = new Random(Math.imul(seed, 0x2c1b3c6d) ^ 0x1b56c4e9);
  const decides = random.chance(0.85);
  const troubleMs = random.between(4_000, 10_000);
  const faults = faultsOf(random, troubleMs);
  // A merge that loses one of its halves with the tail of the log stays half done until somebody identifies again.
  const losesTail = faults.some(({ kind }) => kind === 'drop-tail');
  return {
    seed,
    nodes: random.between(1, 3),
    partitions: decides ? random.between(1, 3) : 1,
    shards: random.pick([1, 1, 2]),
    customers: random.pick([1, 1, 2, 3]),
    isStrict: random.chance(0.9),
    dedupes: random.chance(0.5),
    learns: random.chance(0.5),
    decides,
    merges: random.chance(0.3) && !losesTail,
    budget: random.between(1, budgetMax),
    events: random.between(6, 16),
    troubleMs,
    skewsMs: Array.from({ length: 3 }, () => (random.chance(0.5) ? 0 : random.between(-500, 500))),
    loss: random.pick([0, 0.01, 0.05, 0.1]),
    lag: random.pick([0, 0.05, 0.2]),
    faults,
  };
}

const kinds: readonly FaultKind[] = [
  'crash',
  'crash',
  'freeze',
  'stop',
  'fail-over',
  'fail-over',
  'store-outage',
  'log-outage',
  'log-restart',
  'drop-tail',
];

function faultsOf(random: Random, troubleMs: number): readonly PlannedFault[] {
  return Array.from({ length: random.between(0, 7) }, () => ({
    kind: random.pick(kinds),
    at: random.below(troubleMs),
  }));
}

/** Several nodes, one customer, and a primary that is lost again and again. */
export function manyFailOvers(plan: Plan): Plan {
  const { troubleMs } = plan;
  const faults = Array.from({ length: 8 }, (_, index) => ({
    kind: 'fail-over' as const,
    at: Math.floor((troubleMs * index) / 8),
  }));
  return {
    ...plan,
    isStrict: true,
    nodes: 3,
    partitions: 1,
    shards: 1,
    customers: 1,
    lag: 0.2,
    decides: true,
    faults,
  };
}

/** A deployment that lives in the present, with more budget than it needs: it gives back, over a bad line. */
export function manyReturns(plan: Plan): Plan {
  const busy = { decides: true, nodes: 2, partitions: 3, budget: 60, loss: 0.1, troubleMs: 20_000 };
  return { ...plan, ...busy, isStrict: true, learns: true };
}
