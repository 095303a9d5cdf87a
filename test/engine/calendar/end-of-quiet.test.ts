import { describe, expect, it } from 'vitest';
import { openTimeZones } from '../../../adapters/time-zones/time-zones.ts';
import { endOfQuiet, isQuiet } from '../../../engine/calendar/end-of-quiet.ts';
import { bookOf } from '../support/book.ts';

const zones = openTimeZones();

/** The quiet hours of a book that defines nothing else. */
function quiet(fields: string) {
  const { quietHours } = bookOf(`channels: { email: { direction: push } }\nquietHours: { rest: ${fields} }`);
  return quietHours.entries;
}

/** When the quiet at a moment ends, as ISO time; `loud` where nothing is quiet then. */
function until(fields: string, zone: string, at: string): string {
  const entries = quiet(fields);
  const now = Date.parse(at);
  const end = endOfQuiet(entries, now, { zone, zones, horizon: now + 40 * 86_400_000 });
  const isLoud = !entries.some((entry) => isQuiet(entry, now, { zone, zones }));
  expect(isLoud).toBe(end === now);
  return isLoud ? 'loud' : new Date(end).toISOString();
}

const night = '{ from: "21:00", until: "08:00" }';

describe('quiet hours on a wall', () => {
  it('begin and end to the millisecond, over midnight', () => {
    const oslo = (at: string) => until(night, 'Europe/Oslo', at);
    expect(oslo('2026-01-15T20:59:59.999+01:00')).toBe('loud');
    expect(oslo('2026-01-15T21:00:00.000+01:00')).toBe('2026-01-16T07:00:00.000Z');
    expect(oslo('2026-01-16T00:00:00.000+01:00')).toBe('2026-01-16T07:00:00.000Z');
    expect(oslo('2026-01-16T07:59:59.999+01:00')).toBe('2026-01-16T07:00:00.000Z');
    expect(oslo('2026-01-16T08:00:00.000+01:00')).toBe('loud');
  });

  it('within one day leave the rest of it alone', () => {
    const noon = '{ from: "12:00", until: "14:00" }';
    expect(until(noon, 'UTC', '2026-01-15T11:59:59.999Z')).toBe('loud');
    expect(until(noon, 'UTC', '2026-01-15T12:00:00Z')).toBe('2026-01-15T14:00:00.000Z');
    expect(until(noon, 'UTC', '2026-01-15T14:00:00Z')).toBe('loud');
  });

  it('are an hour shorter in the night in which the clock is put forward', () => {
    // Oslo, 29 March 2026: 02:00 becomes 03:00. From 21:00 to 08:00 are ten hours.
    expect(until(night, 'Europe/Oslo', '2026-03-28T20:00:00Z')).toBe('2026-03-29T06:00:00.000Z');
    expect(until(night, 'Europe/Oslo', '2026-03-29T05:59:59.999Z')).toBe('2026-03-29T06:00:00.000Z');
    expect(until(night, 'Europe/Oslo', '2026-03-29T06:00:00Z')).toBe('loud');
  });

  it('are an hour longer in the night in which it is put back', () => {
    // Oslo, 25 October 2026: 03:00 becomes 02:00. From 21:00 to 08:00 are twelve hours.
    expect(until(night, 'Europe/Oslo', '2026-10-24T19:00:00Z')).toBe('2026-10-25T07:00:00.000Z');
    expect(until(night, 'Europe/Oslo', '2026-10-25T06:59:59.999Z')).toBe('2026-10-25T07:00:00.000Z');
    expect(until(night, 'Europe/Oslo', '2026-10-25T07:00:00Z')).toBe('loud');
  });

  it('that would end in the hour that does not exist end when the clock jumps', () => {
    const early = '{ from: "21:00", until: "02:30" }';
    // 02:00 is 01:00 UTC; what comes after it is 03:00.
    expect(until(early, 'Europe/Oslo', '2026-03-29T00:59:59.999Z')).toBe('2026-03-29T01:00:00.000Z');
    expect(until(early, 'Europe/Oslo', '2026-03-29T01:00:00Z')).toBe('loud');
  });

  it('that lie within the hour that does not exist do not happen that day', () => {
    const gap = '{ from: "02:10", until: "02:50" }';
    expect(until(gap, 'Europe/Oslo', '2026-03-29T00:59:59.999Z')).toBe('loud');
    expect(until(gap, 'Europe/Oslo', '2026-03-29T01:00:00Z')).toBe('loud');
    expect(until(gap, 'Europe/Oslo', '2026-03-30T00:10:00Z')).toBe('2026-03-30T00:50:00.000Z');
  });

  it('happen twice in the hour that comes twice', () => {
    const early = '{ from: "21:00", until: "02:30" }';
    // First 02:30 at 00:30 UTC; from 01:00 UTC on the wall shows 02:00 again.
    expect(until(early, 'Europe/Oslo', '2026-10-25T00:00:00Z')).toBe('2026-10-25T00:30:00.000Z');
    expect(until(early, 'Europe/Oslo', '2026-10-25T00:45:00Z')).toBe('loud');
    expect(until(early, 'Europe/Oslo', '2026-10-25T01:00:00Z')).toBe('2026-10-25T01:30:00.000Z');
    expect(until(early, 'Europe/Oslo', '2026-10-25T01:30:00Z')).toBe('loud');
  });

  it('follow the southern summer', () => {
    // Sydney puts its clock back on 5 April 2026 at 03:00, and forward on 4 October 2026 at 02:00.
    expect(until(night, 'Australia/Sydney', '2026-04-04T10:00:00Z')).toBe('2026-04-04T22:00:00.000Z');
    expect(until(night, 'Australia/Sydney', '2026-10-03T11:00:00Z')).toBe('2026-10-03T21:00:00.000Z');
  });

  it('follow clocks that change by half an hour, or at midnight', () => {
    // Lord Howe: 4 October 2026, 02:00 becomes 02:30. Havana: 8 March 2026, midnight becomes 01:00.
    expect(until('{ from: "01:00", until: "03:00" }', 'Australia/Lord_Howe', '2026-10-03T14:30:00Z')).toBe(
      '2026-10-03T16:00:00.000Z',
    );
    expect(until('{ from: "22:00", until: "00:30" }', 'America/Havana', '2026-03-08T04:00:00Z')).toBe(
      '2026-03-08T05:00:00.000Z',
    );
  });

  it('belong to the day on which they begin', () => {
    const weekend = '{ from: "22:00", until: "07:00", days: [fri] }';
    // 2026-01-16 is a Friday.
    expect(until(weekend, 'UTC', '2026-01-16T06:00:00Z')).toBe('loud');
    expect(until(weekend, 'UTC', '2026-01-16T22:00:00Z')).toBe('2026-01-17T07:00:00.000Z');
    expect(until(weekend, 'UTC', '2026-01-17T06:59:59Z')).toBe('2026-01-17T07:00:00.000Z');
    expect(until(weekend, 'UTC', '2026-01-17T22:00:00Z')).toBe('loud');
  });

  it('of whole days last from midnight to midnight, and on into the night', () => {
    const christmas = '{ from: "21:00", until: "08:00", dates: [2026-12-25, 2026-12-26] }';
    expect(until(christmas, 'Europe/Oslo', '2026-12-25T12:00:00+01:00')).toBe('2026-12-27T07:00:00.000Z');
    expect(until('{ dates: [2026-03-29] }', 'Europe/Oslo', '2026-03-29T00:00:00+01:00')).toBe(
      '2026-03-29T22:00:00.000Z',
    );
  });

  it('hold between their first and last day', () => {
    const march = `{ from: "21:00", until: "08:00", valid: { from: 2026-03-01, until: 2026-03-31 } }`;
    expect(until(march, 'UTC', '2026-03-01T07:00:00Z')).toBe('loud');
    expect(until(march, 'UTC', '2026-03-01T21:00:00Z')).toBe('2026-03-02T08:00:00.000Z');
    expect(until(march, 'UTC', '2026-04-01T07:00:00Z')).toBe('2026-04-01T08:00:00.000Z');
    expect(until(march, 'UTC', '2026-04-01T21:00:00Z')).toBe('loud');
  });

  it('without an end are looked at no further than asked', () => {
    const entries = quiet('{ from: "00:00", until: "24:00" }');
    const horizon = 3 * 86_400_000;
    expect(endOfQuiet(entries, 0, { zone: 'UTC', zones, horizon })).toBe(horizon);
  });
});
