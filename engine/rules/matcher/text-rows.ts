import { clearBit, type Entry, setBit } from './lay-out.ts';
import type { RowStore } from './row-store.ts';

/**
 * What texts rule out: a row for every text that a literal names, as long as those fit. Beyond that, the texts only keep
 * the bits in which they differ from all other texts, so the memory grows with the rules and not with rules times texts.
 */
export type TextRows =
  | { readonly kind: 'rows'; readonly addresses: ReadonlyMap<string, number> }
  | { readonly kind: 'changes'; readonly changes: TextChanges };

/** For every text, the bits to switch against the row of all other texts. */
export interface TextChanges {
  /** The bits of text number `n` are at `starts[n]` up to `starts[n + 1]`. */
  readonly numberOf: ReadonlyMap<string, number>;
  readonly starts: Int32Array;
  /** A bit to switch on, or the complement (`~`) of one to switch off. */
  readonly switches: Int32Array;
}

export function textRows(
  entries: readonly Entry[],
  others: Int32Array,
  { rows, rowsMax }: { readonly rows: RowStore; readonly rowsMax: number },
): TextRows {
  const changes = changesByText(entries);
  if (changes.numberOf.size > rowsMax) return { kind: 'changes', changes };
  const addresses = new Map<string, number>();
  for (const [text, number] of changes.numberOf) {
    const row = others.slice();
    applyChanges(row, changes, { number, from: 0 });
    addresses.set(text, rows.add(row));
  }
  return { kind: 'rows', addresses };
}

/** Switches the bits of one text in a row that begins at word `from`. */
export function applyChanges(
  words: Int32Array,
  { starts, switches }: TextChanges,
  { number, from }: { readonly number: number; readonly from: number },
): void {
  const end = starts[number + 1] as number;
  for (let at = starts[number] as number; at < end; at += 1) {
    const bit = switches[at] as number;
    if (bit >= 0) setBit(words, from * 32 + bit);
    else clearBit(words, from * 32 + ~bit);
  }
}

/** In flat arrays: a book may name millions of texts, and each may be named by many rules. */
function changesByText(entries: readonly Entry[]): TextChanges {
  const { numberOf, starts } = textsOf(entries);
  const ends = starts.slice(0, -1);
  const naming = new Int32Array(starts[numberOf.size] as number);
  for (const [index, { literal }] of entries.entries()) {
    for (const text of literal.texts) {
      const number = numberOf.get(text) as number;
      naming[ends[number] as number] = index;
      ends[number] = (ends[number] as number) + 1;
    }
  }
  const failures = failuresByBit(entries);
  for (let number = 0; number < numberOf.size; number += 1) {
    toSwitches(naming.subarray(starts[number], starts[number + 1]), entries, failures);
  }
  return { numberOf, starts, switches: naming };
}

/** How many literals of each bit fail for a text that none of them names. */
function failuresByBit(entries: readonly Entry[]): ReadonlyMap<number, number> {
  const failures = new Map<number, number>();
  for (const { bit, literal } of entries) {
    if (!literal.other) failures.set(bit, (failures.get(bit) ?? 0) + 1);
  }
  return failures;
}

/**
 * Replaces the entries that name a text by its switches. Those of one bit follow each other, as they do in the axis. A
 * literal that names the text answers it otherwise than all other texts, so to count is enough: nothing is compared.
 */
function toSwitches(
  naming: Int32Array,
  entries: readonly Entry[],
  failures: ReadonlyMap<number, number>,
): void {
  for (let from = 0, to = 0; from < naming.length; from = to) {
    const { bit } = entries[naming[from] as number] as Entry;
    let failing = failures.get(bit) ?? 0;
    for (to = from; to < naming.length; to += 1) {
      const entry = entries[naming[to] as number] as Entry;
      if (entry.bit !== bit) break;
      failing += entry.literal.other ? 1 : -1;
    }
    naming.fill(failing === 0 ? bit : ~bit, from, to);
  }
}

/** The texts by number, and where the bits of each are to begin. */
function textsOf(entries: readonly Entry[]): Pick<TextChanges, 'numberOf' | 'starts'> {
  const numberOf = new Map<string, number>();
  const counts: number[] = [];
  for (const { literal } of entries) {
    for (const text of literal.texts) {
      const number = numberOf.get(text) ?? counts.push(0) - 1;
      numberOf.set(text, number);
      counts[number] = (counts[number] as number) + 1;
    }
  }
  const starts = new Int32Array(counts.length + 1);
  for (const [number, count] of counts.entries()) starts[number + 1] = (starts[number] as number) + count;
  return { numberOf, starts };
}
