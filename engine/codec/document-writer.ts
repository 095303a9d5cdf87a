import type { Json, JsonObject } from '../model/json.ts';
import { ByteWriter } from './byte-writer.ts';
import {
  checksum,
  isTime,
  kinds,
  millionths,
  numberBelow,
  rarer,
  rounded,
  summedFrom,
  timeUnits,
  zigzag,
} from './format.ts';
import { isCounts, isSteps, isWords } from './number-lists.ts';

/**
 * Writes one document. Texts and times that come again are told by their number. Equal calls give equal bytes.
 *
 * The document: its version; four bytes that sum up what follows; the lengths of the next two parts, the first of them
 * doubled and with one added where the texts are UTF-16; the numbers, seven bits a byte; what has a fixed length; the
 * texts, one behind the other. UTF-16 is for texts that UTF-8 cannot carry, with half a surrogate pair.
 *
 * The numbers open with all times of the document in order, each as its distance to the one before: so they are short,
 * and what refers to them mostly goes on with the next.
 */
export class DocumentWriter {
  /** What the numbers will say. Below 0 it is a time, of which only the end tells the place in the order. */
  readonly #numbers: number[] = [];
  readonly #fixed = new ByteWriter(512);
  readonly #textNumbers = new Map<string, number>();
  #texts = '';
  readonly #timeNumbers = new Map<number, number>();

  /** A whole number from 0 to 2^53 - 1; the smaller the shorter. */
  uint(value: number): void {
    this.#numbers.push(value);
  }

  /** A whole number of either sign, mostly a small one. */
  difference(value: number): void {
    this.#numbers.push(zigzag(value));
  }

  /** Eight bits. */
  byte(value: number): void {
    this.#fixed.byte(value);
  }

  /** 32 bits. */
  word(value: number): void {
    this.#fixed.word(value);
  }

  text(value: string): void {
    this.#numbers.push(this.#textHead(value));
  }

  /** Epoch ms; any other number is taken too, at more cost. */
  time(value: number): void {
    if (isTime(value)) this.#time(value, 2);
    else {
      this.#numbers.push(1);
      this.#number(value);
    }
  }

  json(value: Json): void {
    if (typeof value === 'number') this.#number(value);
    else if (typeof value === 'string') this.#numbers.push(this.#textHead(value) * 8 + kinds.text);
    else if (value === null) this.#rarer(rarer.constant, 0);
    else if (typeof value === 'boolean') this.#rarer(rarer.constant, value ? 2 : 1);
    else if (isList(value)) this.#list(value);
    else this.#object(value);
  }

  finish(version: number): Uint8Array {
    const numbers = this.#finishNumbers();
    const isWide = /\p{Surrogate}/u.test(this.#texts);
    const texts = isWide ? unitsOf(this.#texts) : new TextEncoder().encode(this.#texts);
    const document = new ByteWriter(16 + numbers.length + this.#fixed.length + texts.length);
    document.byte(version);
    document.word(0);
    document.uint(numbers.length * 2 + (isWide ? 1 : 0));
    document.uint(this.#fixed.length);
    document.bytes(numbers);
    document.bytes(this.#fixed.written());
    document.bytes(texts);
    const bytes = document.written().slice();
    const sum = checksum(bytes, summedFrom, bytes.length);
    for (let index = 0; index < 4; index += 1) bytes[1 + index] = (sum >>> (8 * index)) & 255;
    return bytes;
  }

  /** A known text is its number, a new one its length in UTF-16 units. */
  #textHead(value: string): number {
    const number = this.#textNumbers.get(value);
    if (number !== undefined) return number * 2 + 1;
    this.#textNumbers.set(value, this.#textNumbers.size);
    this.#texts += value;
    return value.length * 2;
  }

  #list(values: readonly Json[]): void {
    if (isCounts(values)) {
      this.#rarer(rarer.counts, (values.length - 1) / 2);
      for (let at = 1; at < values.length; at += 2) this.time(values[at] as number);
    } else if (isSteps(values)) this.#steps(values);
    else if (isWords(values)) {
      this.#rarer(rarer.words, values.length);
      for (const value of values) this.#fixed.word(value);
    } else {
      this.#numbers.push(values.length * 8 + kinds.list);
      for (const value of values) this.json(value);
    }
  }

  #steps(values: readonly number[]): void {
    this.#rarer(rarer.steps, values.length / 2);
    let before = 0;
    for (let at = 0; at < values.length; at += 2) {
      const step = values[at] as number;
      this.#numbers.push(step - before, values[at + 1] as number);
      before = step;
    }
  }

  /** Members that are undefined are none, as in JSON. */
  #object(value: JsonObject): void {
    const names = Object.keys(value).filter((name) => value[name] !== undefined);
    this.#numbers.push(names.length * 8 + kinds.object);
    for (const name of names) {
      this.text(name);
      this.json(value[name] as Json);
    }
  }

  #number(value: number): void {
    if (!Number.isInteger(value) || Math.abs(value) >= numberBelow || Object.is(value, -0)) {
      this.#fraction(value);
    } else if (value < 0) this.#numbers.push(-value * 8 + kinds.negative);
    else if (isTime(value)) this.#time(value, 8);
    else if (value % rounded === 0 && value !== 0) this.#numbers.push((value / rounded) * 8 + kinds.rounded);
    else this.#numbers.push(value * 8 + kinds.whole);
  }

