import type { JsonObject } from '../../model/json.ts';
import type { Cursor } from '../cursor.ts';
import { isUnsafeKey } from '../names.ts';
import { didYouMean } from '../nearest-name.ts';
import { inWords } from '../scalar-shapes.ts';
import { invalid, type Read, type Shape } from '../shape.ts';
import { decorators } from './decorators.ts';
import { operators } from './operators.ts';

export const conditionForms = '`all`, `any`, `not`, `condition`, or `fact` with `operator` and `value`';

const kinds = ['all', 'any', 'not', 'condition', 'fact'] as const;
export type ConditionKind = (typeof kinds)[number];

const notes = ['name', 'priority'];
const fieldsOf: Readonly<Record<ConditionKind, readonly string[]>> = {
  all: ['all', ...notes],
  any: ['any', ...notes],
  not: ['not', ...notes],
  condition: ['condition', ...notes],
  fact: ['fact', 'operator', 'value', 'path', ...notes],
};

/** Which of the five forms a condition has. */
export function conditionKind(value: Readonly<Record<string, unknown>>, at: Cursor): Read<ConditionKind> {
  const present = kinds.filter((kind) => Object.hasOwn(value, kind));
  const [kind, ...others] = present;
  if (kind === undefined) {
    const names = Object.keys(value);
    at.error(
      'NBR_BAD_CONDITION',
      `${at.label}: expected ${conditionForms}, found ${names.length === 0 ? 'an empty map' : inWords(names)}.`,
      names.map((name) => didYouMean(name, kinds)).find((hint) => hint !== undefined),
    );
    return invalid;
  }
  if (others.length === 0) return kind;
  at.error(
    'NBR_CONFLICTING_FIELDS',
    `${at.label}: expected one of ${inWords(kinds)}, found ${inWords(present)} together.`,
    'Nest them: put each into its own entry of an `all` or `any`.',
  );
  return invalid;
}

export function reportUnknownFields(
  value: Readonly<Record<string, unknown>>,
  kind: ConditionKind,
  at: Cursor,
): boolean {
  return reportUnknown(value, fieldsOf[kind], at);
}

/** The fields of `value: { fact: ... }`. */
export function reportUnknownFactFields(value: Readonly<Record<string, unknown>>, at: Cursor): boolean {
  return reportUnknown(value, ['fact', 'path'], at);
}

function reportUnknown(
  value: Readonly<Record<string, unknown>>,
  known: readonly string[],
  at: Cursor,
): boolean {
  const unknown = Object.keys(value).filter((name) => !known.includes(name) && !isUnsafeKey(name));
  for (const name of unknown) {
    at.at(name).errorInKey(
      'NBR_UNKNOWN_FIELD',
      `${at.label}: found \`${name}\`, which is unknown here, expected one of ${inWords(known)}.`,
      didYouMean(name, known),
    );
  }
  return unknown.length === 0;
}

const reference: JsonObject = { $ref: '#/$defs/condition' };
const noteSchemas: JsonObject = { name: { type: 'string' }, priority: { type: 'number' } };

/** The place of a condition in a shape. It is read as it stands and compiled once all names of the book are known. */
export const condition: Shape<unknown> = {
  expected: 'a condition',
  schema: reference,
  definitions: { condition: conditionSchema(), operator: operatorSchema() },
  read: (value) => value,
};

function conditionSchema(): JsonObject {
  const list: JsonObject = { type: 'array', items: reference };
  return {
    oneOf: [
      form({ all: list }, ['all']),
      form({ any: list }, ['any']),
      form({ not: reference }, ['not']),
      form({ condition: { type: 'string' } }, ['condition']),
      form(
        {
          fact: { type: 'string' },
          operator: { $ref: '#/$defs/operator' },
          value: {},
          path: { type: 'string' },
        },
        ['fact', 'operator', 'value'],
      ),
    ],
  };
}

function form(properties: JsonObject, required: readonly string[]): JsonObject {
  return {
    type: 'object',
    properties: { ...properties, ...noteSchemas },
    required,
    additionalProperties: false,
  };
}

function operatorSchema(): JsonObject {
  const decorated = `^(?:(?:${[...decorators.keys()].join('|')}):)*(?:${[...operators.keys()].join('|')})$`;
  return { type: 'string', pattern: decorated };
}
