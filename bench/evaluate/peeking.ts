import type { JsonObject } from '../../engine/index.ts';
import { fixedFactor, sequenceFactor } from '../../engine/statistics/confidence-sequence.ts';
import { namesWith } from './data/find-file.ts';
import { type FalsePositives, falsePositives } from './peeking/false-positives.ts';
import { hashingFigures } from './peeking/hashing.ts';
import { mailStudy } from './peeking/known-before.ts';
import { powerOf } from './peeking/power.ts';

/**
 * Experiments that people look at while they run: false alarms and power of the verdicts, the width of their intervals, what
 * is won by what was known before, sizes of arms, and how evenly customers are dealt.
 */
const alpha = 0.05;
const runs = 2_000;
const sameArms = { customersAnArm: 10_000, looks: 1_000, seldom: 10, runs, alpha };

type Tell = (line: string) => void;

export async function evaluate(folder: string, tell: Tell): Promise<JsonObject> {
  const often = falsePositives({ ...sameArms, probability: 0.1 });
  const rare = falsePositives({ ...sameArms, probability: 0.005 });
  tell('Two arms that do the same, 10,000 customers each: share of 2,000 experiments with a false alarm');
  tell('                            100 looks   1,000 looks');
  tellAlarms(tell, { probability: '.10 ', alarms: often });
  tellAlarms(tell, { probability: '.005', alarms: rare });
  return {
    ...alarmFigures('', often),
    ...alarmFigures('_rare', rare),
    ...powerFigures(tell),
    ...widthFigures(tell),
    ...mailFigures(folder, tell),
    ...dealingFigures(tell),
  };
}

function tellAlarms(
  tell: Tell,
  { probability, alarms }: { probability: string; alarms: FalsePositives },
): void {
  tell(
    `  z test,    p = ${probability}        ${alarms.naiveSeldom.toFixed(4)}        ${alarms.naive.toFixed(4)}`,
  );
  tell(
    `  sequence,  p = ${probability}        ${alarms.sequenceSeldom.toFixed(4)}        ${alarms.sequence.toFixed(4)}`,
  );
}

function alarmFigures(suffix: string, alarms: FalsePositives): JsonObject {
  return {
    [`false_positives_naive_100${suffix}`]: alarms.naiveSeldom,
    [`false_positives_naive_1000${suffix}`]: alarms.naive,
    [`false_positives_100${suffix}`]: alarms.sequenceSeldom,
    [`false_positives_1000${suffix}`]: alarms.sequence,
  };
}

function powerFigures(tell: Tell): JsonObject {
  const power = powerOf({ before: 0.1, after: 0.12, looks: 400, runs, alpha });
  tell('\nFrom .10 to .12, at most twice the sample of a test at one planned look');
  tell(`  sample of that test, an arm   ${power.fixedSample}`);
  tell(`  decided within that sample    ${power.withinFixedSample.toFixed(4)}`);
  tell(`  decided within twice of it    ${power.withinTwice.toFixed(4)}`);
  tell(`  customers at the verdict      ${Math.round(power.meanStoppingSize)} (mean)`);
  return {
    power_1x: power.withinFixedSample,
    power_2x: power.withinTwice,
    fixed_sample: power.fixedSample,
    mean_stopping_size: power.meanStoppingSize,
    decided_for_the_wrong_side: power.wrongSide,
  };
}

function widthFigures(tell: Tell): JsonObject {
  const ratio = (times: number) => sequenceFactor(times, { alpha, narrowestAt: 1 }) / fixedFactor(alpha);
  const [early, planned, late] = [ratio(0.1), ratio(1), ratio(20)];
  tell('\nWidth in comparison with an interval for one look');
  tell(`  at .1, 1 and 20 times the plan  ${early.toFixed(2)}  ${planned.toFixed(2)}  ${late.toFixed(2)}`);
  return { width_ratio_tenth_of_plan: early, width_ratio_at_plan: planned, width_ratio_20x_plan: late };
}

function mailFigures(folder: string, tell: Tell): JsonObject {
  if (!namesWith(folder, 'csv').includes('hillstrom')) {
    tell('\nNo hillstrom.csv in the folder: what was known before customers were mailed is not looked at');
    return {};
  }
  const { sampleRatio, figures } = mailStudy(folder);
  tell('\nWhat was known before (an e-mail experiment): variance it takes away, and bias in standard errors');
  const told: Record<string, number> = {};
  for (const { outcome, covariate, ...study } of figures) {
    tell(
      `  ${`${outcome} by ${covariate}`.padEnd(22)} ${(study.varianceCut * 100).toFixed(2).padStart(6)} %` +
        `  (dealt anew ${(study.varianceCutRedealt * 100).toFixed(2).padStart(5)} %)  bias ${study.biasInErrors.toFixed(2)}`,
    );
    told[`cuped_variance_cut_${covariate}_${outcome}`] = study.varianceCut;
    told[`cuped_variance_cut_redealt_${covariate}_${outcome}`] = study.varianceCutRedealt;
    told[`cuped_bias_in_errors_${covariate}_${outcome}`] = study.biasInErrors;
  }
  tell(`  sizes of the arms: chi-square ${sampleRatio.chiSquare.toFixed(2)}, p ${sampleRatio.p.toFixed(4)}`);
  return {
    ...told,
    cuped_variance_cut_min: Math.min(...figures.map(({ varianceCutMin }) => varianceCutMin)),
    cuped_bias_in_errors_max: Math.max(...figures.map(({ biasInErrors }) => Math.abs(biasInErrors))),
    sample_ratio_chi2: sampleRatio.chiSquare,
    sample_ratio_p: sampleRatio.p,
    sample_ratio_right: sampleRatio.isRight,
  };
}

function dealingFigures(tell: Tell): JsonObject {
  const { uniform, independent, unusualPairs } = hashingFigures(200_000);
  tell('\n200,000 customers dealt by hash; chi-square with 99 degrees of freedom, 134.6 once in a hundred');
  tell(`  evenness ${uniform.toFixed(1)}   independence of two experiments ${independent.toFixed(1)}`);
  tell(`  of 50 further pairs beyond 134.6: ${unusualPairs}`);
  return { chi2_uniform: uniform, chi2_independent: independent, chi2_unusual_pairs: unusualPairs };
}
