import type { ContestFigures } from '../learning/baselines/contest.ts';
import { limits } from '../limits.ts';
import type { Signals } from '../model/rulebook.ts';
import { learnerPartition } from './learned-models.ts';
import { partitionsOf } from './learner-mind.ts';
import {
  decodeLearnerRecord,
  type LearnedCode,
  type LearnerRecord,
  learnerKey,
  type ModelFigures,
} from './learner-record.ts';
import { decodePartitionDocument, partitionDocumentKey } from './partition-document.ts';
import type { RuntimeContext } from './runtime-context.ts';

/** What the models have learned, as the learner stored it last. */
export interface ModelsReport {
  /** Lessons that are not learned yet, or not stored. */
  readonly waiting: number;
  /** Contexts that are collected for a new code, and how many it takes. */
  readonly collecting?: { readonly names: readonly string[]; readonly have: number; readonly need: number };
  /** The code that scores first, and the one that is learned to take its place. */
  readonly codes: readonly CodeReport[];
}

export interface CodeReport {
  readonly number: number;
  /** The predictors that it was made for, and those of them that it has a use for. */
  readonly names: readonly string[];
  readonly used: readonly string[];
  readonly link: 'logit' | 'identity';
  readonly signals: Signals;
  /** Feature ids. */
  readonly dimension: number;
  /** Of all models together; absent before the first outcome. */
  readonly judgement?: Judgement;
  readonly models: readonly ModelReport[];
}

export interface ModelReport {
  readonly action: string;
  readonly treatment: string;
  readonly trials: number;
  readonly positives: number;
  /** Share of the conversions at which it is relied on, 0..1. */
  readonly maturity: number;
  /** Conversions a contact, as they came, and as they were foretold when the contacts were made. */
  readonly rate: number;
  readonly foretold: number;
  /** Shares of the experts in the mixture: the slow ones, and the fast one last; empty before the first solution. */
  readonly shares: readonly number[];
  readonly judgement?: Judgement;
}

/**
 * How models foretold their outcomes, beside two baselines that nobody decides by. Log losses are means over the outcomes, and
 * a lift is the part of a baseline's loss that a model saves: below 0, the baseline is the better one. An AUC is the
 * probability that a conversion was foretold higher than what did not convert; of several models, the mean by conversions.
 */
export interface Judgement {
  readonly trials: number;
  readonly positives: number;
  readonly logLoss: number;
  readonly auc: number;
  /** The rate of the treatment up to then, which knows no customer. */
  readonly rate: { readonly logLoss: number; readonly lift: number };
  /** Naive Bayes on the same features. */
  readonly naiveBayes: { readonly logLoss: number; readonly auc: number; readonly lift: number };
}

export async function modelsReport(context: RuntimeContext): Promise<ModelsReport> {
  const { store } = context.ports;
  const [document] = await store.load(learnerPartition, [learnerKey]);
  if (!document) return { waiting: 0, codes: [] };
  const record = decodeLearnerRecord(document.value);
  const mature = context.rulebook()?.learning.maturePositives ?? 0;
  const { collecting, codes } = record;
  return {
    waiting: await waitingOf(context, record),
    ...(collecting && {
      collecting: { names: collecting.names, have: collecting.rows.length, need: limits.codeSamplesMin },
    }),
    codes: codes.map((code) => codeReport(code, mature)),
  };
}

async function waitingOf(context: RuntimeContext, { learned }: LearnerRecord): Promise<number> {
  const counts = await Promise.all(
    partitionsOf(context).map(async (partition) => {
      const [document] = await context.ports.store.load(partition, [partitionDocumentKey]);
      const lessons = document ? decodePartitionDocument(document.value).lessons : undefined;
      return Math.max(0, (lessons ?? 0) - (learned[partition] ?? 0));
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

function codeReport({ code, names, link, signals, models }: LearnedCode, mature: number): CodeReport {
  const contests = Object.values(models).flatMap(({ contest }) => contest ?? []);
  return {
    number: code.number,
    names,
    used: code.predictors.map(({ name }) => name),
    link,
    signals,
    dimension: code.dimension,
    ...judgementOf(contests),
    models: Object.entries(models).map(([name, figures]) => modelReport(name, figures, mature)),
  };
}

function modelReport(name: string, figures: ModelFigures, mature: number): ModelReport {
  const { trials, positives, foretold, shares, contest } = figures;
  const slash = name.indexOf('/');
  const mean = (sum: number) => (trials === 0 ? 0 : sum / trials);
  return {
    action: name.slice(0, slash),
    treatment: name.slice(slash + 1),
    trials,
    positives,
    maturity: mature === 0 ? 1 : Math.min(1, positives / mature),
    rate: mean(positives),
    foretold: mean(foretold),
    shares,
    ...judgementOf(contest ? [contest] : []),
  };
}

/** As a member; none before the first outcome. */
function judgementOf(contests: readonly ContestFigures[]): { readonly judgement?: Judgement } {
  const trials = sumOf(contests, (contest) => contest.trials);
  if (trials <= 0) return {};
  const positives = sumOf(contests, (contest) => contest.positives);
  const byTrials = (value: (contest: ContestFigures) => number) =>
    sumOf(contests, (contest) => contest.trials * value(contest)) / trials;
  const byPositives = (value: (contest: ContestFigures) => number) =>
    positives <= 0 ? 0.5 : sumOf(contests, (contest) => contest.positives * value(contest)) / positives;
  const logLoss = byTrials((contest) => contest.logLoss);
  const beside = (baseline: number) => ({
    logLoss: baseline,
    lift: baseline > 0 ? 1 - logLoss / baseline : 0,
  });
  const judgement = {
    ...{ trials, positives, logLoss, auc: byPositives(({ auc }) => auc) },
    rate: beside(byTrials(({ logLossOfRate }) => logLossOfRate)),
    naiveBayes: {
      ...beside(byTrials(({ logLossOfBayes }) => logLossOfBayes)),
      auc: byPositives(({ aucOfBayes }) => aucOfBayes),
    },
  };
  return { judgement };
}

function sumOf(contests: readonly ContestFigures[], value: (contest: ContestFigures) => number): number {
  return contests.reduce((sum, contest) => sum + value(contest), 0);
}
