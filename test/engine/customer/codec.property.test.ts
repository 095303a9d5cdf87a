import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BitWriter } from '../../../engine/codec/bit-writer.ts';
import { DocumentReader } from '../../../engine/codec/document-reader.ts';
import { checksum, kinds, laneKinds, summedFrom } from '../../../engine/codec/format.ts';
import { codes } from '../../../engine/codec/number-code.ts';
import {
  AssertionError,
  CodedError,
  type Contact,
  type CustomerState,
  decisionIdOf,
  decodeState,
  encodeState,
  type Partition,
  partitionOfDecision,
} from '../../../engine/index.ts';
import { newCustomerState } from '../../../engine/model/customer-state.ts';
import { userKey } from '../../../engine/model/ids.ts';
import { base64Of } from '../support/fold.ts';
import { someState } from '../support/random-state.ts';

/** The same value, its members put in anew in the opposite order. Lists stay as they are. */
function rebuilt<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).reverse()) as Value;
}

function rebuiltState(state: CustomerState): CustomerState {
  const profile = (of: CustomerState['own']): CustomerState['own'] => ({
    ...rebuilt(of),
    traits: rebuilt(of.traits),
    features: rebuilt(of.features),
    consent: rebuilt(of.consent),
    overlays: rebuilt(of.overlays),
    contacts: of.contacts.map((contact) =>
      contact.outcomes ? { ...rebuilt(contact), outcomes: rebuilt(contact.outcomes) } : rebuilt(contact),
    ),
  });
  const sources = Object.entries(state.sources).map(([key, value]) => [key, profile(value)] as const);
  return {
    ...rebuilt(state),
    own: profile(state.own),
    sources: Object.fromEntries(sources.reverse()),
    via: rebuilt(state.via),
    segments: rebuilt(state.segments),
  };
}

function contactAt(at: number): Contact {
  const decision = decisionIdOf(5 as Partition, userKey('ada'), 'request');
  const offer = { action: 'club', group: 'sales/loyalty', treatment: 'a', channel: 'web', placement: 'hero' };
  return { decision, at, ...offer, outcomes: { impression: at + 1_000 } };
}

/** What the state may be damaged to: any bytes that are not its own. */
function damaged(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = bytes.slice();
  copy[1 + (at % (bytes.length - 1))] = value;
  return copy;
}

/** Damage behind a sum that is right, as only an enemy or a bug would make it. */
function sealed(bytes: Uint8Array): Uint8Array {
  const sum = checksum(bytes, summedFrom, bytes.length);
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(1, sum, true);
  return bytes;
}

/** Whatever it reads, it comes to an end, and to nothing worse than an assertion. */
function expectEnd(bytes: Uint8Array): void {
  try {
    decodeState(sealed(bytes));
  } catch (error) {
    expect(error).toBeInstanceOf(AssertionError);
  }
}

