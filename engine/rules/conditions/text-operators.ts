import type { Pattern } from '../../ports.ts';
import { invalid, type Read, wrongType, wrongValue } from '../shape.ts';
import type { ComparingOperator, LiteralShape } from './operator-definition.ts';

const texts: LiteralShape = {
  expected: 'text, or a list of texts',
  schema: {
    anyOf: [
      { type: 'string', minLength: 1 },
      { type: 'array', items: { type: 'string', minLength: 1 }, minItems: 1 },
    ],
  },
  read: (value, at): Read<unknown> => {
    const entries: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (entries.length === 0) return wrongValue(at, 'at least one text in the list', value);
    const sound = entries.map((entry, index) => {
      const place = Array.isArray(value) ? at.at(index) : at;
      if (typeof entry !== 'string') return wrongType(place, texts.expected, entry);
      // Every text begins and ends with nothing, so this was meant to be something else.
      return entry === '' ? wrongValue(place, 'text that is not empty', entry) : entry;
    });
    return sound.includes(invalid) ? invalid : value;
  },
};

const pattern: LiteralShape = {
  expected: 'a regular expression',
  schema: { type: 'string', minLength: 1 },
  read: (value, at, { libraries }) => {
    if (typeof value !== 'string') return wrongType(at, 'text with a regular expression', value);
    if (value === '') return wrongValue(at, 'a regular expression that is not empty', value);
    const compiled = libraries.compilePattern(value);
    if ('matches' in compiled) return compiled;
    at.error(
      'NBR_BAD_PATTERN',
      `${at.label}: expected a regular expression, found a fault at its character ${compiled.position}: ${compiled.error}.`,
      compiled.position > 1
        ? `Up to there it reads \`${value.slice(0, compiled.position - 1)}\`.`
        : undefined,
    );
    return invalid;
  },
};

export const textOperators: Readonly<Record<string, ComparingOperator>> = {
  startsWith: textOperator((fact, text) => fact.startsWith(text)),
  endsWith: textOperator((fact, text) => fact.endsWith(text)),
  matches: {
    form: 'comparison',
    takes: 'text',
    reference: false,
    literal: pattern,
    compare: (fact, value) => typeof fact === 'string' && (value as Pattern).matches(fact),
  },
};

/** The value is one text, or a list of which any will do. */
function textOperator(test: (fact: string, text: string) => boolean): ComparingOperator {
  const one = (fact: string, text: unknown) => typeof text === 'string' && test(fact, text);
  const compare = (fact: unknown, value: unknown) => {
    if (typeof fact !== 'string') return false;
    if (!Array.isArray(value)) return one(fact, value);
    for (const text of value) if (one(fact, text)) return true;
    return false;
  };
  return {
    form: 'comparison',
    takes: 'text',
    reference: false,
    literal: texts,
    compare,
    withFact: () => compare,
  };
}
