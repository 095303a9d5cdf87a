import { isJsonObject, type Json, type JsonObject } from '../../../engine/index.ts';
import {
  type LoggedRecord,
  type LogReader,
  Misread,
  numberFrom,
  probabilityFrom,
  type ReaderOptions,
  recordAt,
  sumRoundingMax,
  targetFrom,
} from './logged-record.ts';

/**
 * Decisions as lines of JSON, as the decision service of Vowpal Wabbit writes them: `_label_cost`, `_label_probability`, `a`
 * (numbers of the actions from 1, the chosen one first), `p` (their probabilities) and `c` (the context, with the actions in
 * `_multi`). Outcomes by themselves and decisions that were never carried out are passed over.
 */
export function dsjsonReader(options: ReaderOptions = {}): LogReader {
  return {
    take: (text, line) =>
      text.trim() === '' ? undefined : recordAt(line, () => recordOf(text, line, options)),
    end: () => undefined,
  };
}

function recordOf(text: string, line: number, options: ReaderOptions): LoggedRecord {
  const entry = objectOf(text);
  const isOutcome = entry._label_cost === undefined && entry.RewardValue !== undefined;
  if (isOutcome || entry._skipLearn === true) return { kind: 'passed-over', line };
  if (typeof entry.pdrop === 'number' && entry.pdrop > 0) {
    throw new Misread('pdrop', entry.pdrop, 'a log from which no decisions were dropped');
  }
  const numbers = actionsOf(entry);
  const probabilities = probabilitiesOf(entry, numbers);
  const context = isJsonObject(entry.c) ? entry.c : undefined;
  const offered = namesOf(context?._multi, numbers.length);
  const place = chosenPlace(entry, numbers);
  const decision = {
    action: offered[place] as string,
    probability: probabilityFrom('_label_probability', entry._label_probability),
    reward: 0 - numberFrom('_label_cost', entry._label_cost),
    offered,
    probabilities,
    ...(context && { context }),
    ...(options.customer !== undefined && { cluster: customerOf(entry, options.customer) }),
  };
  checkAgreement(decision.probability, probabilities[place] as number);
  if (probabilities[place] === 0) {
    throw new Misread('p', entry.p, 'a probability above 0 for the chosen action');
  }
  const target = options.target === undefined ? undefined : valueAt(entry, options.target);
  return {
    kind: 'decision',
    line,
    decision,
    ...(options.target !== undefined && {
      target: targetFrom(options.target, Array.isArray(target) ? target : [target], offered.length),
    }),
  };
}

function objectOf(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Misread('line', text, `JSON (${error instanceof Error ? error.message : String(error)})`);
  }
  if (isJsonObject(value)) return value;
  throw new Misread('line', value, 'a JSON object');
}

/** Numbers of the offered actions, from 1, in the order of their probabilities. */
function actionsOf({ a }: JsonObject): readonly number[] {
  const numbers = Array.isArray(a) ? a : [];
  const isWhole = new Set(numbers).size === numbers.length && numbers.length > 0;
  if (isWhole && numbers.every((number) => isPlace(number, numbers.length))) return numbers as number[];
  throw new Misread('a', a, 'the numbers of all actions, each from 1 once');
}

function isPlace(value: Json, count: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= count;
}

/** By the actions' own numbers. */
function probabilitiesOf({ p }: JsonObject, numbers: readonly number[]): readonly number[] {
  const values = Array.isArray(p) ? p.map((value) => numberFrom('p', value)) : [];
  const sum = values.reduce((total, value) => total + value, 0);
  const isSummed = Math.abs(sum - 1) <= sumRoundingMax;
  if (values.length !== numbers.length || values.some((value) => value < 0) || !isSummed) {
    throw new Misread('p', p, `${numbers.length} probabilities that add up to 1`);
  }
  const ordered = new Array<number>(numbers.length).fill(0);
  numbers.forEach((number, at) => {
    ordered[number - 1] = Math.min(1, values[at] as number);
  });
  return ordered;
}

function chosenPlace(entry: JsonObject, numbers: readonly number[]): number {
  const { _labelIndex: index, _label_Action: action } = entry;
  const number = typeof index === 'number' ? index + 1 : (action ?? numbers[0]);
  if (isPlace(number as Json, numbers.length)) return (number as number) - 1;
  throw new Misread('_label_Action', number, `a number of an action, from 1 to ${numbers.length}`);
}

/** Services write the probability twice; one of them is wrong when they differ. */
function checkAgreement(logged: number, listed: number): void {
  if (Math.abs(logged - listed) <= 1e-4 * logged + 1e-6) return;
  throw new Misread(
    '_label_probability',
    logged,
    `the probability that "p" gives the chosen action, ${listed}`,
  );
}

/** What an action is by: what `_multi` says of it, else its place; equal ones are told apart by their place. */
function namesOf(multi: Json | undefined, count: number): readonly string[] {
  const described = Array.isArray(multi) && multi.length === count ? multi : [];
  const seen = new Set<string>();
  return Array.from({ length: count }, (_, index) => {
    const words = described[index] === undefined ? '' : JSON.stringify(described[index]);
    const name = words === '' || seen.has(words) ? `${words}#${index + 1}` : words;
    seen.add(name);
    return name;
  });
}

function customerOf(entry: JsonObject, path: string): string {
  const value = valueAt(entry, path);
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw new Misread(path, value, 'the id of a customer');
}

function valueAt(entry: JsonObject, path: string): Json | undefined {
  let value: Json | undefined = entry;
  for (const key of path.split('.'))
    value = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return value;
}
