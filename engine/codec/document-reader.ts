import { AssertionError, assert } from '../assert.ts';
import type { Json } from '../model/json.ts';
import { BitReader } from './bit-reader.ts';
import {
  checksum,
  hundredth,
  kinds,
  laneKinds,
  laneUnits,
  millionths,
  rarer,
  summedFrom,
  timeUnits,
  unzigzag,
} from './format.ts';
import { codes, type NumberCode, spreadCodes } from './number-code.ts';
import { setMember } from './set-member.ts';
import { readUnits } from './text-units.ts';

/** Deeper values are no state of ours: events nest less. */
const depthMax = 512;

/** Reads what a `DocumentWriter` wrote, by the same calls in the same order. Damage is an `AssertionError`. */
export class DocumentReader {
  readonly #numbers: BitReader;
  readonly #texts: string;
  #textsRead = 0;
  readonly #knownTexts: string[] = [];
  /** Wherever there is a time, in the order in which they are read. */
  readonly #times: readonly number[];
  #timesRead = 0;
  #depth = 0;

  constructor(document: Uint8Array) {
    assert(document.length > summedFrom, 'a stored document ends too early');
    assert(
      sumIn(document) === checksum(document, summedFrom, document.length),
      'a stored document is damaged',
    );
    this.#numbers = new BitReader(document, summedFrom);
    this.#times = this.#readTimesTold(this.#readTimes());
    this.#texts = readUnits(this.#numbers, this.#fits(this.#numbers.number(codes.total)));
    this.#numbers.align();
  }

  uint(): number {
    return this.#numbers.number(codes.count);
  }

  difference(): number {
    return unzigzag(this.#numbers.number(codes.difference));
  }

  bits(width: number): number {
    return this.#numbers.bits(width);
  }

  spread(width: number): number {
    return this.#numbers.number(spreadCodes[width] as NumberCode);
  }

  /** How many of something follow, each of which is told by a bit at least. */
  count(): number {
    return this.#fits(this.uint());
  }

  text(): string {
    const isKnown = this.#numbers.bits(1) === 1;
    const counted = this.#numbers.number(codes.text);
    if (!isKnown) return this.#newText(counted);
    const known = this.#knownTexts[counted];
    assert(known !== undefined, 'a stored document names a text that it does not hold');
    return known;
  }

  time(): number {
    return this.#numbers.bits(1) === 1 ? this.#time() : this.#number();
  }

  json(): Json {
    switch (this.#numbers.bits(3)) {
      case kinds.whole:
        return this.#numbers.number(codes.whole);
      case kinds.amount:
        return this.#numbers.number(codes.amount) * hundredth;
      case kinds.time:
        return this.#time();
      case kinds.text:
        return this.text();
      case kinds.list:
        return this.#list();
      case kinds.counts:
        return this.#counts();
      case kinds.rows:
        return this.#rows();
      default:
        return this.#rarer();
    }
  }

  /** Everything that was written has been read. */
  end(): void {
    this.#numbers.align();
    const isRead = this.#numbers.leftBits === 0 && this.#timesRead === this.#times.length;
    assert(isRead && this.#textsRead === this.#texts.length, 'a stored document goes on');
  }

  #rarer(): Json {
    switch (this.#numbers.bits(3)) {
      case rarer.null:
        return null;
      case rarer.false:
        return false;
      case rarer.true:
        return true;
      case rarer.double:
        return this.#double();
      case rarer.decimal:
        return this.#number() / millionths;
      case rarer.negative:
        return -this.#numbers.number(codes.amount);
      case rarer.object:
        return this.#object();
      default:
        throw new AssertionError('a stored document holds a value of an unknown kind');
    }
  }

  #number(): number {
    const value = this.json();
    assert(typeof value === 'number', 'a stored document holds no number where one belongs');
    return value;
  }

  #double(): number {
    const view = new DataView(new ArrayBuffer(8));
    view.setUint32(0, this.#numbers.bits(32));
    view.setUint32(4, this.#numbers.bits(32));
    return view.getFloat64(0);
  }

  #list(): readonly Json[] {
    this.#enter();
    const values: Json[] = [];
    for (let left = this.count(); left > 0; left -= 1) values.push(this.json());
    this.#depth -= 1;
    return values;
  }

