import type { SegmentDelta } from '../customer/fold-context.ts';
import { day } from '../limits.ts';
import type { Segmentation } from '../model/segmentation.ts';

/**
 * Size and value of the segments of one partition: as they stand, and what the present day did to them. A day is over
 * when the first change of a later one comes; what comes late counts for the day on which it comes.
 */
export interface SegmentTotals {
  /** Days since 1970-01-01 UTC. */
  readonly day: number;
  readonly rows: Readonly<Record<string, SegmentTotal>>;
}

export interface SegmentTotal {
  /** The definition that is counted (`KeptSegment.version`). */
  readonly of: string;
  /** Since when members were judged by it, epoch ms. */
  readonly since: number;
  readonly size: number;
  /** Millionths. */
  readonly value: number;
  /** Since the beginning of the day. */
  readonly entered: number;
  readonly left: number;
  /** What they were when the day began. */
  readonly opening: readonly [size: number, value: number];
}

/** What a day that is over came to, by segment; with what it began, for days without any change before it. */
export interface SegmentDay {
  readonly day: number;
  readonly rows: Readonly<Record<string, SegmentDayRow>>;
}

export type SegmentDayRow = readonly [
  size: number,
  value: number,
  entered: number,
  left: number,
  openingSize: number,
  openingValue: number,
];

export const emptyTotals: SegmentTotals = { day: 0, rows: {} };

/**
 * The totals under the definitions of a rulebook. A segment that was defined anew goes on with the members that it has:
 * each is judged anew in turn. One that the rulebook has no longer is kept until the last document that still names it
 * is judged, but is shown no more.
 */
export function underDefinitions(
  totals: SegmentTotals,
  { segments }: Segmentation,
  now: number,
): SegmentTotals {
  const known = new Set(segments.map(({ segment }) => segment.name));
  const stale = Object.entries(totals.rows).filter(([name, row]) => !known.has(name) && isEmpty(row));
  const changed = segments.filter(({ segment, version }) => ownRow(totals, segment.name)?.of !== version);
  if (stale.length === 0 && changed.length === 0) return totals;
  const rows = Object.fromEntries(
    Object.entries(totals.rows).filter(([name]) => !stale.some(([old]) => old === name)),
  );
  for (const { segment, version } of changed) {
    rows[segment.name] = { ...(ownRow(totals, segment.name) ?? emptyRow), of: version, since: now };
  }
  return { ...totals, rows };
}

/** Adds what a message did. `closed` is the day that is over by it. */
export function addDeltas(
  totals: SegmentTotals,
  deltas: readonly SegmentDelta[],
): { readonly totals: SegmentTotals; readonly closed?: SegmentDay } {
  const today = deltas.reduce((latest, { at }) => Math.max(latest, Math.floor(at / day)), totals.day);
  const isNewDay = today > totals.day;
  const rows: Record<string, SegmentTotal> = { ...(isNewDay ? openedRows(totals) : totals.rows) };
  for (const { segment, size, value, event } of deltas) {
    const row = (Object.hasOwn(rows, segment) ? rows[segment] : undefined) ?? emptyRow;
    rows[segment] = {
      ...row,
      size: row.size + size,
      value: row.value + value,
      entered: row.entered + (event === 'entered' ? 1 : 0),
      left: row.left + (event === 'left' ? 1 : 0),
    };
  }
  const closed = isNewDay && totals.day > 0 ? closedDay(totals) : undefined;
  return { totals: { day: today, rows }, ...(closed && { closed }) };
}

/** Customers by segment. */
export function sizesOf({ rows }: SegmentTotals): ReadonlyMap<string, number> {
  return new Map(Object.entries(rows).map(([name, { size }]) => [name, size]));
}

const emptyRow: SegmentTotal = {
  of: '',
  since: 0,
  size: 0,
  value: 0,
  entered: 0,
  left: 0,
  opening: [0, 0],
};

function isEmpty({ size, value }: SegmentTotal): boolean {
  return size === 0 && value === 0;
}

function ownRow({ rows }: SegmentTotals, name: string): SegmentTotal | undefined {
  return Object.hasOwn(rows, name) ? rows[name] : undefined;
}

function openedRows({ rows }: SegmentTotals): Record<string, SegmentTotal> {
  return Object.fromEntries(
    Object.entries(rows).map(([name, row]) => [
      name,
      { ...row, entered: 0, left: 0, opening: [row.size, row.value] as const },
    ]),
  );
}

export function closedDay(totals: SegmentTotals): SegmentDay {
  return {
    day: totals.day,
    rows: Object.fromEntries(
      Object.entries(totals.rows).map(([name, { size, value, entered, left, opening }]) => [
        name,
        [size, value, entered, left, ...opening] as const,
      ]),
    ),
  };
}
