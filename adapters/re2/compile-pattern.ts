import { RE2JS, RE2JSSyntaxException } from 're2js';
import type { Libraries, PatternFault } from '../../engine/ports.ts';

/**
 * Regular expressions of rule files, in RE2's dialect: what would need backtracking (back references, looking ahead or
 * behind) does not exist in it, so that no pattern and no text of a customer can hold a decision up.
 */

/** Characters of one pattern. */
const sourceLengthMax = 500;
/** Steps of the compiled pattern: one look at a character costs at most so many. */
const programSizeMax = 1_000;
/** Characters of a text that are looked at; the rest of a longer one is not. */
const textLengthMax = 1_000;

export const compilePattern: Libraries['compilePattern'] = (source) => {
  if (source.length > sourceLengthMax) {
    const error = `it is ${source.length} characters long; a pattern may have ${sourceLengthMax}`;
    return { error, position: sourceLengthMax + 1 };
  }
  const compiled = compile(source);
  if (!(compiled instanceof RE2JS)) return explain(source, compiled);
  if (compiled.programSize() > programSizeMax) {
    return {
      error: 'it does more work than a pattern may; are the numbers in `{}` very large?',
      position: 1,
    };
  }
  return {
    matches: (text) => compiled.test(text.length > textLengthMax ? text.slice(0, textLengthMax) : text),
  };
};

interface SyntaxFault {
  readonly description: string;
  /** The part of the pattern that the parser complains about; it names none where a backslash ends the pattern. */
  readonly part: string;
}

function compile(source: string): RE2JS | SyntaxFault {
  try {
    return RE2JS.compile(source, 0);
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    return { description: error.getDescription(), part: error.getPattern() ?? '\\' };
  }
}

function explain(source: string, { description, part }: SyntaxFault): PatternFault {
  return { error: inWords(description, part), position: positionOf(source, { description, part }) };
}

/**
 * The library tells which part is at fault, not where it stands, and the same characters may stand elsewhere. The fault
 * is at the end of the shortest beginning of the pattern that fails in the same way. What is never closed was opened
 * right after the longest beginning that is sound.
 */
function positionOf(source: string, fault: SyntaxFault): number {
  if (fault.description === 'missing closing ]') return source.length - fault.part.length + 1;
  if (fault.description === 'missing closing )') {
    for (let length = source.length - 1; length > 0; length -= 1) {
      if (compile(source.slice(0, length)) instanceof RE2JS) return length + 1;
    }
    return 1;
  }
  // Of a bracket that closes nothing, the library shows the whole pattern.
  const part = fault.description === 'unexpected )' ? ')' : fault.part;
  for (let length = 1; length <= source.length; length += 1) {
    const found = compile(source.slice(0, length));
    const isSame = !(found instanceof RE2JS) && found.description === fault.description;
    if (isSame && source.slice(0, length).endsWith(part)) return length - part.length + 1;
  }
  return 1;
}

/** The library's messages in the words of someone who writes rules, not programs. */
function inWords(description: string, part: string): string {
  switch (description) {
    case 'missing closing )':
      return 'a `(` is never closed';
    case 'missing closing ]':
      return 'a `[` is never closed';
    case 'unexpected )':
      return 'a `)` closes nothing';
    case 'missing argument to repetition operator':
      return `\`${part}\` has nothing before it to repeat; to mean the character itself, write \`\\${part}\``;
    case 'invalid nested repetition operator':
      return `\`${part}\` repeats a repetition`;
    case 'invalid repeat count':
      return `\`${part}\` repeats too often; 1000 is the most, all nested ones multiplied`;
    case 'invalid escape sequence':
      return `\`${part}\` is not known; a part that was found before cannot be asked for again`;
    case 'trailing backslash at end of expression':
      return 'it ends in a `\\`; to mean the character itself, write `\\\\`';
    case 'invalid or unsupported Perl syntax':
      return `\`${part}\` is not known; looking ahead or behind is not possible`;
    default:
      return part === '' ? description : `${description}: \`${part}\``;
  }
}
