/** What the writer and the reader of documents agree on. */

/** How a JSON value opens, in three bits. What is frequent in features is here. */
export const kinds = {
  /** The number itself, which is not negative. */
  whole: 0,
  /** So many hundredths in millionths: most sums of amounts. */
  amount: 1,
  time: 2,
  text: 3,
  list: 4,
  /** A list `[0, time, 1, time, 1, ...]` of so many times: how events are counted in a window. */
  counts: 5,
  /** A list of numbers that repeat in rows (`number-lists.ts`). */
  rows: 6,
  /** Three more bits say which of the `rarer` ones. */
  rarer: 7,
} as const;

export const rarer = {
  null: 0,
  false: 1,
  true: 2,
  double: 3,
  /** Millionths follow, as a number. */
  decimal: 4,
  /** A number without its sign. */
  negative: 5,
  object: 6,
} as const;

/** What the numbers of a lane are, in two bits. */
export const laneKinds = { times: 0, numbers: 1, signed: 2, ascending: 3 } as const;

/** The numbers of a lane are told in the largest of these that all are multiples of: sums are kept in millionths. */
export const laneUnits = [1, 10_000, 1_000_000] as const;

/** Sums are kept in millionths, and most amounts have two decimals. */
export const hundredth = 10_000;
export const millionths = 1_000_000;

/** Whole numbers from here on, of either sign, are written as doubles. */
export const numberBelow = 2 ** 48;

/** Times are told in the largest of these units, in ms, that all of a document are multiples of. */
export const timeUnits = [1, 1_000, 60_000, 3_600_000, 86_400_000] as const;

/** From 1978 to 2109. A number that is no time and lies there is told like one, which is exact too. */
export function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 2 ** 38 && value < 2 ** 42 && Number.isInteger(value);
}

/** Small numbers of either sign to small ones without: 0, -1, 1, -2, 2 to 0, 1, 2, 3, 4. */
export function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

export function unzigzag(value: number): number {
  return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
}

/** Behind the version and the sum itself. */
export const summedFrom = 5;

/** FNV-1a, 32 bits, over the bytes from `start` to `end`. It tells of every change of one byte, and of most others. */
export function checksum(bytes: Uint8Array, start: number, end: number): number {
  let sum = 0x811c9dc5;
  for (let at = start; at < end; at += 1) sum = Math.imul(sum ^ (bytes[at] as number), 0x01000193);
  return sum >>> 0;
}
