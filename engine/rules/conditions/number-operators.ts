import { describe, invalid, wrongType, wrongValue } from '../shape.ts';
import type { ComparingOperator, LiteralShape } from './operator-definition.ts';

const range: LiteralShape = {
  expected: 'a list of two numbers, the lower first, such as `[10, 50]`',
  schema: { type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 2 },
  read: (value, at) => {
    if (!Array.isArray(value)) return wrongType(at, range.expected, value);
    if (!isRange(value)) {
      at.error('NBR_WRONG_VALUE', `${at.label}: expected ${range.expected}, found ${listInWords(value)}.`);
      return invalid;
    }
    const [low, high] = value;
    if (low <= high) return value;
    return wrongValue(at.at(0), `at most ${high}, the upper end`, low, `Write \`[${high}, ${low}]\`.`);
  },
};

export const numberOperators: Readonly<Record<string, ComparingOperator>> = {
  between: {
    form: 'comparison',
    takes: 'number',
    reference: false,
    literal: range,
    compare: isBetween,
    withFact: () => isBetween,
  },
};

/** Both ends belong to it. */
function isBetween(fact: unknown, value: unknown): boolean {
  return typeof fact === 'number' && isRange(value) && fact >= value[0] && fact <= value[1];
}

function isRange(value: unknown): value is readonly [low: number, high: number] {
  return (
    Array.isArray(value) && value.length === 2 && typeof value[0] === 'number' && typeof value[1] === 'number'
  );
}

function listInWords(list: readonly unknown[]): string {
  if (list.length !== 2) return `a list of ${list.length}`;
  return `a list of ${list.map(describe).join(' and ')}`;
}
