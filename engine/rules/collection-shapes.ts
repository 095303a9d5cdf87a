import type { Cursor } from './cursor.ts';
import { isUnsafeKey, nameExpected } from './names.ts';
import { checkName } from './scalar-shapes.ts';
import { definitionsOf, invalid, isMap, type Read, type Shape, wrongType, wrongValue } from './shape.ts';

export function list<T>(entry: Shape<T>, options: { readonly min?: number } = {}): Shape<readonly T[]> {
  const { min = 0 } = options;
  const expected = `a list of ${entry.expected}`;
  return {
    expected,
    schema: { type: 'array', items: entry.schema, minItems: min },
    ...definitionsOf([entry]),
    read: (value, at) => {
      if (!Array.isArray(value)) return wrongType(at, expected, value);
      if (value.length < min) return wrongValue(at, `at least ${min} in the list`, value);
      return readEntries(value, entry, at);
    },
  };
}

/** One value, or a list of them with at least one. */
export function oneOrMany<T>(entry: Shape<T>): Shape<readonly T[]> {
  const many = list(entry, { min: 1 });
  return {
    expected: `${entry.expected}, or a list of them`,
    schema: { anyOf: [entry.schema, many.schema] },
    ...definitionsOf([entry]),
    read: (value, at) => {
      if (Array.isArray(value)) return many.read(value, at);
      const one = entry.read(value, at);
      return one === invalid ? invalid : [one];
    },
  };
}

function readEntries<T>(values: readonly unknown[], entry: Shape<T>, at: Cursor): Read<readonly T[]> {
  const entries: T[] = [];
  for (const [index, value] of values.entries()) {
    const read = entry.read(value, at.at(index));
    if (read !== invalid) entries.push(read);
  }
  return entries.length === values.length ? entries : invalid;
}

/** A map from names to values of one shape. A `lenient` one is handed on without the entries that are at fault. */
export function mapOf<T>(
  pattern: RegExp,
  entry: Shape<T>,
  { lenient = false }: { readonly lenient?: boolean } = {},
): Shape<Readonly<Record<string, T>>> {
  const expected = `a map from ${nameExpected(pattern)} to ${entry.expected}`;
  return {
    expected,
    schema: {
      type: 'object',
      propertyNames: { pattern: pattern.source },
      additionalProperties: entry.schema,
    },
    ...definitionsOf([entry]),
    read: (value, at) => {
      if (!isMap(value)) return wrongType(at, expected, value);
      const entries: Record<string, T> = {};
      readMap(value, { pattern, entry, at }, (name, read) => {
        if (read !== invalid) entries[name] = read;
      });
      return lenient || Object.keys(entries).length === Object.keys(value).length ? entries : invalid;
    },
  };
}

/** Reads a map entry by entry, so that the sound ones are known even when others are not. */
export function readMap<T>(
  map: Readonly<Record<string, unknown>>,
  shape: { readonly pattern: RegExp; readonly entry: Shape<T>; readonly at: Cursor },
  visit: (name: string, read: Read<T>, at: Cursor) => void,
): void {
  for (const [name, value] of Object.entries(map)) {
    const at = shape.at.at(name);
    if (isUnsafeKey(name) || !checkName(name, shape.pattern, at)) continue;
    visit(name, shape.entry.read(value, at), at);
  }
}
