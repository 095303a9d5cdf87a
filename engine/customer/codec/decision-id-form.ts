import { hashDigits } from '../../chance/hash.ts';
import type { DocumentReader } from '../../codec/document-reader.ts';
import type { DocumentWriter } from '../../codec/document-writer.ts';
import type { DecisionId } from '../../model/ids.ts';

/**
 * A decision's id is its partition in base 36, a hyphen, and four words of 32 bits in six digits each. Ids follow on one
 * another in a document: many are of one partition, and some are the same.
 */

const wordDigits = 6;
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

export class DecisionIdWriter {
  readonly #writer: DocumentWriter;
  readonly #words = new Uint32Array(words);
  #before: DecisionId | undefined;
  #partition: number | undefined;

  constructor(writer: DocumentWriter) {
    this.#writer = writer;
  }

  /** What there is to tell of an id. To be written before the id. */
  kindOf(id: DecisionId): number {
    if (id === this.#before) return idKinds.same;
    const start = id.length - hashLength;
    const partition = partitionOf(id, start);
    if (partition === undefined || !readWords(id, start, this.#words)) return idKinds.text;
    return partition === this.#partition ? idKinds.samePartition : idKinds.partition;
  }

  write(id: DecisionId, kind: number): void {
    this.#before = id;
    if (kind === idKinds.same) return;
    if (kind === idKinds.text) {
      this.#writer.text(id);
      return;
    }
    if (kind === idKinds.partition) {
      this.#partition = partitionOf(id, id.length - hashLength) ?? 0;
      this.#writer.uint(this.#partition);
    }
    for (const word of this.#words) this.#writer.word(word);
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
      for (let word = 0; word < words; word += 1) id += digitsOf(this.#reader.word());
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

/** False where the digits are no words. The lowest digit comes first, as `hashId` writes it. */
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
    if (word >= 2 ** 32) return false;
    read[index] = word;
  }
  return true;
}

function digitsOf(word: number): string {
  let digits = hashDigits[word & 63] as string;
  for (let shift = 6; shift < 32; shift += 6) digits += hashDigits[(word >>> shift) & 63];
  return digits;
}
