import { buildCode } from '../learning/build-code.ts';
import { learningOptionsOf } from '../learning/learning-options.ts';
import { probabilityOf } from '../learning/score.ts';
import { limits } from '../limits.ts';
import type { Json } from '../model/json.ts';
import type { Lesson } from '../model/propensity-model.ts';
import type { Rulebook } from '../model/rulebook.ts';
import { log } from '../statistics/elementary.ts';
import {
  type CodeWish,
  type Collection,
  type LearnedCode,
  type LearnerRecord,
  noRace,
  type Race,
} from './learner-record.ts';

/**
 * The life of codes.
 *
 * CL1. A code is made of contexts alone, without their outcomes, once there are enough of them; after that it never changes.
 * CL2. Where the predictors of the book, the link or the strength of signals are others than those of the code in use, contexts are collected for a
 *      new one. Both are learned side by side, as contacts are scored under both, and the new one takes over when it is ahead
 *      over enough of the same outcomes. Then the old one goes.
 * CL3. A number is never given to a second code, whatever is lost and begun anew: what is still to be learned of contacts that
 *      were scored under it must not be taken for another's.
 */
export type CodeState = Pick<LearnerRecord, 'codes' | 'race' | 'collecting' | 'dropping' | 'lastCode'>;

/** Feature ids of a code: two milliseconds to solve a model, which grows with the cube (engine/README.md). */
const dimensionMax = 160;

/** What the book asks for; undefined where it learns from no predictor. */
export function wishOf({ learning }: Rulebook): CodeWish | undefined {
  const names = learning.predictors.map(({ name }) => name);
  return names.length === 0 ? undefined : { names, link: learning.link, signals: learning.signals };
}

/** What has to be otherwise for what the book asks; the state itself where all is as it should be. */
export function codesFor(state: CodeState, wish: CodeWish | undefined): CodeState {
  if (!wish) return withoutCodes(state, () => true);
  const [first, next] = state.codes;
  if (first && isFor(first, wish)) return withoutCodes(state, (code) => code !== first);
  if (next && isFor(next, wish)) return judged(state, next);
  const rest = next ? withoutCodes(state, (code) => code !== first) : state;
  return collectedFor(rest, wish);
}

/** One that was not ahead is judged anew: what it did not know at first must not count against it for ever. */
function judged(state: CodeState, next: LearnedCode): CodeState {
  const { trials, positives, first: ofFirst, next: ofNext } = state.race;
  if (trials < limits.codeTrialsMin || positives < limits.codePositivesMin) return state;
  return ofNext <= ofFirst ? withoutCodes(state, (code) => code !== next) : { ...state, race: noRace };
}

function collectedFor(state: CodeState, wish: CodeWish): CodeState {
  const { collecting, codes } = state;
  if (!collecting || !isFor(collecting, wish)) return { ...state, collecting: { ...wish, rows: [] } };
  if (collecting.rows.length < limits.codeSamplesMin) return state;
  const lastCode = state.lastCode + 1;
  const code = buildCode(collecting, lastCode, { ...learningOptionsOf(wish), dimensionMax });
  const { collecting: _, ...rest } = state;
  return { ...rest, lastCode, race: noRace, codes: [...codes, { ...wish, code, models: {} }] };
}

/** Nothing is collected any more, and those codes go. */
function withoutCodes(state: CodeState, goes: (code: LearnedCode) => boolean): CodeState {
  const gone = state.codes.filter(goes);
  if (gone.length === 0 && state.collecting === undefined) return state;
  const { collecting: _, ...rest } = state;
  return {
    ...rest,
    race: noRace,
    codes: state.codes.filter((code) => !goes(code)),
    dropping: [
      ...state.dropping,
      ...gone.map(({ code, models }) => ({ code: code.number, models: Object.keys(models) })),
    ],
  };
}

function isFor(known: CodeWish, { names, link, signals }: CodeWish): boolean {
  return (
    known.link === link && known.signals === signals && JSON.stringify(known.names) === JSON.stringify(names)
  );
}

/** With one more context, if it is of what is collected. */
export function withSample(
  collecting: Collection | undefined,
  { names, values }: Extract<Lesson, { kind: 'context' }>,
): Collection | undefined {
  if (!collecting || collecting.rows.length >= limits.codeSamplesMin) return collecting;
  if (JSON.stringify(names) !== JSON.stringify(collecting.names)) return collecting;
  const row: readonly Json[] = values.map(boundedValue);
  return { ...collecting, rows: [...collecting.rows, row] };
}

/** What is longer tells nobody apart from others, and would be kept three hundred times. */
function boundedValue(value: Json): Json {
  return typeof value === 'string' && value.length > limits.windowValueLengthMax ? null : value;
}

/** With one more outcome of a contact that was scored under both codes. */
export function raced(
  race: Race,
  [first, next]: readonly LearnedCode[],
  { kind, served }: Exclude<Lesson, { kind: 'context' }>,
): Race {
  if (!first || !next) return race;
  const ofFirst = served.find(({ code }) => code === first.code.number);
  const ofNext = served.find(({ code }) => code === next.code.number);
  if (!ofFirst || !ofNext) return race;
  const losses = [
    lossOf(probabilityOf(ofFirst.score, first.link), kind),
    lossOf(probabilityOf(ofNext.score, next.link), kind),
  ] as const;
  return {
    trials: race.trials + (kind === 'shown' ? 1 : 0),
    positives: race.positives + (kind === 'converted' ? 1 : 0),
    first: race.first + losses[0],
    next: race.next + losses[1],
  };
}

/** Nobody is punished without end for being certain. */
const leastProbability = 1e-6;

/**
 * What an outcome adds to the sum of log losses: shown, the loss of no conversion; converted, that loss is taken back and
 * that of a conversion put in its place.
 */
export function lossOf(p: number, kind: 'shown' | 'converted'): number {
  const bounded = Math.min(1 - leastProbability, Math.max(leastProbability, p));
  return kind === 'shown' ? -log(1 - bounded) : log(1 - bounded) - log(bounded);
}
