import { millionths } from '../features/totals.ts';
import { day as dayMs, limits } from '../limits.ts';
import type { Segmentation } from '../model/segmentation.ts';
import { closedDay, type SegmentDay, type SegmentTotals } from './segment-totals.ts';

/** A segment as people look at it: all partitions together. */
export interface SegmentReport {
  readonly name: string;
  readonly description?: string;
  /** Customers who are in it now. */
  readonly size: number;
  /** Sum of the feature that the segment declares; absent where it declares none. */
  readonly value?: number;
  /** Since when it has been counted by its present definition; absent while that has not begun in every partition. */
  readonly since?: number;
  /** By day, oldest first; as many as are kept. */
  readonly trend: readonly SegmentTrendDay[];
}

export interface SegmentTrendDay {
  /** Its beginning, UTC, epoch ms. */
  readonly day: number;
  /** At the end of the day. */
  readonly size: number;
  readonly value?: number;
  readonly entered: number;
  readonly left: number;
}

/** What one partition knows: where it stands, and the days that are over, in any order. */
export interface PartitionSegments {
  readonly totals: SegmentTotals;
  readonly days: readonly SegmentDay[];
}

/** Days of which a report at `now` tells, by number. */
export function daysOfReport(now: number): readonly number[] {
  const today = Math.floor(now / dayMs);
  return Array.from(
    { length: limits.segmentDaysMax },
    (_, index) => today - limits.segmentDaysMax + 1 + index,
  );
}

export function reportSegments(
  { segments }: Segmentation,
  partitions: readonly PartitionSegments[],
  now: number,
): readonly SegmentReport[] {
  const series = partitions.map((partition) => new Series(partition));
  return segments.map(({ segment: { name, description, value }, version }) => {
    const rows = partitions.flatMap(({ totals }) => totals.rows[name] ?? []);
    // A partition in which nobody is or was has nothing to judge anew.
    const counted = rows.filter(({ of }) => of === version);
    const isCounted = counted.length > 0 && rows.every(({ of, size }) => of === version || size === 0);
    return {
      name,
      ...(description !== undefined && { description }),
      size: sum(rows.map(({ size }) => size)),
      ...(value !== undefined && { value: sum(rows.map((row) => row.value)) / millionths }),
      ...(isCounted && { since: Math.max(...counted.map(({ since }) => since)) }),
      trend: trendOf(name, series, now).map((entry) => (value === undefined ? withoutValue(entry) : entry)),
    };
  });
}

function trendOf(name: string, series: readonly Series[], now: number): readonly Required<SegmentTrendDay>[] {
  const days = daysOfReport(now).map((day) => {
    const levels = series.map((partition) => partition.on(name, day));
    return {
      day: day * dayMs,
      size: sum(levels.map(({ size }) => size)),
      value: sum(levels.map(({ value }) => value)) / millionths,
      entered: sum(levels.map(({ entered }) => entered)),
      left: sum(levels.map(({ left }) => left)),
    };
  });
  const first = days.findIndex(({ size, value, entered, left }) => size + entered + left > 0 || value !== 0);
  return first === -1 ? [] : days.slice(first);
}

function withoutValue({ value: _, ...entry }: Required<SegmentTrendDay>): SegmentTrendDay {
  return entry;
}

interface Level {
  readonly size: number;
  readonly value: number;
  readonly entered: number;
  readonly left: number;
}

const nobody: Level = { size: 0, value: 0, entered: 0, left: 0 };

/** The days of one partition. Those without a change are not kept: they end as the day before did. */
class Series {
  private readonly days: readonly SegmentDay[];

  constructor({ totals, days }: PartitionSegments) {
    const present = totals.day > 0 ? [closedDay(totals)] : [];
    this.days = [...days.filter(({ day }) => day < totals.day), ...present].sort(
      (one, other) => one.day - other.day,
    );
  }

  on(name: string, day: number): Level {
    const next = this.days.find((kept) => kept.day >= day);
    const row = next && Object.hasOwn(next.rows, name) ? next.rows[name] : undefined;
    if (row && next?.day === day) return { size: row[0], value: row[1], entered: row[2], left: row[3] };
    if (row) return { ...nobody, size: row[4], value: row[5] };
    if (next) return nobody;
    const last = this.days.at(-1);
    const closing = last && Object.hasOwn(last.rows, name) ? last.rows[name] : undefined;
    return closing ? { ...nobody, size: closing[0], value: closing[1] } : nobody;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
