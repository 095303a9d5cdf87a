import type { Json, JsonObject } from '../model/json.ts';
import type { Cursor } from './cursor.ts';

/**
 * Shapes of rule documents. One description of a field says how it is read, what a message tells about a wrong value,
 * and what the JSON Schema for editors says, so that the three cannot drift apart.
 */

/** Stands for a value that was refused; what was wrong is reported already. */
export const invalid: unique symbol = Symbol('invalid');

export type Read<T> = T | typeof invalid;

export interface Shape<T> {
  /** Reads a value, or reports every fault in it. */
  readonly read: (value: unknown, at: Cursor) => Read<T>;
  /** What is expected here, as it stands in a message. */
  readonly expected: string;
  readonly schema: JsonObject;
  /** Parts of the schema that several places share, by name. */
  readonly definitions?: Readonly<Record<string, JsonObject>>;
}

/** The JSON Schema of a shape, complete with the parts it refers to; in the draft that every editor knows. */
export function jsonSchema(shape: Shape<unknown>): JsonObject {
  const schema: Record<string, Json> = { $schema: 'http://json-schema.org/draft-07/schema#' };
  Object.assign(schema, shape.schema);
  const definitions = shape.definitions ?? {};
  return Object.keys(definitions).length === 0 ? schema : { ...schema, $defs: definitions };
}

export function definitionsOf(
  shapes: readonly Shape<unknown>[],
): { readonly definitions: Readonly<Record<string, JsonObject>> } | undefined {
  const definitions: Record<string, JsonObject> = {};
  for (const shape of shapes) Object.assign(definitions, shape.definitions);
  return Object.keys(definitions).length === 0 ? undefined : { definitions };
}

/** Reports that another type was expected. */
export function wrongType(at: Cursor, expected: string, found: unknown): typeof invalid {
  const hint =
    expected.startsWith('text') && (typeof found === 'number' || typeof found === 'boolean')
      ? `Put it in quotes: "${found}".`
      : undefined;
  at.error('NBR_WRONG_TYPE', `${at.label}: expected ${expected}, found ${describe(found)}.`, hint);
  return invalid;
}

/** Reports a value of the right type that is out of range. */
export function wrongValue(at: Cursor, expected: string, found: unknown, hint?: string): typeof invalid {
  at.error('NBR_WRONG_VALUE', `${at.label}: expected ${expected}, found ${describe(found)}.`, hint);
  return invalid;
}

/** A found value in words. */
export function describe(value: unknown): string {
  if (value === undefined || value === null) return 'nothing (null)';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  switch (typeof value) {
    case 'string':
      return `the text "${value.length > 60 ? `${value.slice(0, 60)}...` : value}"`;
    case 'number':
      return `the number ${value}`;
    case 'boolean':
      return `${value}`;
    default:
      return 'a map';
  }
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
