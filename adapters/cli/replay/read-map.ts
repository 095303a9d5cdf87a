import type { Node } from 'yaml';
import { isMap, isScalar } from 'yaml';
import type { TouchpointType } from '../../../engine/index.ts';
import type { Field } from './map-document.ts';
import { MapDocument } from './map-document.ts';
import { timestampSource } from './read-timestamp.ts';
import type { Fields } from './read-values.ts';
import { column, columns, defined, namedValues, noFields, optional } from './read-values.ts';
import type { EventName, RowFilter, TouchpointMap } from './touchpoint-map.ts';
import { fileFormats, toPatterns } from './touchpoint-map.ts';

const mapFields = [
  'format',
  'columns',
  'separator',
  'each',
  'userId',
  'anonymousId',
  'type',
  'event',
  'timestamp',
  'messageId',
  'properties',
  'traits',
  'context',
  'where',
] as const;

const touchpointTypes: readonly TouchpointType[] = ['track', 'identify', 'page', 'screen'];

/** Reads a mapping file. Throws NB_CONFIG that lists every fault with its place, what was found and what was expected. */
export function readMap(file: string, text: string): TouchpointMap {
  const document = new MapDocument(file, text);
  const fields = document.fields(document.root, 'the mapping file', mapFields) ?? noFields;
  const type = optional(fields, 'type', (node) => document.oneOf(node, 'type', touchpointTypes)) ?? 'track';
  const map = {
    file,
    ...fileShape(document, fields),
    ...identity(document, fields),
    type,
    ...defined('event', eventName(document, fields.get('event'), type)),
    ...defined('timestamp', timestampSource(document, fields.get('timestamp')?.value)),
    ...defined(
      'messageId',
      optional(fields, 'messageId', (node) => columns(document, node, 'messageId')),
    ),
    properties: namedValues(document, fields.get('properties'), 'properties'),
    traits: namedValues(document, fields.get('traits'), 'traits'),
    context: namedValues(document, fields.get('context'), 'context'),
    where: optional(fields, 'where', (node) => rowFilters(document, node)) ?? [],
  };
  document.finish();
  // `finish` has thrown if anything that must be there is missing.
  return map as TouchpointMap;
}

function fileShape(document: MapDocument, fields: Fields) {
  const separators = { comma: ',', semicolon: ';', tab: '\t', pipe: '|' } as const;
  const names = Object.keys(separators) as (keyof typeof separators)[];
  const separator = optional(fields, 'separator', (node) => document.oneOf(node, 'separator', names));
  return {
    ...defined(
      'format',
      optional(fields, 'format', (node) => document.oneOf(node, 'format', fileFormats)),
    ),
    ...defined(
      'columns',
      optional(fields, 'columns', (node) =>
        document.list(node, 'columns').map((name) => document.text(name, 'columns') ?? ''),
      ),
    ),
    separator: separators[separator ?? 'comma'],
    ...defined(
      'each',
      optional(fields, 'each', (node) => column(document, node, 'each')),
    ),
  };
}

function identity(document: MapDocument, fields: Fields) {
  const userId = optional(fields, 'userId', (node) => columns(document, node, 'userId')) ?? [];
  const anonymousId = optional(fields, 'anonymousId', (node) => columns(document, node, 'anonymousId')) ?? [];
  if (!fields.has('userId') && !fields.has('anonymousId')) {
    document.fault(
      document.root,
      'found neither "userId" nor "anonymousId"; expected the column of one or of both',
    );
  }
  return { userId, anonymousId };
}

function eventName(
  document: MapDocument,
  field: Field | undefined,
  type: TouchpointType,
): EventName | undefined {
  if (type !== 'track') {
    return (
      field && document.fault(field.key, `found "event" for type ${type}; expected it only for type track`)
    );
  }
  if (field === undefined) {
    return document.fault(
      document.root,
      'found no "event"; expected a name or { column, values, otherwise }',
    );
  }
  if (!isMap(field.value)) {
    const name = document.text(field.value, 'event');
    return name === undefined ? undefined : { kind: 'constant', name };
  }
  const fields = document.fields(field.value, 'event', ['column', 'values', 'otherwise']) ?? noFields;
  const source = column(document, fields.get('column')?.value, 'event.column');
  const names = optional(fields, 'values', (node) => document.entries(node, 'event.values')) ?? [];
  const otherwise = optional(fields, 'otherwise', (node) =>
    document.oneOf(node, 'event.otherwise', ['keep', 'reject', 'skip'] as const),
  );
  const patterns = toPatterns(
    names.map(({ name, value }) => [name, document.text(value, `event.values.${name}`) ?? ''] as const),
  );
  // Without any value map the column itself holds the names; with one, an unknown value is more likely a mistake.
  const rest = otherwise ?? (names.length === 0 ? 'keep' : 'reject');
  return source && { kind: 'column', column: source, names: patterns, otherwise: rest };
}

function rowFilters(document: MapDocument, node: Node | undefined): readonly RowFilter[] {
  return document.list(node, 'where').flatMap((member) => {
    const fields = document.fields(member, 'where', ['column', 'in', 'notIn']) ?? noFields;
    const source = column(document, fields.get('column')?.value, 'where.column');
    const passes = fields.has('in');
    if (passes === fields.has('notIn')) {
      return document.fault(member, 'where: expected exactly one of "in" and "notIn"') ?? [];
    }
    const texts = document.list(fields.get(passes ? 'in' : 'notIn')?.value, 'where');
    const among = toPatterns(texts.map((text) => [emptyOr(document, text), true] as const));
    return source === undefined ? [] : [{ column: source, among, passes }];
  });
}

/** A filter may ask for the empty text, which is no name anywhere else. */
function emptyOr(document: MapDocument, node: Node): string {
  if (isScalar(node) && (node.value === '' || node.value === null)) return '';
  return document.text(node, 'where') ?? '';
}
