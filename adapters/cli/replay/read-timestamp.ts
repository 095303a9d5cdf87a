import type { Node } from 'yaml';
import { isMap } from 'yaml';
import type { MapDocument } from './map-document.ts';
import { column, noFields, optional } from './read-values.ts';
import type { TimeUnit } from './timestamps.ts';
import { compileTimestampFormat, countedFrom, readIsoTimestamp, timeUnits } from './timestamps.ts';
import type { TimestampSource } from './touchpoint-map.ts';

export function timestampSource(document: MapDocument, node: Node | undefined): TimestampSource | undefined {
  if (!isMap(node)) {
    const source = column(document, node, 'timestamp');
    return source && { column: source, read: readIsoTimestamp, expected: 'an ISO 8601 date-time' };
  }
  const fields = document.fields(node, 'timestamp', ['column', 'unit', 'from', 'format']) ?? noFields;
  const source = column(document, fields.get('column')?.value, 'timestamp.column');
  const format = fields.get('format');
  if (format === undefined) {
    const units = Object.keys(timeUnits) as TimeUnit[];
    const unit = optional(fields, 'unit', (value) => document.oneOf(value, 'timestamp.unit', units));
    if (!fields.has('unit'))
      document.fault(node, 'timestamp: found neither "unit" nor "format"; expected one of them');
    const from = optional(fields, 'from', (value) => isoTime(document, value)) ?? 0;
    return (
      source && unit && { column: source, read: countedFrom(unit, from), expected: `a number of ${unit}` }
    );
  }
  for (const name of ['unit', 'from']) {
    if (fields.has(name))
      document.fault(fields.get(name)?.key, `found "${name}" beside "format"; expected one of the two`);
  }
  const text = document.text(format.value, 'timestamp.format');
  const read =
    text === undefined ? undefined : text === 'iso' ? readIsoTimestamp : compileTimestampFormat(text);
  if (text !== undefined && read === undefined) {
    document.fault(
      format.value,
      `timestamp.format: found "${text}"; expected iso or a pattern such as yyyy-mm-dd HH:mm:ss`,
    );
  }
  return source && read && { column: source, read, expected: `a time in the format ${text}` };
}

function isoTime(document: MapDocument, node: Node | undefined): number | undefined {
  const text = document.text(node, 'timestamp.from');
  if (text === undefined) return undefined;
  const at = readIsoTimestamp(text);
  return at ?? document.fault(node, `timestamp.from: found "${text}"; expected an ISO 8601 date-time`);
}
