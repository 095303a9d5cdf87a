import { assert } from '../assert.ts';
import type { ContestFigures } from '../learning/baselines/contest.ts';
import { canonicalJson, type Json } from '../model/json.ts';
import type { FeatureCode } from '../model/propensity-model.ts';
import type { Signals } from '../model/rulebook.ts';

/**
 * What the learner remembers beside its models, in one document of the first partition. It is stored behind the models: what
 * it says is learned is in them.
 */
export interface LearnerRecord {
  readonly schema: 1;
  /** By partition: number of the lesson that is to be learned next. */
  readonly learned: readonly number[];
  /** The same as it was stored so long ago that no store forgets it any more: what lies before is not needed again. */
  readonly settled: readonly number[];
  /** What is settled next, once it is old enough. */
  readonly settling: { readonly at: number; readonly learned: readonly number[] };
  /** By partition: pages of the journal before this lesson are gone. */
  readonly removed: readonly number[];
  /** The code that is scored with first, and the one that is learned to take its place. */
  readonly codes: readonly LearnedCode[];
  /** How the two compare. */
  readonly race: Race;
  readonly collecting?: Collection;
  /** Models of codes that are gone, whose documents are to go. */
  readonly dropping: readonly { readonly code: number; readonly models: readonly string[] }[];
  /** The last number that was given to a code, and to a change of rows on its way to the folds. */
  readonly lastCode: number;
  readonly lastChange: number;
}

/** What a code is made for. Another list of predictors, another link, or signals of another strength need another code. */
export interface CodeWish {
  readonly names: readonly string[];
  readonly link: 'logit' | 'identity';
  readonly signals: Signals;
}

export interface LearnedCode extends CodeWish {
  readonly code: FeatureCode;
  /** By `action/treatment`. */
  readonly models: Readonly<Record<string, ModelFigures>>;
}

/** What is told of a model without reading it. */
export interface ModelFigures {
  readonly trials: number;
  readonly positives: number;
  /** Shares of the experts in the mixture, the fast one last. */
  readonly shares: readonly number[];
  /** Sum of the propensities that its contacts were served with. */
  readonly foretold: number;
  /** How it fares beside its baselines; told when it is stored, absent before. */
  readonly contest?: ContestFigures;
}

/** Outcomes of contacts that were scored under both codes. */
export interface Race {
  readonly trials: number;
  readonly positives: number;
  /** Sums of log losses. */
  readonly first: number;
  readonly next: number;
}

export interface Collection extends CodeWish {
  readonly rows: readonly (readonly Json[])[];
}

export const learnerKey = 'p:learner';

export const noRace: Race = { trials: 0, positives: 0, first: 0, next: 0 };

export function newLearnerRecord(
  partitions: number,
  { lastCode, lastChange }: Pick<LearnerRecord, 'lastCode' | 'lastChange'>,
): LearnerRecord {
  const none = Array.from({ length: partitions }, () => 0);
  return {
    schema: 1,
    learned: none,
    settled: none,
    settling: { at: 0, learned: none },
    removed: none,
    codes: [],
    race: noRace,
    dropping: [],
    lastCode,
    lastChange,
  };
}

export function encodeLearnerRecord(record: LearnerRecord): Uint8Array {
  return new TextEncoder().encode(canonicalJson(record));
}

export function decodeLearnerRecord(value: Uint8Array): LearnerRecord {
  const record = JSON.parse(new TextDecoder().decode(value)) as LearnerRecord;
  assert(record.schema === 1, `what the learner remembers is of an unknown schema: ${record.schema}`);
  const { collecting, codes } = record;
  return {
    ...record,
    codes: codes.map(withSignals),
    ...(collecting && { collecting: withSignals(collecting) }),
  };
}

/** Before books could say how strong signals are, all models learned as if they were strong. */
function withSignals<Wish extends CodeWish>(wish: Wish): Wish {
  return { ...wish, signals: (wish as Partial<CodeWish>).signals ?? 'strong' };
}
