/**
 * Values that stand where an id should be: programs write them when they know of nobody, so everybody has them. Compared
 * without regard to case and to spaces around them.
 */
export const alwaysBlocked: readonly string[] = [
  '-1',
  '(not set)',
  '[object object]',
  'anonymous',
  'false',
  'guest',
  'n/a',
  'nan',
  'nil',
  'none',
  'not set',
  'null',
  'true',
  'undefined',
  'unknown',
  'visitor',
];

/** Nothing but zeros and dashes: `0`, `-`, the UUID of zeros. */
const blank = /^[0-]*$/;

/** Whether a value is one of those that nobody has alone. A `*` of the book stands for any text. */
export function blockTest(written: readonly string[]): (value: string) => boolean {
  const exact = new Set([...alwaysBlocked, ...written.filter((entry) => !entry.includes('*')).map(plain)]);
  const patterns = written.filter((entry) => entry.includes('*')).map((entry) => plain(entry).split('*'));
  return (value) => {
    const text = plain(value);
    return blank.test(text) || exact.has(text) || patterns.some((parts) => isLike(text, parts));
  };
}

export function plain(value: string): string {
  return value.trim().toLowerCase();
}

/** The parts follow one another in the text, the first at its beginning, the last at its end. */
function isLike(text: string, parts: readonly string[]): boolean {
  const first = parts[0] as string;
  const last = parts[parts.length - 1] as string;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last))
    return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
}
