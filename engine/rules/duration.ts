const unitsMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

const short = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/;
const isoWeeks = /^P(\d+(?:\.\d+)?)W$/;
const isoParts =
  /^P(?:(\d+(?:\.\d+)?)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/** What a duration looks like, for messages. */
export const durationExpected = 'a duration such as `30m`, `24h`, `7d`, `2w` or `P1DT12H`';

/** The same in one pattern, for the JSON Schema: `P` and `PT` alone pass here and are refused on reading. */
export const durationPattern =
  '^(?:\\d+(?:\\.\\d+)?(?:ms|s|m|h|d|w)|P\\d+(?:\\.\\d+)?W|P(?:\\d+(?:\\.\\d+)?D)?(?:T(?:\\d+(?:\\.\\d+)?[HMS]){0,3})?)$';

/**
 * Milliseconds of `<n>(ms|s|m|h|d|w)` or of an ISO 8601 duration; undefined for anything else. A day has 24 hours
 * here: months and years have no fixed length and are refused.
 */
export function parseDuration(text: string): number | undefined {
  const ms = readShort(text) ?? readWeeks(text) ?? readIso(text);
  if (ms === undefined) return undefined;
  const whole = Math.round(ms);
  return Number.isSafeInteger(whole) ? whole : undefined;
}

function readShort(text: string): number | undefined {
  const match = short.exec(text);
  if (!match) return undefined;
  return Number(match[1]) * (unitsMs[match[2] ?? ''] ?? Number.NaN);
}

function readWeeks(text: string): number | undefined {
  const match = isoWeeks.exec(text);
  return match ? Number(match[1]) * 604_800_000 : undefined;
}

function readIso(text: string): number | undefined {
  const match = isoParts.exec(text);
  if (!match || text.endsWith('T')) return undefined;
  const [, days, hours, minutes, seconds] = match;
  if ([days, hours, minutes, seconds].every((part) => part === undefined)) return undefined;
  return (
    Number(days ?? 0) * 86_400_000 +
    Number(hours ?? 0) * 3_600_000 +
    Number(minutes ?? 0) * 60_000 +
    Number(seconds ?? 0) * 1_000
  );
}
