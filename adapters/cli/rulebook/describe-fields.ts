import { alwaysValid, type FieldChange, type Json } from '../../../engine/index.ts';

/** Longer values are cut: the place is told, and the file has the rest. */
const valueLengthMax = 60;

/** `limit 2 -> 3, within 24h -> 12h` */
export function describeFields(fields: readonly FieldChange[]): string {
  return fields.map(describeField).join(', ');
}

function describeField({ field, before, after, form }: FieldChange): string {
  const head = field === '' ? '' : `${field} `;
  if (isNames(before) && isNames(after)) return `${head}${namesChanged({ before, after, form })}`;
  const words = (value: Json) => inWords(value, { field, form });
  if (before === undefined) return after === undefined ? `${head}is gone` : `${head}is new: ${words(after)}`;
  return after === undefined
    ? `${head}is gone: ${words(before)}`
    : `${head}${words(before)} -> ${words(after)}`;
}

function isNames(value: Json | undefined): value is readonly string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

function namesChanged({
  before,
  after,
  form,
}: {
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly form: FieldChange['form'];
}): string {
  if (form === 'filter' && before.length === 0) return `only ${after.join(', ')}`;
  if (form === 'filter' && after.length === 0) return `all, no longer only ${before.join(', ')}`;
  const won = after.filter((name) => !before.includes(name));
  const lost = before.filter((name) => !after.includes(name));
  return [
    ...(won.length > 0 ? [`now also ${won.join(', ')}`] : []),
    ...(lost.length > 0 ? [`no longer ${lost.join(', ')}`] : []),
  ].join(' and ');
}

function inWords(value: Json, { field, form }: Pick<FieldChange, 'field' | 'form'>): string {
  if (typeof value === 'number') {
    if (form === 'duration') return durationText(value);
    if (form === 'time') return timeText(value, field.endsWith('until'));
    if (form === 'millionths') return String(value / 1_000_000);
  }
  const text = JSON.stringify(value);
  return text.length > valueLengthMax ? `${text.slice(0, valueLengthMax)}...` : text;
}

const units = [
  ['w', 604_800_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** In the largest unit that it is a whole number of, as rule files write it. */
function durationText(ms: number): string {
  // Weeks are rarely what was written.
  const unit = units.find(([name, size]) => name !== 'w' && ms > 0 && ms % size === 0);
  return unit ? `${ms / unit[1]}${unit[0]}` : `${ms}ms`;
}

/** A day as an end includes that day, so that the moment of the end is the midnight after it. */
function timeText(ms: number, isEnd: boolean): string {
  if (ms <= alwaysValid.from || ms >= alwaysValid.until) return 'open';
  const isMidnight = ms % 86_400_000 === 0;
  const time = new Date(isMidnight && isEnd ? ms - 86_400_000 : ms).toISOString();
  return isMidnight ? time.slice(0, 'yyyy-mm-dd'.length) : time.replace('.000Z', 'Z');
}
