import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIsoTime } from '../../../engine/rules/iso-time.ts';

describe('an ISO 8601 date or date-time', () => {
  it('is read as every calendar reads it', () => {
    const moment = fc.integer({ min: Date.UTC(1600, 0, 1), max: Date.UTC(2999, 11, 31) });
    fc.assert(
      fc.property(moment, (ms) => {
        expect(parseIsoTime(new Date(ms).toISOString())).toEqual({ at: ms, dateOnly: false });
        const date = new Date(ms).toISOString().slice(0, 10);
        expect(parseIsoTime(date)).toEqual({ at: Date.parse(date), dateOnly: true });
      }),
    );
  });

  it('is in UTC unless it names its offset', () => {
    expect(parseIsoTime('2026-11-01T09:30')?.at).toBe(Date.UTC(2026, 10, 1, 9, 30));
    expect(parseIsoTime('2026-11-01T09:30:15.250+02:00')?.at).toBe(Date.UTC(2026, 10, 1, 7, 30, 15, 250));
    expect(parseIsoTime('2026-11-01 09:30-0530')?.at).toBe(Date.UTC(2026, 10, 1, 15));
  });

  it.each([
    ...['', '2026', '2026-11', '2026-13-01', '2026-00-01', '2026-04-31', '2027-02-29', '1900-02-29'],
    ...[
      '2026-11-01T24:00',
      '2026-11-01T10:60',
      '2026-11-01T10',
      '2026-11-01T10:00+25:00',
      '01.11.2026',
      'tomorrow',
    ],
  ])('%j is none', (text) => {
    expect(parseIsoTime(text)).toBeUndefined();
  });
});
