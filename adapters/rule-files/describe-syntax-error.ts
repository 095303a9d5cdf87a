import type { YAMLError } from 'yaml';
import type { Diagnostic, Place } from '../../engine/index.ts';
import type { Unclosed } from './find-unclosed.ts';

type Fault = Pick<Diagnostic, 'code' | 'line' | 'column' | 'message' | 'hint'>;
type Words = { readonly message: string; readonly hint?: string };

const indentation = 'Entries of one block start in the same column; use two spaces a level and no tabs.';
const quotes = 'Put the text in quotes, such as "Only today: {{ traits.city }}".';

/** The parser's codes in the words of someone who writes rules. Codes that are not here keep the parser's own words. */
const words: Readonly<Partial<Record<YAMLError['code'], Words>>> = {
  TAB_AS_INDENT: {
    message: 'found a tab where indentation is made of spaces',
    hint: 'Replace the tab by spaces.',
  },
  BAD_INDENT: { message: 'found another indentation than the lines around it have', hint: indentation },
  DUPLICATE_KEY: {
    message: 'found a name that stands in the same block already',
    hint: 'Keep one of the two.',
  },
  BLOCK_AS_IMPLICIT_KEY: {
    message:
      'found a second "name: value" inside a value: either a colon in a text, or a line indented too far',
    hint: `${quotes} Otherwise check the indentation of the next line.`,
  },
  MULTILINE_IMPLICIT_KEY: {
    message: 'found a line without a colon where "name: value" was expected',
    hint: 'A name is followed by a colon and a space. Where the line belongs to the text above it, indent it further.',
  },
  MISSING_CHAR: {
    message: 'found a line without what closes or separates it: a colon, a quote or a bracket',
    hint: 'A name is followed by a colon and a space; every quote and bracket is closed again.',
  },
  BAD_SCALAR_START: { message: 'found a text that begins with a reserved character', hint: quotes },
  NON_STRING_KEY: {
    message: 'found a collection where a name was expected; text with {{ ... }} is one unless it is quoted',
    hint: quotes,
  },
  TAG_RESOLVE_FAILED: {
    message: 'found a tag ("!..."), which rule files do not have',
    hint: 'Remove it, or quote the text.',
  },
  BAD_DQ_ESCAPE: {
    message: 'found a backslash sequence that does not exist',
    hint: 'Write \\\\ for a backslash, or use single quotes.',
  },
};

export function describeSyntaxError(error: YAMLError, place: Place): Fault {
  const known = words[error.code] ?? {
    message: `the YAML cannot be read here: ${lowerFirst(error.message)}`,
  };
  return { code: 'NBR_SYNTAX', ...place, ...known };
}

const closings = {
  '[': { noun: 'bracket', closing: ']' },
  '{': { noun: 'brace', closing: '}' },
  '"': { noun: 'quote', closing: '"' },
  "'": { noun: 'quote', closing: "'" },
} as const;

export function describeUnclosed(opening: Unclosed['opening'], place: Place): Fault {
  const { noun, closing } = closings[opening];
  return {
    code: 'NBR_SYNTAX',
    ...place,
    message: `found a ${noun} \`${opening}\` that nothing closes`,
    hint: `Put a \`${closing}\` where it ends.`,
  };
}

export function describeTooDeep(place: Place, levels: number): Fault {
  return {
    code: 'NBR_TOO_LARGE',
    ...place,
    message: `found collections inside each other for more than ${levels} levels`,
    hint: 'Check for brackets that are never closed.',
  };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