describe('the stored form of a customer', () => {
  it('reads back what was written, to the last bit', () => {
    fc.assert(
      fc.property(someState, (state) => {
        const read = decodeState(encodeState(state));
        // Vitest takes a member named "constructor" for the type of its object.
        expect(isDeepStrictEqual(read, state)).toBe(true);
        // The order of what a channel sent is kept, and that of records is the order of their names.
        expect(base64Of(encodeState(read))).toBe(base64Of(encodeState(state)));
      }),
      { numRuns: 500 },
    );
  });

  it('keeps the order of members in what a channel sent', () => {
    const value = { zebra: 1, apple: { two: 2, one: [1, { b: null, a: -0 }] } };
    const state = newCustomerState(userKey('ada'));
    const traits = { sent: [value, 5] as const };
    const read = decodeState(encodeState({ ...state, own: { ...state.own, traits } }));
    expect(JSON.stringify(read.own.traits)).toBe(JSON.stringify(traits));
  });

  it('gives equal states equal bytes, whatever order their parts came about in', () => {
    fc.assert(
      fc.property(someState, (state) => {
        expect(base64Of(encodeState(rebuiltState(state)))).toBe(base64Of(encodeState(state)));
      }),
      { numRuns: 200 },
    );
  });

  it('tells an id of a decision in 96 bits, and one of another form as a text', () => {
    const sizeWith = (decision: string): number => {
      const contact = { ...contactAt(1_760_000_000_000), decision: decision as Contact['decision'] };
      const state = newCustomerState(userKey('ada'));
      const bytes = encodeState({ ...state, own: { ...state.own, contacts: [contact] } });
      expect(decodeState(bytes).own.contacts).toStrictEqual([contact]);
      return bytes.length;
    };
    const { decision } = contactAt(0);
    expect(decision).toMatch(/^5-[\w-]{16}$/);
    const older = sizeWith(`${decision}hg8WI3h9`);
    expect(older - sizeWith(decision)).toBeGreaterThan(8);
    expect(partitionOfDecision(decision, 64)).toBe(5);
    expect(partitionOfDecision(`${decision}hg8WI3h9`, 64)).toBe(5);
    expect(partitionOfDecision(`${decision}h`, 64)).toBeUndefined();
  });

  it('tells what 16 predictors said in 14 bytes, and hardly more for the next contact of the decision', () => {
    const ids = Array.from({ length: 16 }, (_, predictor) => 1 + predictor * 9 + ((predictor * 5) % 9));
    const sizeOf = (contacts: readonly Contact[]): number => {
      const state = newCustomerState(userKey('ada'));
      const bytes = encodeState({ ...state, own: { ...state.own, contacts } });
      expect(decodeState(bytes).own.contacts).toStrictEqual(contacts);
      return bytes.length;
    };
    const contact = contactAt(1_760_000_000_000);
    const next = { ...contact, treatment: 'b' };
    const served = (score: number) => ({ served: [{ code: 1, ids, score }] });
    const one = sizeOf([{ ...contact, ...served(-871) }, next]);
    expect(one - sizeOf([contact, next])).toBeLessThanOrEqual(14);
    expect(
      sizeOf([
        { ...contact, ...served(-871) },
        { ...next, ...served(-640) },
      ]) - one,
    ).toBeLessThanOrEqual(3);
    const unserved = { ...contact, needsView: true as const };
    expect(sizeOf([unserved, next]) - sizeOf([contact, next])).toBeLessThanOrEqual(1);
  });

  it('keeps texts that are longer than what is read at once', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }), (text) => {
        const state = newCustomerState(userKey(text.repeat(2_000)));
        expect(decodeState(encodeState(state)).key).toBe(state.key);
      }),
      { numRuns: 20 },
    );
  });

  it('stores a field that it does not know', () => {
    const state = { ...newCustomerState(userKey('ada')), later: { b: [1], a: 'x' } };
    const own = { ...state.own, newer: 7 };
    expect(decodeState(encodeState({ ...state, own }))).toStrictEqual({ ...state, own });
  });

  it('says of damaged bytes that they are damaged', () => {
    fc.assert(
      fc.property(someState, fc.nat(), fc.nat(255), fc.nat(), (state, at, value, cut) => {
        const bytes = encodeState(state);
        const other = damaged(bytes, at, value);
        if (!other.every((byte, index) => byte === bytes[index])) {
          expect(() => decodeState(other)).toThrow(AssertionError);
        }
        const end = 1 + (cut % (bytes.length - 1));
        expect(() => decodeState(bytes.subarray(0, end))).toThrow(AssertionError);
        expect(() => decodeState(Uint8Array.of(...bytes, 0))).toThrow(AssertionError);
      }),
      { numRuns: 300 },
    );
  });

  it('comes to an end with whatever passes for whole', () => {
    fc.assert(
      fc.property(someState, fc.nat(), fc.nat(255), fc.nat(), (state, at, value, cut) => {
        const bytes = encodeState(state);
        expectEnd(damaged(bytes, at, value));
        expectEnd(bytes.slice(0, summedFrom + (cut % (bytes.length - summedFrom))));
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) =>
        expectEnd(Uint8Array.of(4, 0, 0, 0, 0, ...noise)),
      ),
      { numRuns: 2_000 },
    );
    expect(() => decodeState(new Uint8Array(0))).toThrow(AssertionError);
  });

  it('refuses a list of rows that are told by nothing', () => {
    const bits = new BitWriter();
    // No times, no texts; then a thousand rows of numbers that take no bits.
    bits.bits(0, 2 + 3 + 5 + 5);
    const before = bits.written().slice();
    const list = new BitWriter();
    list.bits(kinds.rows, 3);
    list.bits(2, 3);
    list.number(1_000, codes.count);
    list.bits(laneKinds.numbers, 2 + 2 + 6);
    for (let left = 100; left > 0; left -= 1) list.bits(0, 24);
    const document = sealed(Uint8Array.of(3, 0, 0, 0, 0, ...before, ...list.written()));
    expect(() => new DocumentReader(document).json()).toThrow(/rows of nothing/);
  });

  it('stays as it is while its version does', () => {
    const at = 1_760_000_000_000;
    const own = {
      ...newCustomerState(userKey('ada')).own,
      firstSeenAt: at,
      lastSeenAt: at + 5_000,
      traits: { plan: ['gold', at] as const },
      features: { Ab3_x: [0, at, 1, at + 5_000, 1], counts: [2, 49.95, -1, null] },
      contacts: [contactAt(at + 1_234)],
    };
    const state = { ...newCustomerState(userKey('ada')), own, seen: [281_474_976_710_655, 29_333_333] };
    expect(base64Of(encodeState(state))).toBe(
      'BEyI19sDPwBI88PMSBP04axOyy2KhTYssIgXctUQJVYhRqUtMCEBy0qSEBIlRAMUAsARLoXyRGLUSTUYB+qMwekVABxCQjTBQMt8NbKdjkKBo3+YAHuhQQHA////////X5fH2wAA',
    );
  });

  it('names the version that it cannot read', () => {
    const bytes = encodeState(newCustomerState(userKey('ada')));
    bytes[0] = 9;
    expect(() => decodeState(bytes)).toThrow(CodedError);
    expect(() => decodeState(bytes)).toThrow(/version 9 .* version 4/);
  });
});
