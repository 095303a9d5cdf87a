import type { LoggedDecision, TargetChoice } from '../../../engine/index.ts';

/** What a place in a log of decisions turned out to be. */
export type LoggedRecord =
  | {
      readonly kind: 'decision';
      readonly line: number;
      readonly decision: LoggedDecision;
      /** What the new rules would do, where the log says so. */
      readonly target?: TargetChoice;
    }
  /** It cannot be read; estimates without it would be of another log. */
  | {
      readonly kind: 'fault';
      readonly line: number;
      readonly field: string;
      readonly found: string;
      readonly expected: string;
    }
  /** Rightly no decision: an outcome by itself, or a decision that was never carried out. */
  | { readonly kind: 'passed-over'; readonly line: number };

/** Takes the lines of a file one after the other. */
export interface LogReader {
  readonly take: (text: string, line: number) => LoggedRecord | undefined;
  /** After the last line. */
  readonly end: () => LoggedRecord | undefined;
}

export interface ReaderOptions {
  /** Where the customer stands: a column, or a path in JSON. */
  readonly customer?: string;
  /** Where the new rules' probabilities stand: of the chosen action, or a list of all offered. */
  readonly target?: string;
  /** How many actions there were, where the log does not say. */
  readonly actions?: number;
}

/** A fault is thrown inside a reader, and told as a record. */
export class Misread extends Error {
  override readonly name = 'Misread';
  readonly field: string;
  readonly value: unknown;
  /** Lines behind the first of a decision that has several. */
  readonly below: number;

  constructor(field: string, value: unknown, expected: string, below = 0) {
    super(expected);
    this.field = field;
    this.value = value;
    this.below = below;
  }
}

/** What `read` gives, or the fault that it found. */
export function recordAt(line: number, read: () => LoggedRecord): LoggedRecord {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Misread)) throw error;
    const { field, value, message, below } = error;
    const found = value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80);
    return { kind: 'fault', line: line + below, field, found, expected: message };
  }
}

/** What `read` gives; its fault is told of the line so many below the first one. */
export function readBelow<Read>(below: number, read: () => Read): Read {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Misread)) throw error;
    throw new Misread(error.field, error.value, error.message, below);
  }
}

/** Sums of probabilities and their single ones are written with few digits, and come out a little beside what they are. */
const roundingMax = 1e-6;
export const sumRoundingMax = 1e-3;

export function probabilityFrom(field: string, value: unknown): number {
  const number = numberFrom(field, value);
  if (number > 0 && number <= 1 + roundingMax) return Math.min(1, number);
  throw new Misread(field, value, 'a probability above 0 and up to 1');
}

/** Probabilities under the new rules, of the chosen action or of all that was offered. */
export function targetFrom(field: string, values: readonly unknown[], offered: number): TargetChoice {
  const numbers = values.map((value) => numberFrom(field, value));
  if (numbers.some((number) => number < 0 || number > 1)) {
    throw new Misread(field, values, 'probabilities from 0 to 1');
  }
  const [only] = numbers;
  if (numbers.length === 1 && offered > 1) return { chosen: only ?? 0 };
  const sum = numbers.reduce((total, number) => total + number, 0);
  if (numbers.length === offered && Math.abs(sum - 1) <= sumRoundingMax) {
    return numbers.map((number) => number / sum);
  }
  throw new Misread(field, values, `1 probability, or ${offered} that add up to 1`);
}

export function numberFrom(field: string, value: unknown): number {
  const isText = typeof value === 'string' && value.trim() !== '';
  const number = isText ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw new Misread(field, value, 'a number');
}
