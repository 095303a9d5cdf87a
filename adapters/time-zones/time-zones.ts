import type { TimeZones } from '../../engine/ports.ts';

/**
 * The clocks of the world's time zones, from the platform's copy of the IANA database.
 *
 * 1. Same zone and same moment give the same offset, whatever was asked before: what is kept only saves time.
 * 2. What is kept is bounded. Customers send names of zones, so also what is no zone is kept only up to a bound.
 * 3. A zone changes its clock at most once within a UTC day, so the two ends of a day settle all of it but the one day
 *    in which the change falls, and there the moment of the change does.
 */

/** IANA has about 600 names; beyond so many, what was kept is dropped and asked for anew. */
const zonesMax = 1_000;
/** Days of all zones that are kept. Decisions ask for today; facts with dates ask for a few more. */
const daysMax = 10_000;
const dayMs = 86_400_000;
/** Beyond these moments the clocks are taken to go on as they did there. */
const earliest = Date.UTC(1800, 0, 1);
const latest = Date.UTC(9999, 11, 30);
/** IANA has no name as long as this. */
const nameLengthMax = 64;

/** One UTC day in one zone: `before` until the clock is changed, `after` from then on. */
interface ZoneDay {
  readonly changeAt: number;
  readonly before: number;
  readonly after: number;
}

type ZoneClock = (at: number) => number;

export function openTimeZones(): TimeZones {
  const clocks = new Map<string, ZoneClock | undefined>();
  const daysOfZones = new Map<string, Map<number, ZoneDay>>();
  let daysKept = 0;

  function clockOf(zone: string): ZoneClock | undefined {
    const known = clocks.get(zone);
    if (known || clocks.has(zone) || zone.length > nameLengthMax) return known;
    const clock = openClock(zone);
    if (clocks.size >= zonesMax) clocks.clear();
    clocks.set(zone, clock);
    return clock;
  }

  function dayOf(day: number, zone: string, clock: ZoneClock): ZoneDay {
    let days = daysOfZones.get(zone);
    const known = days?.get(day);
    if (known) return known;
    const read = readDay(day, clock);
    if (daysKept >= daysMax) {
      daysOfZones.clear();
      daysKept = 0;
      days = undefined;
    }
    if (!days) {
      days = new Map();
      daysOfZones.set(zone, days);
    }
    days.set(day, read);
    daysKept += 1;
    return read;
  }

  return {
    has: (zone) => clockOf(zone) !== undefined,
    offsetMs: (at, zone) => {
      const clock = clockOf(zone);
      if (!clock || Number.isNaN(at)) return 0;
      const bounded = Math.min(Math.max(at, earliest), latest);
      const { changeAt, before, after } = dayOf(Math.floor(bounded / dayMs), zone, clock);
      return bounded < changeAt ? before : after;
    },
  };
}

function readDay(day: number, clock: ZoneClock): ZoneDay {
  const start = day * dayMs;
  const before = clock(start);
  const after = clock(start + dayMs);
  return { changeAt: before === after ? start : changeBetween(start, start + dayMs, clock), before, after };
}

/** The first moment in `(from, until]` whose offset is not the one at `from`. */
function changeBetween(from: number, until: number, clock: ZoneClock): number {
  const before = clock(from);
  let low = from;
  let high = until;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (clock(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

/** A name as the IANA database spells them; newer platforms also take offsets such as `+01:00`, older ones do not. */
const name = /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/;
const parts = /^(\d+)\/(\d+)\/(\d+), (\d+):(\d+):(\d+)$/;

/** The clock of a zone; undefined when there is none of this name. Capitals do not matter. */
function openClock(zone: string): ZoneClock | undefined {
  if (!name.test(zone)) return undefined;
  const format = openFormat(zone);
  if (!format) return undefined;
  return (at) => {
    const [, month, day, year, hour, minute, second] = parts.exec(format.format(at)) ?? [];
    const wall = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute));
    return wall + Number(second) * 1_000 - Math.floor(at / 1_000) * 1_000;
  };
}

function openFormat(zone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
  } catch (error) {
    // This is how the platform says that there is no such zone.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
