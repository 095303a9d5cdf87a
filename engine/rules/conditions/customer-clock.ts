import { momentOf, wallOf } from '../../calendar/wall-time.ts';
import { day } from '../../limits.ts';
import type { FactValues } from '../../model/rulebook.ts';
import type { TimeZones } from '../../ports.ts';
import { readIsoTime, type WrittenTime } from '../iso-time.ts';
import type { OperatorContext } from './operator-definition.ts';

/** The last moment of any calendar here. */
const momentMax = 8.64e15;
const fallbackZone = 'UTC';

/**
 * The wall of the customer's own time zone. A fact that tells a time is a moment (epoch ms), or an ISO 8601 text; a text
 * without an offset is the customer's own time. For anything else the answer is NaN, with which every comparison fails.
 */
export class CustomerClock {
  private readonly zones: TimeZones;
  private readonly zoneSlot: number;
  private readonly nowSlot: number | undefined;

  constructor(
    { libraries, look }: Pick<OperatorContext, 'libraries' | 'look'>,
    { looksAtNow }: { readonly looksAtNow: boolean },
  ) {
    this.zones = libraries.timeZones;
    this.zoneSlot = look('customer.timeZone');
    this.nowSlot = looksAtNow ? look('now') : undefined;
  }

  /** What the wall shows now. */
  wallNow(facts: FactValues): number {
    return this.nowSlot === undefined ? Number.NaN : this.wallAt(facts[this.nowSlot], facts);
  }

  /** What the wall shows at the time that a fact tells; a date tells its midnight. */
  wallOfFact(fact: unknown, facts: FactValues): number {
    if (typeof fact !== 'string') return this.wallAt(fact, facts);
    const written = readIsoTime(fact);
    return written ? this.wallOfTime(written, facts) : Number.NaN;
  }

  /** The same, but a date tells no time of day. */
  hourOfFact(fact: unknown, facts: FactValues): number {
    if (typeof fact !== 'string') return this.wallAt(fact, facts);
    const written = readIsoTime(fact);
    return written && !written.dateOnly ? this.wallOfTime(written, facts) : Number.NaN;
  }

  /** The moment that a fact tells; a date tells its first or its last millisecond. */
  momentOfFact(fact: unknown, facts: FactValues, dateTells: 'beginning' | 'end'): number {
    if (typeof fact !== 'string') return isMoment(fact) ? fact : Number.NaN;
    const written = readIsoTime(fact);
    return written ? this.momentOfTime(written, facts, dateTells) : Number.NaN;
  }

  momentOfTime(written: WrittenTime, facts: FactValues, dateTells: 'beginning' | 'end'): number {
    const { wallMs, offsetMs } = written;
    if (offsetMs !== undefined) return wallMs - offsetMs;
    const zone = this.zoneOf(facts);
    return written.dateOnly && dateTells === 'end'
      ? momentOf(wallMs + day, zone, this.zones) - 1
      : momentOf(wallMs, zone, this.zones);
  }

  private wallOfTime({ wallMs, offsetMs }: WrittenTime, facts: FactValues): number {
    return offsetMs === undefined ? wallMs : this.wallAt(wallMs - offsetMs, facts);
  }

  private wallAt(at: unknown, facts: FactValues): number {
    return isMoment(at) ? wallOf(at, this.zoneOf(facts), this.zones) : Number.NaN;
  }

  private zoneOf(facts: FactValues): string {
    const zone = facts[this.zoneSlot];
    return typeof zone === 'string' ? zone : fallbackZone;
  }
}

function isMoment(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= momentMax;
}
