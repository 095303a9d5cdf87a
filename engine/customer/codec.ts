import { assert } from '../assert.ts';
import { DocumentReader } from '../codec/document-reader.ts';
import { DocumentWriter } from '../codec/document-writer.ts';
import { CodedError } from '../errors.ts';
import type { CustomerState, PendingTimer, SegmentMembership } from '../model/customer-state.ts';
import type { CustomerKey } from '../model/ids.ts';
import { ContactsReader, ContactsWriter } from './codec/contacts-form.ts';
import { readProfile, writeProfile } from './codec/profile-form.ts';
import { readRecord, readRest, writeRecord, writeRest } from './codec/record-form.ts';
import { readSeen, writeSeen } from './codec/seen-form.ts';

/**
 * The stored form of a customer, in bits of our own: less than a fifth of the size of JSON, as millions of customers are
 * kept in memory.
 *
 * S1. Equal states are equal bytes in every store and whatever order they came about in: members of records stand in the
 *     order of their names. The order of values that channels sent (a trait that is an object) is theirs, and kept.
 * S2. What is read is what was written, to the last bit: any text, any number.
 * S3. Damaged bytes are an `AssertionError`, bytes of another version NB_LAYOUT_MISMATCH; never a state, and never a
 *     loop without an end.
 * S4. A field that has no form of its own is stored all the same, by name.
 */
const version = 4;

export function encodeState(state: CustomerState): Uint8Array {
  const writer = new DocumentWriter();
  const contacts = new ContactsWriter(writer);
  const { schema: _, key, own, sources, via, splits, seen, timers, segments, ...rest } = state;
  writer.text(key);
  writeProfile(writer, contacts, own);
  writeRecord(writer, sources, (profile) => writeProfile(writer, contacts, profile));
  writeRecord(writer, via, (other) => writer.text(other));
  writer.uint(splits.length);
  for (const other of splits) writer.text(other);
  writeSeen(writer, seen);
  writer.uint(timers.length);
  for (const timer of timers) writeTimer(writer, timer);
  writeRecord(writer, segments, writeMembership);
  writeRest(writer, rest);
  return writer.finish(version);
}

export function decodeState(value: Uint8Array): CustomerState {
  checkVersion(value);
  const reader = new DocumentReader(value);
  const contacts = new ContactsReader(reader);
  const state: CustomerState = {
    schema: version,
    key: readKey(reader),
    own: readProfile(reader, contacts),
    sources: readRecord(reader, () => readProfile(reader, contacts)),
    via: readRecord(reader, readKey),
    splits: readList(reader, readKey),
    seen: readSeen(reader),
    timers: readList(reader, readTimer),
    segments: readRecord(reader, readMembership),
  };
  const rest = readRest(reader);
  reader.end();
  return rest === undefined ? state : { ...state, ...rest };
}

function checkVersion(value: Uint8Array): void {
  if (value.length === 0 || value[0] === version) return;
  throw new CodedError(
    'NB_LAYOUT_MISMATCH',
    `A customer is stored in version ${value[0]} of its form, and this program reads version ${version}. ` +
      'Use the release that wrote the data, or rebuild the state from the log.',
  );
}

function readKey(reader: DocumentReader): CustomerKey {
  return reader.text() as CustomerKey;
}

function readList<Item>(reader: DocumentReader, read: (reader: DocumentReader) => Item): readonly Item[] {
  const items: Item[] = [];
  for (let left = reader.count(); left > 0; left -= 1) items.push(read(reader));
  return items;
}

/** Bits of what a wait may have beside what every wait has. */
const waits = { replayed: 1, of: 2, since: 4 };

function writeTimer(writer: DocumentWriter, timer: PendingTimer): void {
  const { id, due, trigger, messageId, event, replayed, of, since } = timer;
  const isMoved = of === undefined ? 0 : waits.of;
  writer.bits((replayed ? waits.replayed : 0) + isMoved + (since === undefined ? 0 : waits.since), 3);
  writer.text(trigger);
  writer.text(id);
  writer.time(due);
  writer.text(messageId);
  writer.json(event);
  if (of !== undefined) writer.text(of);
  if (since !== undefined) writer.time(since);
}

function readTimer(reader: DocumentReader): PendingTimer {
  const bits = reader.bits(3);
  const trigger = reader.text();
  const id = reader.text();
  const due = reader.time();
  const timer: PendingTimer = { id, due, trigger, messageId: reader.text(), event: reader.json() };
  return {
    ...timer,
    ...((bits & waits.replayed) !== 0 && { replayed: true as const }),
    ...((bits & waits.of) !== 0 && { of: readKey(reader) }),
    ...((bits & waits.since) !== 0 && { since: reader.time() }),
  };
}

function writeMembership({ since, value }: SegmentMembership, writer: DocumentWriter): void {
  writer.time(since);
  writer.json(value);
}

function readMembership(reader: DocumentReader): SegmentMembership {
  const since = reader.time();
  const value = reader.json();
  assert(typeof value === 'number', 'a stored segment has no value');
  return { since, value };
}
