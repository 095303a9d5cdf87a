import type { Json, JsonObject } from '../model/json.ts';
import { BitWriter } from './bit-writer.ts';
import {
  checksum,
  hundredth,
  isTime,
  kinds,
  laneKinds,
  millionths,
  numberBelow,
  rarer,
  summedFrom,
  timeUnits,
  zigzag,
} from './format.ts';
import { laneOf } from './lane.ts';
import { codes, type NumberCode, spreadCodes } from './number-code.ts';
import { findRows, isCounts, type Rows } from './number-lists.ts';
import { writeUnits } from './text-units.ts';

/**
 * Writes one document. Texts and times that come again are told by their number. Equal calls give equal bytes.
 *
 * The document: its version; four bytes that sum up what follows; the times; everything else, in the order of the calls.
 * Both are told bit by bit, and begin with a whole byte. The times come first, in order, each as its distance to the one before; behind
 * them which of them is meant wherever there is a time, and that mostly goes on with the next.
 */
export class DocumentWriter {
  readonly #numbers = new BitWriter();
  readonly #textNumbers = new Map<string, number>();
  #texts = '';
  /** In the order in which they are told. */
  readonly #times: number[] = [];

  /** A whole number from 0 to 2^53 - 1; the smaller the shorter. */
  uint(value: number): void {
    this.#numbers.number(value, codes.count);
  }

  /** A whole number of either sign, mostly a small one. */
  difference(value: number): void {
    this.#numbers.number(zigzag(value), codes.difference);
  }

  /** A whole number from 0 to 2^width - 1, in so many bits: up to 53. */
  bits(value: number, width: number): void {
    this.#numbers.bits(value, width);
  }

  /** A whole number, most of the kind being below about 2^width; the width from 0 to 32. */
  spread(value: number, width: number): void {
    this.#numbers.number(value, spreadCodes[width] as NumberCode);
  }

  /** A known text is its number, a new one its length in UTF-16 units. */
  text(value: string): void {
    const number = this.#textNumbers.get(value);
    this.bits(number === undefined ? 0 : 1, 1);
    this.#numbers.number(number ?? value.length, codes.text);
    if (number !== undefined) return;
    this.#textNumbers.set(value, this.#textNumbers.size);
    this.#texts += value;
  }

  /** Epoch ms; any other number is taken too, at more cost. */
  time(value: number): void {
    this.bits(isTime(value) ? 1 : 0, 1);
    if (isTime(value)) this.#time(value);
    else this.#number(value);
  }

  json(value: Json): void {
    if (typeof value === 'number') this.#number(value);
    else if (typeof value === 'string') {
      this.#kind(kinds.text);
      this.text(value);
    } else if (value === null) this.#rarer(rarer.null);
    else if (typeof value === 'boolean') this.#rarer(value ? rarer.true : rarer.false);
    else if (isList(value)) this.#list(value);
    else this.#object(value);
  }

  finish(version: number): Uint8Array {
    const head = new BitWriter();
    this.#writeTimesTold(head);
    head.number(this.#texts.length, codes.total);
    writeUnits(head, this.#texts);
    const before = head.written();
    const numbers = this.#numbers.written();
    const bytes = new Uint8Array(summedFrom + before.length + numbers.length);
    bytes[0] = version;
    bytes.set(before, summedFrom);
    bytes.set(numbers, summedFrom + before.length);
    const sum = checksum(bytes, summedFrom, bytes.length);
    for (let index = 0; index < 4; index += 1) bytes[1 + index] = (sum >>> (8 * index)) & 255;
    head.giveBack();
    this.#numbers.giveBack();
    return bytes;
  }

  #kind(kind: number): void {
    this.bits(kind, 3);
  }

  #rarer(kind: number): void {
    this.bits(kinds.rarer + kind * 8, 6);
  }

