import { splitOperator } from '../conditions/split-operator.ts';
import { numberOfText } from './text-set.ts';

/**
 * On which kinds of values an operator's answers can be told from a few samples: on numbers because the answer only
 * changes at some of them, on texts because it only depends on what they are worth, but for some named ones. Where it
 * cannot be told, nothing is claimed.
 */
export interface OperatorAnswers {
  /** Numbers at which the answer may change, whether they come as numbers or as texts. */
  readonly cuts: readonly number[];
  /** Texts with which it may be another than with their like. */
  readonly texts: readonly string[];
  readonly told: {
    readonly numbers: boolean;
    readonly texts: boolean;
    readonly lists: boolean;
    readonly maps: boolean;
  };
}

const everywhere = { numbers: true, texts: true, lists: true, maps: true };
const nowhere = { numbers: false, texts: false, lists: false, maps: false };
const always: OperatorAnswers = { cuts: [], texts: [], told: everywhere };
const untold: OperatorAnswers = { cuts: [], texts: [], told: nowhere };
const untoldOnLists: OperatorAnswers = {
  cuts: [],
  texts: [],
  told: { ...everywhere, lists: false, maps: false },
};

/** Of a longer list nothing is claimed, because each of its entries would be looked for in the whole list. */
const entriesMax = 256;

const orders = new Set(['lessThan', 'lessThanInclusive', 'greaterThan', 'greaterThanInclusive']);

/** For an operator as written, decorators included, with the value that is written beside it. */
export function operatorAnswers(written: string, value: unknown): OperatorAnswers {
  const { name, decorators } = splitOperator(written);
  return decorated(decorators, name, value);
}

function decorated(decorators: readonly string[], operator: string, value: unknown): OperatorAnswers {
  const [first, ...rest] = decorators;
  switch (first) {
    case undefined:
      return plain(operator, value);
    case 'not':
      return decorated(rest, operator, value);
    case 'someValue':
    case 'everyValue':
      return Array.isArray(value) ? together(value.map((entry) => decorated(rest, operator, entry))) : always;
    case 'someFact':
    case 'everyFact':
      return untoldOnLists;
    case 'swap':
      return rest.length === 0 ? swapped(operator, value) : untold;
    default:
      return untold;
  }
}

function together(answers: readonly OperatorAnswers[]): OperatorAnswers {
  if (answers.length > entriesMax) return untold;
  const every = (kind: keyof OperatorAnswers['told']) => answers.every(({ told }) => told[kind]);
  return {
    cuts: answers.flatMap(({ cuts }) => cuts),
    texts: answers.flatMap(({ texts }) => texts),
    told: { numbers: every('numbers'), texts: every('texts'), lists: every('lists'), maps: every('maps') },
  };
}

function plain(operator: string, value: unknown): OperatorAnswers {
  if (orders.has(operator)) return ordered(value);
  switch (operator) {
    case 'equal':
    case 'notEqual':
      return among([value]);
    case 'in':
    case 'notIn':
      // With a text on the right, `in` looks for a part of it.
      return Array.isArray(value) ? among(value) : { ...untold, told: { ...nowhere, maps: true } };
    case 'contains':
    case 'doesNotContain':
      return untoldOnLists;
    case 'between':
      return among(Array.isArray(value) ? value.filter((end) => typeof end === 'number') : []);
    case 'startsWith':
    case 'endsWith':
    case 'matches':
      return { ...always, told: { ...everywhere, texts: false } };
    default:
      return untold;
  }
}

function among(values: readonly unknown[]): OperatorAnswers {
  const numbers = values.filter((value) => typeof value === 'number');
  if (values.length > entriesMax || !numbers.every(Number.isFinite)) return untold;
  return { cuts: numbers, texts: values.filter((value) => typeof value === 'string'), told: everywhere };
}

/** Two texts are compared letter by letter, which no number tells. */
function ordered(value: unknown): OperatorAnswers {
  if (typeof value === 'string') {
    const number = numberOfText(value) ?? Number(value);
    if (Number.isNaN(number)) return { ...untold, told: { ...nowhere, numbers: true, maps: true } };
    if (!Number.isFinite(number)) return untold;
    return { ...untold, cuts: [number], told: { ...nowhere, numbers: true, maps: true } };
  }
  if (typeof value === 'object' && value !== null) return untold;
  const number = Number(value);
  return Number.isFinite(number) ? { ...always, cuts: [number] } : untold;
}

/** The written value takes the fact's place, and the fact the value's. */
function swapped(operator: string, value: unknown): OperatorAnswers {
  if (orders.has(operator)) {
    const answers = ordered(value);
    return { ...answers, told: { ...nowhere, numbers: answers.told.numbers } };
  }
  switch (operator) {
    case 'equal':
    case 'notEqual':
      return among([value]);
    case 'contains':
    case 'doesNotContain':
      return Array.isArray(value) ? among(value) : always;
    default:
      return untold;
  }
}
