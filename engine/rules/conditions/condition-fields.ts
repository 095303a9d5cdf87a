import type { JsonObject } from '../../model/json.ts';
import type { Cursor } from '../cursor.ts';
import { isUnsafeKey } from '../names.ts';
import { didYouMean } from '../nearest-name.ts';
import { inWords } from '../scalar-shapes.ts';
import { invalid, type Read, type Shape } from '../shape.ts';
import { decorators } from './decorators.ts';
import { valueSchemas } from './operator-schema.ts';
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

/** What json-rules-engine saves along with a condition: the kind of a list once more, and what a run came to. */
const savedNotes: Readonly<Record<ConditionKind, readonly string[]>> = {
  all: ['operator', 'result'],
  any: ['operator', 'result'],
  not: ['operator', 'result'],
  condition: ['result'],
  fact: ['factResult', 'valueResult', 'result'],
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

/** `imported`: the condition is part of a json-rules-engine rule, or of one that such a rule uses. */
export function reportUnknownFields(
  value: Readonly<Record<string, unknown>>,
  { kind, imported }: { readonly kind: ConditionKind; readonly imported: boolean },
  at: Cursor,
): boolean {
  return reportUnknown(value, fieldsOf[kind], at, imported ? savedNotes[kind] : []);
}

/** The fields of `value: { fact: ... }`. */
export function reportUnknownFactFields(value: Readonly<Record<string, unknown>>, at: Cursor): boolean {
  return reportUnknown(value, ['fact', 'path'], at);
}

/** The fields of the value of `changed`. */
export function reportUnknownChangeFields(value: Readonly<Record<string, unknown>>, at: Cursor): boolean {
  return reportUnknown(value, ['from', 'to'], at);
}

function reportUnknown(
  value: Readonly<Record<string, unknown>>,
  known: readonly string[],
  at: Cursor,
  unread: readonly string[] = [],
): boolean {
  const unknown = Object.keys(value).filter(
    (name) => !known.includes(name) && !unread.includes(name) && !isUnsafeKey(name),
  );
  for (const name of unknown) {
    at.at(name).errorInKey(
      'NBR_UNKNOWN_FIELD',
      `${at.label}: found \`${name}\`, which is unknown here, expected one of ${inWords(known)}.`,
      name === 'params' ? noParams : didYouMean(name, known),
    );
  }
  return unknown.length === 0;
}

const noParams =
  'Facts are values here, not functions, so they take no parameters: send each as a fact of its own, ' +
  'or reach into one with `path`.';

const reference: JsonObject = { $ref: '#/$defs/condition' };
const noteSchemas: JsonObject = {
  name: { type: 'string', description: 'A note for readers.' },
  priority: { type: 'number', description: 'Accepted for json-rules-engine; it changes nothing.' },
};

const comparisonSchemas: JsonObject = {
  fact: {
    type: 'string',
    description:
      'What is looked at: a feature of the book, `traits.*`, `context.*`, `customer.*`, `event.*` or `now`.',
  },
  operator: { $ref: '#/$defs/operator', description: 'How the fact is compared with the value.' },
  value: { description: 'A number, text, flag or list; or another fact: `{ fact: name }`.' },
  path: { type: 'string', description: 'Reaches into the fact, such as `$.address.city`.' },
};

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
      form('all of these', { all: { ...list, description: 'True when all of these are.' } }, ['all']),
      form('one of these', { any: { ...list, description: 'True when one of these is.' } }, ['any']),
      form('not this', { not: { ...reference, description: 'True when this is not.' } }, ['not']),
      form(
        'a shared condition',
        { condition: { type: 'string', description: 'Name of a shared condition.' } },
        ['condition'],
      ),
      { ...form('a comparison', comparisonSchemas, ['fact', 'operator', 'value']), allOf: valueSchemas() },
    ],
  };
}

function form(title: string, properties: JsonObject, required: readonly string[]): JsonObject {
  return {
    title,
    type: 'object',
    properties: { ...properties, ...noteSchemas },
    required,
    additionalProperties: false,
  };
}

/** Editors offer the plain operators; those with decorators before them are as good. */
function operatorSchema(): JsonObject {
  const plain = [...operators.keys()];
  const decorated = `^(?:(?:${[...decorators.keys()].join('|')}):)+(?:${plain.join('|')})$`;
  return { anyOf: [{ enum: plain }, { type: 'string', pattern: decorated }] };
}