  #counts(): readonly number[] {
    const values = [0];
    for (let left = this.uint(); left > 0; left -= 1) values.push(this.#time(), 1);
    return values;
  }

  #rows(): readonly number[] {
    const shape = this.#numbers.bits(3);
    const lead = shape % 2;
    const lanes = (shape - lead) / 2;
    const count = this.uint();
    const values: number[] = [];
    if (lead === 1) values.push(this.#number());
    const held = this.#held();
    assert(count <= held && lanes > 0, 'a stored list has rows of nothing');
    for (let row = 0; row < count * lanes; row += 1) values.push(0);
    for (let lane = 0; lane < lanes; lane += 1) this.#lane(values, lead + lane, lanes);
    // Many lists of rows that take no room would be read to more than memory holds.
    assert(count <= held - this.#held(), 'a stored list has rows of nothing');
    return values;
  }

  /** What is still there to be read: bits, and times that are told. */
  #held(): number {
    return this.#numbers.leftBits + this.#times.length - this.#timesRead;
  }

  #lane(values: number[], from: number, step: number): void {
    const kind = this.#numbers.bits(2);
    if (kind === laneKinds.times) {
      for (let at = from; at < values.length; at += step) values[at] = this.#time();
    } else if (kind === laneKinds.ascending) {
      let before = -1;
      for (let at = from; at < values.length; at += step) {
        before += this.#numbers.number(codes.whole) + 1;
        values[at] = before;
      }
    } else {
      const unit = laneUnits[this.#numbers.bits(2)];
      const width = this.#numbers.bits(6);
      assert(unit !== undefined && width <= 53, 'a stored list holds numbers of an unknown width');
      for (let at = from; at < values.length; at += step) {
        const number = this.#numbers.bits(width);
        values[at] = (kind === laneKinds.signed ? unzigzag(number) : number) * unit;
      }
    }
  }

  #object(): Json {
    this.#enter();
    const members: Record<string, Json> = {};
    for (let left = this.count(); left > 0; left -= 1) setMember(members, this.text(), this.json());
    this.#depth -= 1;
    return members;
  }

  #enter(): void {
    this.#depth += 1;
    assert(this.#depth <= depthMax, 'a stored document is nested too deeply');
  }

  #fits(count: number): number {
    assert(count <= this.#numbers.leftBits, 'a stored document counts more than it holds');
    return count;
  }

  #newText(length: number): string {
    const start = this.#textsRead;
    this.#textsRead += length;
    assert(this.#textsRead <= this.#texts.length, 'a stored document ends inside its texts');
    const text = this.#texts.slice(start, this.#textsRead);
    this.#knownTexts.push(text);
    return text;
  }

  #time(): number {
    const time = this.#times[this.#timesRead];
    assert(time !== undefined, 'a stored document tells of fewer times than it has');
    this.#timesRead += 1;
    return time;
  }

  #readTimesTold(times: readonly number[]): readonly number[] {
    const told: number[] = [];
    let expected = 0;
    for (let left = this.#fits(this.#numbers.number(codes.total)); left > 0; left -= 1) {
      const apart = this.#numbers.number(codes.timePlace);
      const place = expected + ((apart >>> 1) ^ -(apart & 1));
      const time = times[place];
      assert(time !== undefined, 'a stored document names a time that it does not hold');
      told.push(time);
      expected = place + 1;
    }
    return told;
  }

  #readTimes(): readonly number[] {
    const times: number[] = [];
    let left = this.count();
    const unit = timeUnits[this.#numbers.bits(3)];
    assert(unit !== undefined, 'a stored document tells times in an unknown unit');
    let time = 0;
    for (; left > 0; left -= 1) {
      time += this.#numbers.number(codes.timeStep) * unit;
      times.push(time);
    }
    return times;
  }
}

function sumIn(document: Uint8Array): number {
  return new DataView(document.buffer, document.byteOffset).getUint32(1, true);
}
