import {
  type Combine,
  combineNumbers,
  complementOfNumbers,
  everyNumber,
  hasNumber,
  isWithoutNumbers,
  type NumberSet,
  noNumber,
  numbersWhere,
  someNumber,
} from './number-set.ts';

/**
 * A set of texts: some texts by name, and all others by what they are worth to an order comparison. Most are worth
 * nothing (`plain`); `"12"`, `"12.0"` and `" 12"` are worth twelve.
 */
export interface TextSet {
  /** The texts that are worth one of these numbers. */
  readonly numeric: NumberSet;
  /** Every text that is worth no number. */
  readonly plain: boolean;
  /** The texts with which it is the other way round. */
  readonly except: ReadonlySet<string>;
}

const nothing: ReadonlySet<string> = new Set();
export const everyText: TextSet = { numeric: everyNumber, plain: true, except: nothing };
export const noText: TextSet = { numeric: noNumber, plain: false, except: nothing };

const anyLine = { whole: false };

/** What a text counts for in an order comparison: it must begin with a number, and be one as a whole. */
export function numberOfText(text: string): number | undefined {
  const number = Number(text);
  return Number.isNaN(number) || Number.isNaN(Number.parseFloat(text)) ? undefined : number;
}

export function hasText(set: TextSet, text: string): boolean {
  return isRegular(set, text) !== set.except.has(text);
}

/** What holds for a text unless it is one of the exceptions. */
function isRegular({ numeric, plain }: TextSet, text: string): boolean {
  const number = numberOfText(text);
  return number === undefined ? plain : hasNumber(numeric, number);
}

/** The texts for which a test holds whose answer depends on what they are worth, but for some named ones. */
export function textsWhere(
  { cuts, texts }: { readonly cuts: readonly number[]; readonly texts: readonly string[] },
  holds: (text: string) => boolean,
): TextSet {
  const named = new Set(texts);
  const numeric = numbersWhere(cuts, (number) => holds(numericTextBeside(number, named)));
  const regular = { numeric, plain: holds(plainTextBeside(named)), except: nothing };
  return { ...regular, except: new Set(texts.filter((text) => holds(text) !== isRegular(regular, text))) };
}

export function combineTexts(one: TextSet, other: TextSet, combine: Combine): TextSet {
  const numeric = combineNumbers(one.numeric, other.numeric, combine);
  const plain = combine(one.plain, other.plain);
  if (one.except.size + other.except.size === 0) return { numeric, plain, except: nothing };
  const regular = { numeric, plain, except: nothing };
  const named = [...one.except, ...other.except];
  return {
    numeric,
    plain,
    except: new Set(
      named.filter((text) => combine(hasText(one, text), hasText(other, text)) !== isRegular(regular, text)),
    ),
  };
}

export function complementOfTexts({ numeric, plain, except }: TextSet): TextSet {
  return { numeric: complementOfNumbers(numeric), plain: !plain, except };
}

/** However many texts are excepted, every number can be written in more ways than that. */
export function isWithoutTexts({ numeric, plain, except }: TextSet): boolean {
  return !plain && except.size === 0 && isWithoutNumbers(numeric, anyLine);
}

/** All its texts; undefined when they cannot be counted. */
export function listTexts({ numeric, plain, except }: TextSet): readonly string[] | undefined {
  return plain || !isWithoutNumbers(numeric, anyLine) ? undefined : [...except];
}

export function someText(set: TextSet): string | undefined {
  for (const text of set.except) if (hasText(set, text)) return text;
  if (set.plain) return plainTextBeside(set.except);
  const number = someNumber(set.numeric, anyLine);
  return number === undefined ? undefined : numericTextBeside(number, set.except);
}

/** A text that is worth no number and is none of these. */
export function plainTextBeside(taken: ReadonlySet<string>): string {
  let text = 'text';
  while (taken.has(text)) text += 's';
  return text;
}

/** A text that is worth this number and is none of these. */
export function numericTextBeside(number: number, taken: ReadonlySet<string>): string {
  let text = `${number}`;
  while (taken.has(text)) text = ` ${text}`;
  return text;
}
