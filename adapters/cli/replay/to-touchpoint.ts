import { createHash } from 'node:crypto';
import { canonicalJson, readTouchpoint, type TouchpointEvent } from '../../../engine/index.ts';
import { CellError, namedValues, show } from './cell-values.ts';
import { cellText, isEmptyCell } from './column.ts';
import { ColumnReads } from './column-reads.ts';
import type { Row } from './rows.ts';
import type { EventName, RowFilter, TouchpointMap } from './touchpoint-map.ts';
import { matchPattern } from './touchpoint-map.ts';

export type Mapped =
  | { readonly kind: 'event'; readonly event: TouchpointEvent }
  /** The map passes over such rows. */
  | { readonly kind: 'skipped' }
  | { readonly kind: 'rejected'; readonly reason: string };

export type ToTouchpoint = (row: Row) => Mapped;

const skipped: Mapped = { kind: 'skipped' };

/**
 * Compiles a map to one function. `header` names the numbered cells of separated values, undefined for JSON; a column
 * that is not in it is an error of the map (NB_CONFIG). `fileId` stands for the file's content in generated message ids.
 */
export function compileMap(
  map: TouchpointMap,
  header: readonly string[] | undefined,
  fileId: string,
): ToTouchpoint {
  const columns = new ColumnReads(header);
  const passes = map.where.map((filter) => rowFilter(columns, filter));
  const userId = columns.first(map.userId);
  const anonymousId = columns.first(map.anonymousId);
  const name = map.event === undefined ? () => '' : eventName(columns, map.event);
  const time = timestamp(columns, map);
  const messageId = messageIdOf(columns, map, fileId);
  const properties = namedValues(columns, map.properties);
  const traits = namedValues(columns, map.traits);
  const context = namedValues(columns, map.context);
  columns.finish();

  const ids = (row: Row) => {
    const known = idText(userId(row));
    // Both ids together say that they are one customer; only an identify means to say that.
    const isBoth = known === undefined || map.type === 'identify';
    return { userId: known, anonymousId: isBoth ? idText(anonymousId(row)) : undefined };
  };
  const body = (row: Row, event: string, at: number) => ({
    type: map.type,
    ...ids(row),
    event,
    timestamp: at,
    properties: properties?.(row),
    traits: traits?.(row),
    context: context?.(row),
    messageId: messageId(row),
  });
  return (row) => {
    if (!passes.every((pass) => pass(row))) return skipped;
    try {
      const event = name(row);
      return event === undefined ? skipped : check(body(row, event, time(row)));
    } catch (error) {
      if (error instanceof CellError) return { kind: 'rejected', reason: error.message };
      throw error;
    }
  };
}

/** The same checks as for an event over HTTP; history is received when it happened. */
function check(body: { readonly timestamp: number; readonly messageId: string }): Mapped {
  const reading = readTouchpoint(body, {
    receivedAt: body.timestamp,
    messageId: () => body.messageId,
    pointer: '',
  });
  if ('event' in reading) return { kind: 'event', event: reading.event };
  const reasons = reading.faults.map(({ pointer, detail }) => `${pointer.slice(1)}: ${detail}`);
  return { kind: 'rejected', reason: reasons.join('; ') };
}

/** Logs number their customers now and then; an id is text all the same. */
function idText(cell: unknown): unknown {
  if (isEmptyCell(cell)) return undefined;
  return typeof cell === 'string' ? cell.trim() : cell;
}

function rowFilter(columns: ColumnReads, filter: RowFilter): (row: Row) => boolean {
  const read = columns.one(filter.column);
  return (row) => (matchPattern(filter.among, cellText(read(row))) === true) === filter.passes;
}

/** Undefined: the row is to be passed over. */
function eventName(columns: ColumnReads, source: EventName): (row: Row) => string | undefined {
  if (source.kind === 'constant') return () => source.name;
  const read = columns.one(source.column);
  return (row) => {
    const text = cellText(read(row));
    const name = matchPattern(source.names, text);
    if (name !== undefined || source.otherwise === 'skip') return name;
    if (source.otherwise === 'keep') return text;
    throw new CellError(
      `found ${JSON.stringify(text)} in the column ${source.column.text}, which the map does not know`,
    );
  };
}

function timestamp(columns: ColumnReads, { timestamp: source }: TouchpointMap): (row: Row) => number {
  const read = columns.one(source.column);
  return (row) => {
    const cell = read(row);
    const at = source.read(cell);
    if (at !== undefined) return at;
    throw new CellError(
      `found ${show(cell)} in the column ${source.column.text}, expected ${source.expected}`,
    );
  };
}

function messageIdOf(columns: ColumnReads, map: TouchpointMap, fileId: string): (row: Row) => string {
  if (map.messageId === undefined) {
    return ({ line, element }) => `${fileId}:${line}${element === undefined ? '' : `:${element}`}`;
  }
  const reads = map.messageId.map((column) => columns.one(column));
  return (row) => {
    const identity = canonicalJson(reads.map((read) => read(row) ?? null));
    return createHash('sha256').update(identity).digest('base64url').slice(0, 24);
  };
}
