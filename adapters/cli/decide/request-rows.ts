import type { OverlayRow } from '../overlay/overlay-file.ts';

/** What a row of a file comes to: the body of a decide request, or why it is none. */
export type RequestRow =
  | { readonly place: number; readonly body: Readonly<Record<string, unknown>> }
  | { readonly place: number; readonly reason: string };

export interface RequestDefaults {
  readonly placements: readonly string[];
  readonly context: Readonly<Record<string, unknown>>;
  /** Every request id begins with it, so that the same file decided on again gets the same answers. */
  readonly batch: string;
  /** Fields that every request has, such as `preview`. */
  readonly fields: Readonly<Record<string, unknown>>;
}

const contextColumn = 'context.';

/**
 * A row names the customer by `userId` or `anonymousId`, or is a whole request. Columns `context.page` are facts of the
 * request; `placements` names other ones for the row, in a file of columns with spaces between them.
 */
export function requestOf(row: OverlayRow, defaults: RequestDefaults): RequestRow {
  if ('reason' in row) return row;
  const { place } = row;
  const cells = filled(row.cells);
  const { userId, anonymousId, customer, placements, context, requestId, ...rest } = cells;
  const written = Object.entries(rest).filter(([name]) => name.startsWith(contextColumn));
  const others = Object.entries(rest).filter(([name]) => !name.startsWith(contextColumn));
  const named = customer ?? customerOf(userId, anonymousId);
  if (named === undefined) return { place, reason: 'expected a userId or an anonymousId, found neither' };
  const columns = written.map(([name, value]) => [name.slice(contextColumn.length), value] as const);
  return {
    place,
    body: {
      ...Object.fromEntries(others),
      customer: named,
      placements: placementsOf(placements) ?? defaults.placements,
      context: { ...defaults.context, ...(isMap(context) ? context : {}), ...Object.fromEntries(columns) },
      requestId: requestId ?? `${defaults.batch}/${place}`,
      ...defaults.fields,
    },
  };
}

/** A cell without anything in it says nothing. */
function filled(cells: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const entries = Object.entries(cells).filter(
    ([, value]) => value !== '' && value !== null && value !== undefined,
  );
  return Object.fromEntries(entries);
}

function customerOf(userId: unknown, anonymousId: unknown): object | undefined {
  if (userId !== undefined) return { userId };
  return anonymousId === undefined ? undefined : { anonymousId };
}

function placementsOf(written: unknown): unknown {
  return typeof written === 'string' ? written.split(/[\s,]+/).filter((name) => name !== '') : written;
}

function isMap(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
