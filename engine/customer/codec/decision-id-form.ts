import { hashDigits } from '../../chance/hash.ts';
import type { DocumentReader } from '../../codec/document-reader.ts';
import type { DocumentWriter } from '../../codec/document-writer.ts';
import type { DecisionId } from '../../model/ids.ts';

/**
 * A decision's id is its partition in base 36, a hyphen, and 96 bits in 16 digits, told here four digits at a time. Ids
 * follow on one another in a document: many are of one partition, and some are the same.
 */

const wordDigits = 4;
const wordBits = 24;
const words = 4;
const hashLength = wordDigits * words;
const partitionBelow = 36 ** 4;

/** What of an id is told, from 0 to 3. */
export const idKinds = { same: 0, samePartition: 1, partition: 2, text: 3 } as const;

/** What a character stands for as a digit; 64 for one that is none. */
const digitOf: readonly number[] = Array.from({ length: 128 }, (_, code) => {
  const digit = hashDigits.indexOf(String.fromCharCode(code));
  return digit < 0 ? 64 : digit;
});

/** What 12 bits are in two digits, the lowest first. */
const pairs: readonly string[] = Array.from(
  { length: 64 * 64 },
  (_, bits) => `${hashDigits[bits & 63]}${hashDigits[bits >>> 6]}`,
);

export class DecisionIdWriter {
  readonly #writer: DocumentWriter;
  readonly #words = new Uint32Array(words);
  #before: DecisionId | undefined;
  /** How ids of the partition that was told last begin. */
  #front = '';

  constructor(writer: DocumentWriter) {
    this.#writer = writer;
  }

  /** What there is to tell of an id. To be written before the id. */
  kindOf(id: DecisionId): number {
    if (id === this.#before) return idKinds.same;
    const start = id.length - hashLength;
    const isSamePartition = start > 0 && start === this.#front.length && id.startsWith(this.#front);
    if (!isSamePartition && partitionOf(id, start) === undefined) return idKinds.text;
    if (!readWords(id, start, this.#words)) return idKinds.text;
    return isSamePartition ? idKinds.samePartition : idKinds.partition;
  }

  write(id: DecisionId, kind: number): void {
    this.#before = id;
    if (kind === idKinds.same) return;
    if (kind === idKinds.text) {
      this.#writer.text(id);
      return;
    }
    if (kind === idKinds.partition) {
      const start = id.length - hashLength;
      this.#front = id.slice(0, start);
      this.#writer.uint(partitionOf(id, start) ?? 0);
    }
    for (const word of this.#words) this.#writer.bits(word, wordBits);
  }
}

export class DecisionIdReader {
  readonly #reader: DocumentReader;
  #before = '' as DecisionId;
  #front = '';

  constructor(reader: DocumentReader) {
    this.#reader = reader;
  }

  read(kind: number): DecisionId {
    if (kind === idKinds.text) this.#before = this.#reader.text() as DecisionId;
    else if (kind !== idKinds.same) {
      if (kind === idKinds.partition) this.#front = `${this.#reader.uint().toString(36)}-`;
      let id = this.#front;
      for (let word = 0; word < words; word += 1) id += digitsOf(this.#reader.bits(wordBits));
      this.#before = id as DecisionId;
    }
    return this.#before;
  }
}

/** Undefined where the front is no partition as we write it. */
function partitionOf(id: string, start: number): number | undefined {
  if (start < 2 || id[start - 1] !== '-') return undefined;
  const front = id.slice(0, start - 1);
  const partition = Number.parseInt(front, 36);
  return partition < partitionBelow && partition.toString(36) === front ? partition : undefined;
}

/** False where the digits are no words. The lowest digit comes first, as `hashId96` writes it. */
function readWords(id: string, start: number, read: Uint32Array): boolean {
  for (let index = 0; index < words; index += 1) {
    let word = 0;
    let place = 1;
    const at = start + index * wordDigits;
    for (let digitAt = at; digitAt < at + wordDigits; digitAt += 1) {
      const digit = digitOf[id.charCodeAt(digitAt)] ?? 64;
      if (digit === 64) return false;
      word += digit * place;
      place *= 64;
    }
    read[index] = word;
  }
  return true;
}

function digitsOf(word: number): string {
  return `${pairs[word & 4_095]}${pairs[word >>> 12]}`;
}
