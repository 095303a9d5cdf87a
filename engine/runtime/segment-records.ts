import { day, limits } from '../limits.ts';
import type { RecordWrite } from '../ports.ts';
import type { SegmentDay } from '../segments/segment-totals.ts';

/** What the segments of a partition came to on a day that is over; it goes when no report tells of that day any more. */
export function segmentDayRecord(over: SegmentDay, wall: number): RecordWrite {
  return {
    id: segmentDayId(over.day),
    value: JSON.stringify(over),
    expiresAt: wall + (limits.segmentDaysMax + 1) * day,
  };
}

export function segmentDayId(dayNumber: number): string {
  return `segments:${dayNumber}`;
}

export function readSegmentDay(record: string): SegmentDay {
  return JSON.parse(record) as SegmentDay;
}
