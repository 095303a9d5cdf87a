import type { Diagnostic } from '../../engine/index.ts';

type Fault = Pick<Diagnostic, 'code' | 'line' | 'column' | 'message' | 'hint'>;

/** What `JSON.parse` said, with the place it does not always tell. */
export function describeJsonError(text: string, error: unknown): Fault {
  const found = messageOf(error);
  const before = text.slice(0, offsetOf(text, found)).split(/\r\n|\r|\n/);
  const reason = found
    .replace(/(?:, .*)? is not valid JSON$/s, '')
    .replace(/ (?:in JSON )?at position .*$/s, '');
  return {
    code: 'NBR_SYNTAX',
    line: before.length,
    column: (before.at(-1) ?? '').length + 1,
    message: `the file is not valid JSON: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`,
    hint: 'JSON needs double quotes around every name and text, no comma after the last entry, and no comments.',
  };
}

function offsetOf(text: string, found: string): number {
  const position = / at position (\d+)/.exec(found)?.[1];
  if (position !== undefined) return Number(position);
  return found.startsWith(unexpectedToken) ? offsetOfToken(text) : text.length;
}

const unexpectedToken = 'Unexpected token';

/** Bisection: the shortest beginning of the text that has the wrong token in it ends with that token. */
function offsetOfToken(text: string): number {
  let without = 0;
  let within = text.length;
  while (within - without > 1) {
    const middle = (without + within) >>> 1;
    if (hasUnexpectedToken(text.slice(0, middle))) within = middle;
    else without = middle;
  }
  return within - 1;
}

function hasUnexpectedToken(text: string): boolean {
  try {
    JSON.parse(text);
    return false;
  } catch (error) {
    return messageOf(error).startsWith(unexpectedToken);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
