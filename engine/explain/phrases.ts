import { civilDate } from '../calendar/civil-days.ts';
import { dayOf, timeOfDay, wallOf, weekdayOf } from '../calendar/wall-time.ts';
import type { TimeZones } from '../ports.ts';

/** How people write names, numbers, amounts, dates and lists; the same in every place where the engine runs. */

/** `win-back_voucher` is “win back voucher”. */
export function nameWords(name: string): string {
  return `“${name.replaceAll(/[-_]+/g, ' ').trim()}”`;
}

/** Thousands apart, and no more digits behind the point than say something. */
export function numberWords(value: number): string {
  if (!Number.isFinite(value)) return 'no number';
  const size = Math.abs(value);
  const scale = size >= 1 || size === 0 ? 100 : size >= 0.01 ? 10_000 : 1_000_000;
  const rounded = Math.round(size * scale) / scale;
  if (rounded >= 1e15) return String(value);
  const whole = Math.floor(rounded);
  const digits = String(scale).length - 1;
  const rest = String(Math.round((rounded - whole) * scale)).padStart(digits, '0');
  const decimals = rest.replace(/0+$/, '');
  const grouped = String(whole).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
  return `${value < 0 ? '-' : ''}${grouped}${decimals === '' ? '' : `.${decimals}`}`;
}

/** `XXX` is no currency: the book names none. */
export function moneyWords(value: number, currency: string): string {
  const text = numberWords(value);
  if (currency === 'XXX') return text;
  return `${/\.\d$/.test(text) ? `${text}0` : text} ${currency}`;
}

/** `1 contact`, `3 contacts`. */
export function countWords(count: number, noun: string): string {
  return `${numberWords(count)} ${count === 1 ? noun : `${noun}s`}`;
}

/** `a`, `a or b`, `a, b or c`. */
export function listWords(words: readonly string[], link: 'and' | 'or'): string {
  if (words.length < 2) return words[0] ?? 'nothing';
  return `${words.slice(0, -1).join(', ')} ${link} ${words[words.length - 1]}`;
}

export const weekdays: readonly string[] = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
];
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

export interface WallClock {
  readonly timeZone: string;
  readonly zones: TimeZones;
  /** The year that goes without saying is that of this moment. */
  readonly now: number;
}

/** `Tuesday, 24 November, 9:00`; with its year where that is another. */
export function momentWords(at: number, { timeZone, zones, now }: WallClock): string {
  const wall = wallOf(at, timeZone, zones);
  const { year, month, day } = civilDate(dayOf(wall));
  const isThisYear = year === civilDate(dayOf(wallOf(now, timeZone, zones))).year;
  const minutes = Math.floor(timeOfDay(wall) / 60_000);
  const clock = `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
  const date = `${weekdays[weekdayOf(wall)]}, ${day} ${months[month - 1]}${isThisYear ? '' : ` ${year}`}`;
  return `${date}, ${clock}`;
}

const units = [
  ['week', 7 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** In the largest unit in which it is a whole number; weeks only up to four, more of them nobody counts. */
export function durationWords(ms: number): string {
  for (const [unit, size] of units) {
    const count = ms / size;
    if (Number.isInteger(count) && count > 0 && (unit !== 'week' || count <= 4))
      return countWords(count, unit);
  }
  return `${numberWords(ms / 1_000)} seconds`;
}
