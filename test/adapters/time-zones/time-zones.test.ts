import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openTimeZones } from '../../../adapters/time-zones/time-zones.ts';

const hour = 3_600_000;

/** What the platform says, asked for each moment anew and in another form. */
function platformOffset(at: number, zone: string): number {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    timeZoneName: 'longOffset',
    year: 'numeric',
  });
  const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours = '0', minutes = '0', seconds = '0'] =
    /^GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(name) ?? [];
  const size = (Number(hours) * 60 + Number(minutes)) * 60_000 + Number(seconds) * 1_000;
  return sign === '-' ? -size : size;
}

describe('the time zones', () => {
  it.each(['UTC', 'Europe/Oslo', 'America/Argentina/Buenos_Aires', 'Asia/Kolkata', 'Etc/GMT+5', 'GMT'])(
    'have %s',
    (zone) => {
      expect(openTimeZones().has(zone)).toBe(true);
    },
  );

  it.each(['', 'Europe/Olso', '+01:00', 'Oslo', ' UTC', 'UTC ', '../etc/passwd', 'x'.repeat(100_000)])(
    'do not have %j',
    (zone) => {
      const zones = openTimeZones();
      expect(zones.has(zone)).toBe(false);
      expect(zones.offsetMs(0, zone)).toBe(0);
    },
  );

  it('have the offsets of the platform at every hour of two years, the hours of change included', () => {
    const zones = openTimeZones();
    const checked = ['Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Africa/Casablanca'];
    for (const zone of checked) {
      const ours: number[] = [];
      const theirs: number[] = [];
      for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2028, 0, 1); at += 7 * hour) {
        ours.push(zones.offsetMs(at, zone));
        theirs.push(platformOffset(at, zone));
      }
      expect(ours).toEqual(theirs);
    }
  });

  it('have the offsets of the platform at any moment of any zone', () => {
    const zones = openTimeZones();
    const zone = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
    const at = fc.integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(2040, 0, 1) });
    fc.assert(
      fc.property(zone, at, (name, moment) => {
        expect(zones.offsetMs(moment, name)).toBe(platformOffset(moment, name));
      }),
      { numRuns: 1_000 },
    );
  });

  it('change to the millisecond', () => {
    const zones = openTimeZones();
    const change = Date.UTC(2026, 2, 29, 1);
    expect(zones.offsetMs(change - 1, 'Europe/Oslo')).toBe(hour);
    expect(zones.offsetMs(change, 'Europe/Oslo')).toBe(2 * hour);
    // Samoa left out the 30th of December 2011.
    const leap = Date.UTC(2011, 11, 30, 10);
    expect(zones.offsetMs(leap - 1, 'Pacific/Apia')).toBe(-10 * hour);
    expect(zones.offsetMs(leap, 'Pacific/Apia')).toBe(14 * hour);
  });

  it('answer at the ends of time and for what is no time', () => {
    const zones = openTimeZones();
    for (const at of [-8.64e15, 8.64e15, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(Math.abs(zones.offsetMs(at, 'Europe/Oslo'))).toBeLessThan(15 * hour);
    }
    expect(zones.offsetMs(Number.NaN, 'Europe/Oslo')).toBe(0);
  });

  it('give the same answers after more names and days than are kept', () => {
    const zones = openTimeZones();
    const at = Date.UTC(2026, 6, 1);
    for (let day = 0; day < 11_000; day += 1) zones.offsetMs(day * 24 * hour, 'Etc/GMT-3');
    for (let name = 0; name < 3_000; name += 1) zones.has(`Nowhere/City_${name}`);
    expect(zones.offsetMs(at, 'Europe/Oslo')).toBe(2 * hour);
    expect(zones.offsetMs(at, 'Etc/GMT-3')).toBe(3 * hour);
  });
});
