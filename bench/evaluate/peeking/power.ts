import { compareArms } from '../../../engine/experiments/analysis/compare-arms.ts';
import { normalQuantile } from '../../../engine/statistics/normal.ts';
import { Random } from '../../measure/random.ts';
import { SimulatedArm } from './simulated-arm.ts';

/** Two arms that differ: how soon somebody who looks again and again finds it. */
export interface DifferentArms {
  readonly before: number;
  readonly after: number;
  readonly looks: number;
  readonly runs: number;
  readonly alpha: number;
}

export interface Power {
  /** Customers an arm with which a test at one planned look finds the difference in four of five experiments. */
  readonly fixedSample: number;
  readonly withinFixedSample: number;
  readonly withinTwice: number;
  /** Customers an arm at the verdict; twice the fixed sample where none was found. */
  readonly meanStoppingSize: number;
  readonly wrongSide: number;
}

export function powerOf(world: DifferentArms): Power {
  const random = new Random(812);
  const fixedSample = fixedSampleOf(world);
  const stops = Array.from({ length: world.runs }, () => stopOf(world, { fixedSample, random }));
  const share = (test: (stop: Stop) => boolean) => stops.filter(test).length / stops.length;
  return {
    fixedSample,
    withinFixedSample: share(({ customers, finding }) => finding === 'above' && customers <= fixedSample),
    withinTwice: share(({ finding }) => finding === 'above'),
    meanStoppingSize: stops.reduce((sum, { customers }) => sum + customers, 0) / stops.length,
    wrongSide: share(({ finding }) => finding === 'below'),
  };
}

function fixedSampleOf({ before, after, alpha }: DifferentArms): number {
  const deviations = normalQuantile(1 - alpha / 2) + normalQuantile(0.8);
  const variance = before * (1 - before) + after * (1 - after);
  const effect = after - before;
  return Math.ceil((deviations * deviations * variance) / (effect * effect));
}

interface Stop {
  readonly customers: number;
  readonly finding: 'above' | 'below' | 'open';
}

function stopOf(
  { before, after, looks, alpha }: DifferentArms,
  { fixedSample, random }: { readonly fixedSample: number; readonly random: Random },
): Stop {
  const arm = new SimulatedArm('new', after, random);
  const control = new SimulatedArm('old', before, random);
  for (let look = 1; look <= looks; look += 1) {
    const grown = Math.floor((2 * fixedSample * look) / looks);
    arm.grow(grown - arm.customers);
    control.grow(grown - control.customers);
    const { finding } = compareArms({ arm, control }, { alpha, planned: 2 * fixedSample });
    if (finding !== 'open') return { customers: grown, finding };
  }
  return { customers: 2 * fixedSample, finding: 'open' };
}
