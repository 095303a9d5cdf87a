import type { Json, JsonObject } from '../model/json.ts';
import type { Cursor } from './cursor.ts';
import { isUnsafeKey } from './names.ts';
import { nearestName } from './nearest-name.ts';
import { inWords } from './scalar-shapes.ts';
import { definitionsOf, invalid, isMap, type Read, type Shape, wrongType } from './shape.ts';

/** A field of an object: its shape, and what stands for it when it is absent. */
export interface Field<T> {
  readonly shape: Shape<T>;
  readonly required: boolean;
  readonly absent: T | undefined;
  readonly description: string;
}

export function required<T>(shape: Shape<T>, description: string): Field<T> {
  return { shape, required: true, absent: undefined, description };
}

export function optional<T>(shape: Shape<T>, description: string): Field<T | undefined> {
  return { shape, required: false, absent: undefined, description };
}

export function defaulted<T>(shape: Shape<T>, absent: T, description: string): Field<T> {
  return { shape, required: false, absent, description };
}

type Fields = Readonly<Record<string, Field<unknown>>>;

/** What reading an object of these fields gives. */
export type Values<F extends Fields> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never };

/**
 * A map with known fields; any other field is a fault that names the nearest one. A `lenient` one is handed on in spite
 * of faults in fields that may be absent, so that what stands in its other fields is checked in the same run; its faults
 * are reported all the same.
 */
export function object<F extends Fields>(
  what: string,
  fields: F,
  { lenient = false }: { readonly lenient?: boolean } = {},
): Shape<Values<F>> {
  const shapes = Object.values(fields).map((field) => field.shape);
  return {
    expected: `${what} (a map)`,
    schema: objectSchema(what, fields),
    ...definitionsOf(shapes),
    read: (value, at) => {
      if (!isMap(value)) return wrongType(at, `${what} (a map)`, value);
      return readFields(value, { what, fields, at, lenient });
    },
  };
}

function readFields<F extends Fields>(
  value: Readonly<Record<string, unknown>>,
  {
    what,
    fields,
    at,
    lenient,
  }: {
    readonly what: string;
    readonly fields: F;
    readonly at: Cursor;
    readonly lenient: boolean;
  },
): Read<Values<F>> {
  const meant = reportUnknown(value, { what, names: Object.keys(fields), at });
  let sound = lenient || meant.size === 0;
  const values: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    if (Object.hasOwn(value, name)) {
      const read = field.shape.read(value[name], at.at(name));
      values[name] = read === invalid ? field.absent : read;
      if (read === invalid && (field.required || !lenient)) sound = false;
    } else if (field.required) {
      sound = false;
      if (!meant.has(name)) reportMissing(name, field, { what, at });
    } else {
      values[name] = field.absent;
    }
  }
  return sound ? (values as Values<F>) : invalid;
}

/** Reports fields that are not known; returns the names that were probably meant, so that they are not also missed. */
function reportUnknown(
  value: Readonly<Record<string, unknown>>,
  { what, names, at }: { readonly what: string; readonly names: readonly string[]; readonly at: Cursor },
): ReadonlySet<string> {
  const meant = new Set<string>();
  for (const name of Object.keys(value)) {
    if (names.includes(name) || isUnsafeKey(name)) continue;
    const nearest = nearestName(
      name,
      names.filter((known) => !Object.hasOwn(value, known)),
    );
    meant.add(nearest ?? '');
    at.at(name).errorInKey(
      'NBR_UNKNOWN_FIELD',
      `${at.label}: found the unknown field \`${name}\`, expected one of the fields of ${what}: ${inWords(names)}.`,
      nearest === undefined ? undefined : `Did you mean \`${nearest}\`?`,
    );
  }
  return meant;
}

function reportMissing(
  name: string,
  field: Field<unknown>,
  { what, at }: { readonly what: string; readonly at: Cursor },
): void {
  at.error(
    'NBR_MISSING_FIELD',
    `${at.label}: expected ${what} with the field \`${name}\` (${field.shape.expected}), found none.`,
  );
}

function objectSchema(what: string, fields: Fields): JsonObject {
  const properties: Record<string, Json> = {};
  for (const [name, field] of Object.entries(fields)) {
    properties[name] = { ...field.shape.schema, description: field.description };
  }
  const needed = Object.keys(fields).filter((name) => fields[name]?.required);
  return { title: what, type: 'object', properties, required: needed, additionalProperties: false };
}
