import { civilDate } from '../../calendar/civil-days.ts';
import { canonicalJson, type Json } from '../../model/json.ts';
import type { QuietHours } from '../../model/quiet-hours.ts';
import type { Rulebook } from '../../model/rulebook.ts';
import type { Change, FieldChange } from './change.ts';
import type { Comparison } from './comparison.ts';
import { lastingGroups } from './diff-policies.ts';
import { type Direction, ofFilters, ofNumbers, ofSets, opposite, together } from './direction.ts';
import { plainChange, setChange } from './json-changes.ts';
import { comingsAndGoings, fieldsChanged } from './make-change.ts';
import { type Pair, pairUp, renamed } from './pairing.ts';

/** Quiet hours: more of them are fewer contacts; what is put off for longer is dropped less often. */
export function diffQuietHours(comparison: Comparison): readonly Change[] {
  const { before, after, reading } = comparison;
  const entries = pairUp(byName(before), byName(after), {
    before: (entry) => contentOf(entry, reading.actions),
    after: (entry) => contentOf(entry, new Map()),
  });
  return [
    ...comingsAndGoings(comparison, entries, { of: 'quietHours', topic: 'contacts', reach: () => 'fewer' }),
    ...entries.pairs.flatMap((pair) => diffEntry(comparison, pair)),
  ];
}

function byName({ quietHours }: Rulebook): ReadonlyMap<string, QuietHours> {
  return new Map(quietHours.entries.map((entry) => [entry.name, entry]));
}

function contentOf(entry: QuietHours, actions: ReadonlyMap<string, string>): string {
  const { channels, jurisdictions, dates, except, period, valid, keepMs } = entry;
  return canonicalJson([
    [...channels].sort(),
    [...jurisdictions].sort(),
    period ? { ...period } : null,
    [...dates].sort(),
    { ...valid },
    [entry.queues, keepMs],
    { ...except, actions: [...renamed(except.actions, actions)].sort() },
  ]);
}

function diffEntry(comparison: Comparison, pair: Pair<QuietHours>): readonly Change[] {
  const { name, before, after } = pair;
  const filters = filtersOf(comparison, pair);
  const others = [...timeFields(before, after), ...plainChange('then', thenOf(before), thenOf(after))];
  const keep = plainChange('keep', before.keepMs, after.keepMs, 'duration');
  const reach: Direction =
    others.length > 0
      ? 'other'
      : together([...filters.map(({ direction }) => direction), ofNumbers(before.keepMs, after.keepMs)]);
  const fields = [...filters.flatMap((filter) => filter.fields), ...others, ...keep];
  return fieldsChanged(comparison, { of: 'quietHours', name, topic: 'contacts', reach }, fields);
}

function thenOf({ queues }: QuietHours): string {
  return queues ? 'queue' : 'discard';
}

interface FilterChange {
  readonly fields: readonly FieldChange[];
  readonly direction: Direction;
}

/** Quiet in more channels and more places, or with fewer exceptions, is fewer contacts. */
function filtersOf(comparison: Comparison, { before, after }: Pair<QuietHours>): readonly FilterChange[] {
  const [wasGroups, isGroups] = lastingGroups(comparison, before.except.groups, after.except.groups);
  const [wasChannels, isChannels] = [[...before.channels], [...after.channels]];
  const exceptions: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['except.purposes', before.except.purposes, after.except.purposes],
    ['except.groups', wasGroups, isGroups],
    ['except.actions', renamed(before.except.actions, comparison.reading.actions), after.except.actions],
  ];
  return [
    {
      fields: setChange('channels', wasChannels, isChannels),
      direction: opposite(ofSets(wasChannels, isChannels)),
    },
    {
      fields: setChange('jurisdictions', before.jurisdictions, after.jurisdictions, 'filter'),
      direction: opposite(ofFilters(before.jurisdictions, after.jurisdictions)),
    },
    ...exceptions.map(([field, one, other]) => ({
      fields: setChange(field, one, other),
      direction: ofSets(one, other),
    })),
  ];
}

function timeFields(before: QuietHours, after: QuietHours): readonly FieldChange[] {
  const [was, is] = [timesOf(before), timesOf(after)];
  return [
    ...plainChange('from', was.from, is.from),
    ...plainChange('until', was.until, is.until),
    ...plainChange('days', was.days, is.days),
    ...plainChange('dates', was.dates, is.dates),
    ...plainChange('valid.from', was.validFrom, is.validFrom),
    ...plainChange('valid.until', was.validUntil, is.validUntil),
  ];
}

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** As it could be written in the file. */
function timesOf({ period, dates, valid }: QuietHours): Readonly<Record<string, Json | undefined>> {
  return {
    from: period && timeText(period.start),
    until: period && timeText(period.end),
    days: period && weekdays.filter((_, weekday) => period.days[weekday]),
    dates: [...dates].sort((one, other) => one - other).map(dateText),
    validFrom: valid.from < calendarDays[0] ? undefined : dateText(valid.from),
    validUntil: valid.until > calendarDays[1] ? undefined : dateText(valid.until - 1),
  };
}

/** Days that a file can name: years of four digits. */
const calendarDays = [-719_528, 2_932_897] as const;
const minute = 60_000;

function timeText(ms: number): string {
  const minutes = Math.round(ms / minute);
  return `${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
}

function dateText(days: number): string {
  const { year, month, day: date } = civilDate(days);
  return `${String(year).padStart(4, '0')}-${twoDigits(month)}-${twoDigits(date)}`;
}

function twoDigits(count: number): string {
  return String(count).padStart(2, '0');
}
