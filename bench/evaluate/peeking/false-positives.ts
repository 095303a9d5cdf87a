import { compareArms } from '../../../engine/experiments/analysis/compare-arms.ts';
import { fixedFactor } from '../../../engine/statistics/confidence-sequence.ts';
import { Random } from '../../measure/random.ts';
import { SimulatedArm } from './simulated-arm.ts';

/** Two arms that do the same: how often somebody who looks again and again finds a difference. */
export interface SameArms {
  readonly probability: number;
  readonly customersAnArm: number;
  readonly looks: number;
  /** Who looks only at every so many of the looks is counted apart. */
  readonly seldom: number;
  readonly runs: number;
  readonly alpha: number;
}

/** Shares of the runs with a false alarm. */
export interface FalsePositives {
  readonly naive: number;
  readonly naiveSeldom: number;
  readonly sequence: number;
  readonly sequenceSeldom: number;
}

export function falsePositives(world: SameArms): FalsePositives {
  const random = new Random(811);
  const counted = { naive: 0, naiveSeldom: 0, sequence: 0, sequenceSeldom: 0 };
  for (let run = 0; run < world.runs; run += 1) {
    const alarms = alarmsOf(world, random);
    for (const kind of kinds) counted[kind] += Number(alarms[kind]);
  }
  for (const kind of kinds) counted[kind] /= world.runs;
  return counted;
}

const kinds = ['naive', 'naiveSeldom', 'sequence', 'sequenceSeldom'] as const;

function alarmsOf(world: SameArms, random: Random): Record<keyof FalsePositives, boolean> {
  const { probability, customersAnArm, looks, seldom, alpha } = world;
  const arm = new SimulatedArm('new', probability, random);
  const control = new SimulatedArm('old', probability, random);
  const alarms = { naive: false, naiveSeldom: false, sequence: false, sequenceSeldom: false };
  const naiveFactor = fixedFactor(alpha);
  for (let look = 1; look <= looks; look += 1) {
    const grown = Math.floor((customersAnArm * look) / looks);
    arm.grow(grown - arm.customers);
    control.grow(grown - control.customers);
    const { effect, standardError, finding } = compareArms(
      { arm, control },
      { alpha, planned: 2 * customersAnArm },
    );
    const isSeldom = look % seldom === 0;
    const isNaive = standardError > 0 && Math.abs(effect) > naiveFactor * standardError;
    if (isNaive) alarms.naive = true;
    if (isNaive && isSeldom) alarms.naiveSeldom = true;
    if (finding !== 'open') alarms.sequence = true;
    if (finding !== 'open' && isSeldom) alarms.sequenceSeldom = true;
  }
  return alarms;
}
