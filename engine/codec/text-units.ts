import { assert } from '../assert.ts';
import type { BitReader } from './bit-reader.ts';
import type { BitWriter } from './bit-writer.ts';

/**
 * Texts are told by UTF-16 unit, so any text has a form, half a surrogate pair included. What names, ids and addresses
 * are mostly made of is short: 16 characters take five bits, 32 more seven, the rest of ASCII nine, and any other unit
 * 19. In front stand ones and a zero: none, one, two, or three ones.
 */
const frequent = 'eaoitnsr-lcudmpg';
const usual = 'hbywfvkjxzq0123456789_/.:@ SAMCT';

const others = Array.from({ length: 96 }, (_, index) => String.fromCharCode(32 + index))
  .filter((character) => !`${frequent}${usual}`.includes(character))
  .join('');

/** Bits of what says which of the ranges it is, and of what is told in it. */
const ranges = [
  { head: 0b0, headBits: 1, bits: 4, characters: frequent },
  { head: 0b01, headBits: 2, bits: 5, characters: usual },
  { head: 0b011, headBits: 3, bits: 6, characters: others },
] as const;
/** Any unit follows as it is. */
const anyUnit = { head: 0b111, headBits: 3, bits: 16 };
/** The most bits that a unit with a short form takes. */
const shortBitsMax = 9;
/** A call takes not much more arguments. */
const unitsAtOnce = 4_096;

interface UnitTables {
  /** By unit: its bits, and how many they are; 0 where there is no short form. */
  readonly bitsOf: Uint16Array;
  readonly widthOf: Uint8Array;
  /** By the next bits: the unit that they begin with, and 256 times how many bits it takes; 0 where it is any unit. */
  readonly unitAt: Uint16Array;
}

const { bitsOf, widthOf, unitAt } = layOutUnits();

function layOutUnits(): UnitTables {
  const tables = {
    bitsOf: new Uint16Array(128),
    widthOf: new Uint8Array(128),
    unitAt: new Uint16Array(2 ** shortBitsMax),
  };
  for (const { head, headBits, bits, characters } of ranges) {
    for (let place = 0; place < characters.length; place += 1) {
      const unit = characters.charCodeAt(place);
      const width = headBits + bits;
      const written = head + place * 2 ** headBits;
      tables.bitsOf[unit] = written;
      tables.widthOf[unit] = width;
      for (let at = written; at < tables.unitAt.length; at += 2 ** width)
        tables.unitAt[at] = unit + 256 * width;
    }
  }
  return tables;
}

/** Two short forms in a row are written at once. */
export function writeUnits(writer: BitWriter, text: string): void {
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    const width = unit < 128 ? (widthOf[unit] as number) : 0;
    if (width === 0) {
      writer.bits(anyUnit.head + unit * 2 ** anyUnit.headBits, anyUnit.headBits + anyUnit.bits);
      continue;
    }
    // Behind the end there is no number, which is not below 128 either.
    const next = text.charCodeAt(at + 1);
    const nextWidth = next < 128 ? (widthOf[next] as number) : 0;
    if (nextWidth === 0) writer.bits(bitsOf[unit] as number, width);
    else {
      writer.bits((bitsOf[unit] as number) + ((bitsOf[next] as number) << width), width + nextWidth);
      at += 1;
    }
  }
}

export function readUnits(reader: BitReader, length: number): string {
  const units = reader.symbols(length, unitAt, () => readAnyUnit(reader));
  if (length <= unitsAtOnce) return String.fromCharCode.apply(undefined, units);
  let text = '';
  for (let at = 0; at < length; at += unitsAtOnce) {
    text += String.fromCharCode(...units.slice(at, at + unitsAtOnce));
  }
  return text;
}

function readAnyUnit(reader: BitReader): number {
  const head = reader.bits(anyUnit.headBits);
  assert(head === anyUnit.head, 'a stored text holds an unknown character');
  return reader.bits(anyUnit.bits);
}