  /** As a whole number of millionths where that says all, else in the eight bytes of a double. */
  #fraction(value: number): void {
    const shifted = Math.round(value * millionths);
    if (shifted !== 0 && Math.abs(shifted) < numberBelow && shifted / millionths === value) {
      this.#rarer(rarer.decimal, 0);
      this.#number(shifted);
    } else {
      this.#rarer(rarer.double, 0);
      this.#fixed.double(value);
    }
  }

  #rarer(kind: number, counted: number): void {
    this.#numbers.push(counted * 64 + kind * 8 + kinds.rarer);
  }

  /** The step in which its number will count, 2 or 8, is kept in the lowest bit until then. */
  #time(value: number, step: 2 | 8): void {
    let number = this.#timeNumbers.get(value);
    if (number === undefined) {
      number = this.#timeNumbers.size;
      this.#timeNumbers.set(value, number);
    }
    this.#numbers.push(-1 - (number * 2 + (step === 8 ? 1 : 0)));
  }

  #finishNumbers(): Uint8Array {
    const numbers = new ByteWriter(this.#numbers.length * 2 + this.#timeNumbers.size * 4 + 8);
    const places = this.#writeTimes(numbers);
    let expected = 0;
    for (const number of this.#numbers) {
      if (number >= 0) numbers.uint(number);
      else {
        const noted = -1 - number;
        const place = places[noted >> 1] as number;
        const apart = zigzag(place - expected);
        numbers.uint((noted & 1) === 0 ? apart * 2 : apart * 8 + kinds.time);
        expected = place + 1;
      }
    }
    return numbers.written();
  }

  /** Writes all times in order; returns the place of each in it, by its number. */
  #writeTimes(numbers: ByteWriter): Uint32Array {
    const times = Float64Array.from(this.#timeNumbers.keys()).sort();
    const unit = timeUnits.findLastIndex((ms) => times.every((time) => time % ms === 0));
    numbers.uint(times.length * timeUnits.length + unit);
    const places = new Uint32Array(times.length);
    let before = 0;
    for (let place = 0; place < times.length; place += 1) {
      const time = times[place] as number;
      numbers.uint((time - before) / (timeUnits[unit] ?? 1));
      before = time;
      places[this.#timeNumbers.get(time) ?? 0] = place;
    }
    return places;
  }
}

function isList(value: readonly Json[] | JsonObject): value is readonly Json[] {
  return Array.isArray(value);
}

function unitsOf(texts: string): Uint8Array {
  const bytes = new Uint8Array(2 * texts.length);
  for (let index = 0; index < texts.length; index += 1) {
    bytes[2 * index] = texts.charCodeAt(index) & 255;
    bytes[2 * index + 1] = texts.charCodeAt(index) >> 8;
  }
  return bytes;
}
