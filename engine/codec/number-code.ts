/**
 * How the numbers of one kind are written: the first 2^widths[0] of them in so many bits, the next 2^widths[1] in so many
 * others, and so on. In front stands which range it is, as so many ones and a zero. Every number has one form only.
 */
export interface NumberCode {
  /** Bits of each range; at most 53 each, and eight ranges. */
  readonly widths: readonly number[];
  /** The first number of each range, and one that is beyond the last. */
  readonly firsts: readonly number[];
}

function codeOf(...widths: readonly number[]): NumberCode {
  const firsts: number[] = [];
  let first = 0;
  for (const width of widths) {
    firsts.push(first);
    first += 2 ** width;
  }
  return { widths, firsts: [...firsts, Number.POSITIVE_INFINITY] };
}

/** The widths follow what customers' documents hold; any number up to 2^53 - 1 has a form in each. */
export const codes = {
  /** How many of something, and numbers of things. */
  count: codeOf(1, 1, 2, 4, 6, 16, 32, 53),
  /** Small differences, zigzag. */
  difference: codeOf(0, 2, 3, 6, 12, 20, 32, 53),
  /** Plain numbers in JSON. */
  whole: codeOf(0, 2, 5, 12, 20, 32, 40, 53),
  /** Amounts in hundredths. */
  amount: codeOf(14, 17, 20, 28, 40, 53),
  /** From one time of the document to the next, in its unit. */
  timeStep: codeOf(12, 13, 17, 18, 22, 30, 42, 53),
  /** From the place of a time to that of the next time in what is told. */
  timePlace: codeOf(0, 3, 3, 5, 7, 16, 32, 53),
  /** How many times are told, and how many units all texts have. */
  total: codeOf(4, 6, 8, 10, 16, 32, 53),
  /** Lengths of new texts, numbers of known ones. */
  text: codeOf(4, 4, 6, 8, 12, 16, 32, 53),
} as const satisfies Readonly<Record<string, NumberCode>>;

/** Numbers that are spread evenly below about 2^(place in the list), few of them far beyond. */
export const spreadCodes: readonly NumberCode[] = Array.from({ length: 33 }, (_, width) =>
  codeOf(width, width, width, width, width + 1, width + 3, width + 8, 53),
);
