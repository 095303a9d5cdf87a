import { AssertionError, assert } from '../assert.ts';
import type { Json } from '../model/json.ts';
import { ByteReader } from './byte-reader.ts';
import { checksum, kinds, millionths, rarer, rounded, summedFrom, timeUnits, unzigzag } from './format.ts';
import { setMember } from './set-member.ts';

/** Deeper values are no state of ours: events nest less. */
const depthMax = 512;

/** Reads what a `DocumentWriter` wrote, by the same calls in the same order. Damage is an `AssertionError`. */
export class DocumentReader {
  readonly #numbers: ByteReader;
  readonly #fixed: ByteReader;
  readonly #texts: string;
  #textsRead = 0;
  readonly #knownTexts: string[] = [];
  readonly #times: readonly number[];
  #expectedTime = 0;
  #depth = 0;

  constructor(document: Uint8Array) {
    const head = new ByteReader(document);
    head.byte();
    const sum = head.word();
    assert(sum === checksum(document, summedFrom, document.length), 'a stored document is damaged');
    const length = head.uint();
    const fixedLength = head.uint();
    const fixedStart = head.at + Math.floor(length / 2);
    const textsStart = fixedStart + fixedLength;
    assert(textsStart <= document.length, 'a stored document ends too early');
    this.#numbers = new ByteReader(document, head.at, fixedStart);
    this.#fixed = new ByteReader(document, fixedStart, textsStart);
    const texts = document.subarray(textsStart);
    this.#texts = length % 2 === 1 ? textOfUnits(texts) : decodeUtf8(texts);
    this.#times = this.#readTimes();
  }

  uint(): number {
    return this.#numbers.uint();
  }

  difference(): number {
    return unzigzag(this.#numbers.uint());
  }

  byte(): number {
    return this.#fixed.byte();
  }

  word(): number {
    return this.#fixed.word();
  }

  /** How many of something follow, each of which is told by a number at least. */
  count(): number {
    return this.#fits(this.#numbers.uint());
  }

  text(): string {
    return this.#textAt(this.#numbers.uint());
  }

  time(): number {
    const head = this.#numbers.uint();
    return head % 2 === 0 ? this.#timeAt(head / 2) : this.#number();
  }

  json(): Json {
    const head = this.#numbers.uint();
    const counted = Math.floor(head / 8);
    switch (head % 8) {
      case kinds.whole:
        return counted;
      case kinds.negative:
        return -counted;
      case kinds.rounded:
        return counted * rounded;
      case kinds.time:
        return this.#timeAt(counted);
      case kinds.text:
        return this.#textAt(counted);
      case kinds.list:
        return this.#list(counted);
      case kinds.object:
        return this.#object(counted);
      default:
        return this.#rarer(counted % 8, Math.floor(counted / 8));
    }
  }

  /** Everything that was written has been read. */
  end(): void {
    const isRead = this.#numbers.left === 0 && this.#fixed.left === 0;
    assert(isRead && this.#textsRead === this.#texts.length, 'a stored document goes on');
  }

  #rarer(kind: number, counted: number): Json {
    switch (kind) {
      case rarer.constant:
        return counted === 0 ? null : counted === 2;
      case rarer.double:
        return this.#fixed.double();
      case rarer.decimal:
        return this.#number() / millionths;
      case rarer.words:
        return this.#words(counted);
      case rarer.counts:
        return this.#counts(counted);
      case rarer.steps:
        return this.#steps(counted);
      default:
        throw new AssertionError('a stored document holds a value of an unknown kind');
    }
  }

  #number(): number {
    const value = this.json();
    assert(typeof value === 'number', 'a stored document holds no number where one belongs');
    return value;
  }

  #list(length: number): readonly Json[] {
    this.#enter();
    const values: Json[] = [];
    for (let left = this.#fits(length); left > 0; left -= 1) values.push(this.json());
    this.#depth -= 1;
    return values;
  }

  #words(length: number): readonly number[] {
    assert(length * 4 <= this.#fixed.left, 'a stored document counts more than it holds');
    const values: number[] = [];
    for (let left = length; left > 0; left -= 1) values.push(this.#fixed.word());
    return values;
  }

  #counts(length: number): readonly number[] {
    const values = [0];
    for (let left = this.#fits(length); left > 0; left -= 1) values.push(this.time(), 1);
    return values;
  }

  #steps(length: number): readonly number[] {
    const values: number[] = [];
    let step = 0;
    for (let left = this.#fits(length); left > 0; left -= 1) {
      step += this.#numbers.uint();
      values.push(step, this.#numbers.uint());
    }
    return values;
  }

  #object(size: number): Json {
    this.#enter();
    const members: Record<string, Json> = {};
    for (let left = this.#fits(size); left > 0; left -= 1) setMember(members, this.text(), this.json());
    this.#depth -= 1;
    return members;
  }

  #enter(): void {
    this.#depth += 1;
    assert(this.#depth <= depthMax, 'a stored document is nested too deeply');
  }

  #fits(count: number): number {
    assert(count <= this.#numbers.left, 'a stored document counts more than it holds');
    return count;
  }

  #textAt(head: number): string {
    const counted = Math.floor(head / 2);
    if (head % 2 === 1) {
      const known = this.#knownTexts[counted];
      assert(known !== undefined, 'a stored document names a text that it does not hold');
      return known;
    }
    const start = this.#textsRead;
    this.#textsRead += counted;
    assert(this.#textsRead <= this.#texts.length, 'a stored document ends inside its texts');
    const text = this.#texts.slice(start, this.#textsRead);
    this.#knownTexts.push(text);
    return text;
  }

  #timeAt(apart: number): number {
    const place = this.#expectedTime + unzigzag(apart);
    const time = this.#times[place];
    assert(time !== undefined, 'a stored document names a time that it does not hold');
    this.#expectedTime = place + 1;
    return time;
  }

  #readTimes(): readonly number[] {
    const head = this.#numbers.uint();
    const unit = timeUnits[head % timeUnits.length] ?? 1;
    const times: number[] = [];
    let time = 0;
    for (let left = this.#fits(Math.floor(head / timeUnits.length)); left > 0; left -= 1) {
      time += this.#numbers.uint() * unit;
      times.push(time);
    }
    return times;
  }
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new AssertionError('a stored document holds texts that are not UTF-8', { cause });
  }
}

function textOfUnits(bytes: Uint8Array): string {
  assert(bytes.length % 2 === 0, 'a stored document ends inside a character');
  let text = '';
  for (let at = 0; at < bytes.length; at += 2) {
    text += String.fromCharCode((bytes[at] as number) | ((bytes[at + 1] as number) << 8));
  }
  return text;
}
