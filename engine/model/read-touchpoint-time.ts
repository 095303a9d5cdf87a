/**
 * Instants as they arrive: ISO 8601 text or epoch milliseconds. Read without the platform's parser, which takes a
 * time without a zone for local time, so that two machines would disagree about the same event.
 */

const shape =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:([Zz])|([+-])(\d\d):?(\d\d))?)?$/;
const daysInMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const dayMs = 86_400_000;

/** Epoch ms, or undefined when the value is no instant. Without a zone it is UTC. */
export function readInstant(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? Math.round(value) : undefined;
  if (typeof value !== 'string' || value.length > 40) return undefined;
  const match = shape.exec(value);
  if (match === null) return undefined;
  const [year, month, dayOfMonth] = [part(match, 1), part(match, 2), part(match, 3)];
  const [hour, minute, second] = [part(match, 4), part(match, 5), part(match, 6)];
  const [zoneHour, zoneMinute] = [part(match, 10), part(match, 11)];
  const isDate = dayOfMonth >= 1 && dayOfMonth <= monthLength(year, month);
  const isTime = hour <= 23 && minute <= 59 && second <= 60 && zoneHour <= 23 && zoneMinute <= 59;
  if (!isDate || !isTime) return undefined;
  const fractionMs = Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const zoneMs = (zoneHour * 60 + zoneMinute) * 60_000 * (match[9] === '-' ? -1 : 1);
  return (
    epochDays(year, month, dayOfMonth) * dayMs +
    ((hour * 60 + minute) * 60 + second) * 1_000 +
    fractionMs -
    zoneMs
  );
}

function part(match: RegExpExecArray, index: number): number {
  return Number(match[index] ?? '0');
}

function monthLength(year: number, month: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 && !isLeap ? 28 : (daysInMonth[month - 1] ?? 0);
}

/** Days since 1970-01-01 in the Gregorian calendar. The year is counted from March, so that the leap day comes last. */
function epochDays(year: number, month: number, dayOfMonth: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const monthFromMarch = (month + 9) % 12;
  const dayOfYear = Math.floor((153 * monthFromMarch + 2) / 5) + dayOfMonth - 1;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return marchYear * 365 + leapDays + dayOfYear - 719_468;
}