  #list(values: readonly Json[]): void {
    const rows = isCounts(values) ? undefined : findRows(values);
    if (rows !== undefined) this.#rows(values as readonly number[], rows);
    else if (isCounts(values)) {
      this.#kind(kinds.counts);
      this.uint((values.length - 1) / 2);
      for (let at = 1; at < values.length; at += 2) this.#time(values[at] as number);
    } else {
      this.#kind(kinds.list);
      this.uint(values.length);
      for (const value of values) this.json(value);
    }
  }

  #rows(values: readonly number[], { lead, lanes }: Rows): void {
    this.#kind(kinds.rows);
    this.bits(lead + 2 * lanes, 3);
    this.uint((values.length - lead) / lanes);
    if (lead === 1) this.#number(values[0] as number);
    for (let lane = 0; lane < lanes; lane += 1) this.#lane(values, lead + lane, lanes);
  }

  #lane(values: readonly number[], from: number, step: number): void {
    const { kind, unit, unitNumber, width } = laneOf(values, from, step);
    this.bits(kind, 2);
    if (kind === laneKinds.times) {
      for (let at = from; at < values.length; at += step) this.#time(values[at] as number);
    } else if (kind === laneKinds.ascending) {
      let before = -1;
      for (let at = from; at < values.length; at += step) {
        this.#numbers.number((values[at] as number) - before - 1, codes.whole);
        before = values[at] as number;
      }
    } else {
      this.bits(unitNumber + 4 * width, 8);
      for (let at = from; at < values.length; at += step) {
        const number = (values[at] as number) / unit;
        this.bits(kind === laneKinds.signed ? zigzag(number) : number, width);
      }
    }
  }

  /** Members that are undefined are none, as in JSON. */
  #object(value: JsonObject): void {
    const names = Object.keys(value).filter((name) => value[name] !== undefined);
    this.#rarer(rarer.object);
    this.uint(names.length);
    for (const name of names) {
      this.text(name);
      this.json(value[name] as Json);
    }
  }

  #number(value: number): void {
    if (!Number.isInteger(value) || Math.abs(value) >= numberBelow || Object.is(value, -0))
      this.#fraction(value);
    else if (value < 0) {
      this.#rarer(rarer.negative);
      this.#numbers.number(-value, codes.amount);
    } else if (isTime(value)) {
      this.#kind(kinds.time);
      this.#time(value);
    } else if (value % hundredth === 0 && value !== 0) {
      this.#kind(kinds.amount);
      this.#numbers.number(value / hundredth, codes.amount);
    } else {
      this.#kind(kinds.whole);
      this.#numbers.number(value, codes.whole);
    }
  }

  /** As a whole number of millionths where that says all, else in the eight bytes of a double. */
  #fraction(value: number): void {
    const shifted = Math.round(value * millionths);
    if (shifted !== 0 && Math.abs(shifted) < numberBelow && shifted / millionths === value) {
      this.#rarer(rarer.decimal);
      this.#number(shifted);
    } else {
      this.#rarer(rarer.double);
      const view = new DataView(new ArrayBuffer(8));
      view.setFloat64(0, value);
      this.bits(view.getUint32(0), 32);
      this.bits(view.getUint32(4), 32);
    }
  }

  #time(value: number): void {
    this.#times.push(value);
  }

  #writeTimesTold(bits: BitWriter): void {
    const times = eachOnce(this.#times);
    writeTimes(bits, times);
    bits.number(this.#times.length, codes.total);
    let expected = 0;
    for (const time of this.#times) {
      const isNext = expected < times.length && times[expected] === time;
      const place = isNext ? expected : placeOf(times, time);
      bits.number(zigzag(place - expected), codes.timePlace);
      expected = place + 1;
    }
  }
}

/** In order. */
function eachOnce(told: readonly number[]): Float64Array {
  const times = Float64Array.from(told).sort();
  let count = 0;
  let before = Number.NaN;
  for (let index = 0; index < times.length; index += 1) {
    const time = times[index] as number;
    if (time === before) continue;
    times[count] = time;
    count += 1;
    before = time;
  }
  return times.subarray(0, count);
}

/** By halves: a map would need an object for each of such large numbers. */
function placeOf(times: Float64Array, time: number): number {
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] as number) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function writeTimes(bits: BitWriter, times: Float64Array): void {
  const unitNumber = unitNumberOf(times);
  const unit = timeUnits[unitNumber] as number;
  bits.number(times.length, codes.count);
  bits.bits(unitNumber, 3);
  let before = 0;
  for (let index = 0; index < times.length; index += 1) {
    const time = times[index] as number;
    bits.number((time - before) / unit, codes.timeStep);
    before = time;
  }
}

function isList(value: readonly Json[] | JsonObject): value is readonly Json[] {
  return Array.isArray(value);
}

/** Which unit is the largest that all times are multiples of. */
function unitNumberOf(times: Float64Array): number {
  for (let number = timeUnits.length - 1; number > 0; number -= 1) {
    const unit = timeUnits[number] as number;
    if (times.every((time) => time % unit === 0)) return number;
  }
  return 0;
}
