import type { Node } from 'yaml';
import { isMap, isScalar, isSeq } from 'yaml';
import type { Json } from '../../../engine/index.ts';
import { parseColumnPath } from './column.ts';
import type { Field, MapDocument } from './map-document.ts';
import { describe } from './map-document.ts';
import type { Column, NamedValue, ValueSource } from './touchpoint-map.ts';

export type Fields = ReadonlyMap<string, Field>;

export const noFields: Fields = new Map();

export function optional<Value>(
  fields: Fields,
  name: string,
  read: (node: Node | undefined) => Value,
): Value | undefined {
  const field = fields.get(name);
  return field === undefined ? undefined : read(field.value);
}

export function defined<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [key in Name]?: Value } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [key in Name]?: Value };
}

export function column(document: MapDocument, node: Node | undefined, what: string): Column | undefined {
  const text = document.text(node, what);
  if (text === undefined) return undefined;
  const path = parseColumnPath(text);
  if (path !== undefined) return { path, text, place: document.place(node) };
  return document.fault(
    node,
    `${what}: found ${JSON.stringify(text)}; expected a column such as value.amount or value."offer id"`,
  );
}

export function columns(document: MapDocument, node: Node | undefined, what: string): readonly Column[] {
  return document.list(node, what).flatMap((member) => column(document, member, what) ?? []);
}

export function namedValues(
  document: MapDocument,
  field: Field | undefined,
  what: string,
): readonly NamedValue[] {
  if (field === undefined) return [];
  return (document.entries(field.value, what) ?? []).flatMap(({ name, value }) => {
    const from = valueSource(document, value, `${what}.${name}`);
    return from === undefined ? [] : [{ name, from }];
  });
}

function valueSource(document: MapDocument, node: Node | undefined, what: string): ValueSource | undefined {
  if (isScalar(node) || isSeq(node)) return { kind: 'column', columns: columns(document, node, what) };
  if (!isMap(node)) return document.fault(node, `${what}: found ${describe(node)}, expected a column`);
  const fields = document.fields(node, what, ['column', 'type', 'multiply', 'value']) ?? noFields;
  const ways = ['column', 'multiply', 'value'].filter((name) => fields.has(name));
  if (ways.length !== 1) {
    return document.fault(
      node,
      `${what}: found ${ways.join(' and ') || 'none'}; expected exactly one of column, multiply, value`,
    );
  }
  const constant = fields.get('value');
  if (constant !== undefined) return { kind: 'constant', value: constant.value?.toJSON() as Json };
  const factors = fields.get('multiply');
  if (factors !== undefined)
    return { kind: 'product', columns: columns(document, factors.value, `${what}.multiply`) };
  const type = optional(fields, 'type', (value) =>
    document.oneOf(value, `${what}.type`, ['number', 'string', 'boolean'] as const),
  );
  const sources = columns(document, fields.get('column')?.value, `${what}.column`);
  return { kind: 'column', columns: sources, ...defined('type', type) };
}
