import { type FilterImplOptions, filters } from 'liquidjs';

/** Filters that turn a point in time into text. */
const dateFilterNames = [
  'date',
  'date_to_xmlschema',
  'date_to_rfc822',
  'date_to_string',
  'date_to_long_string',
] as const;

type DateFilter = (this: unknown, value: unknown, ...options: unknown[]) => unknown;

/**
 * Liquid's date filters without the two things that differ from machine to machine: the clock (`now`, `today`) and
 * the local time zone, in which JavaScript reads a date-time that names none. Such a date-time is read as UTC; a text
 * that is not an ISO 8601 date is left as it is.
 */
export function pureDateFilters(): readonly (readonly [string, FilterImplOptions])[] {
  return dateFilterNames.map((name) => {
    const original = (filters as Readonly<Record<string, unknown>>)[name] as DateFilter;
    const pure: DateFilter = function (value, ...options) {
      const moment = toMoment(value);
      return moment === undefined ? value : original.call(this, moment, ...options);
    };
    return [name, pure as FilterImplOptions] as const;
  });
}

const isoDate = /^\d{4}-\d{2}-\d{2}(?:([T ])\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/i;

/** Undefined for what is no point in time. */
function toMoment(value: unknown): unknown {
  if (value === 'now' || value === 'today') {
    throw new Error(
      `"${value}" is not available: a text depends on its data alone; give the date in the data`,
    );
  }
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  if (/^\d{1,15}$/.test(value)) return value;
  const match = isoDate.exec(value);
  if (match === null) return undefined;
  const [, separator, zone] = match;
  const normalised = value.replace(' ', 'T');
  return separator !== undefined && zone === undefined ? `${normalised}Z` : normalised;
}
