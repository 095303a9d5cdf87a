import type { DocumentReader } from '../../codec/document-reader.ts';
import type { DocumentWriter } from '../../codec/document-writer.ts';
import { setMember } from '../../codec/set-member.ts';
import type { Json, JsonObject } from '../../model/json.ts';

/** Members by name, in the order of the names, whatever order they came about in. */
export function writeRecord<Value>(
  writer: DocumentWriter,
  record: Readonly<Record<string, Value>>,
  write: (value: Value, writer: DocumentWriter) => void,
): void {
  const names = sortedNames(record);
  writer.uint(names.length);
  for (const name of names) {
    writer.text(name);
    write(record[name] as Value, writer);
  }
}

export function readRecord<Value>(
  reader: DocumentReader,
  read: (reader: DocumentReader) => Value,
): Readonly<Record<string, Value>> {
  const record: Record<string, Value> = {};
  for (let left = reader.count(); left > 0; left -= 1) setMember(record, reader.text(), read(reader));
  return record;
}

/** What has no form of its own, so that a new field cannot get lost: members by name, in the order of the names. */
export function writeRest(writer: DocumentWriter, rest: object): void {
  const members = rest as JsonObject;
  const names = sortedNames(members).filter((name) => members[name] !== undefined);
  writer.uint(names.length);
  for (const name of names) {
    writer.text(name);
    writer.json(members[name] as Json);
  }
}

export function readRest(reader: DocumentReader): JsonObject | undefined {
  const count = reader.count();
  if (count === 0) return undefined;
  const members: Record<string, Json> = {};
  for (let left = count; left > 0; left -= 1) setMember(members, reader.text(), reader.json());
  return members;
}

/** Names rarely come anew, so they mostly are in order already. */
export function sortedNames(record: object): readonly string[] {
  const names = Object.keys(record);
  for (let at = 1; at < names.length; at += 1) {
    if ((names[at] as string) < (names[at - 1] as string)) return names.sort();
  }
  return names;
}
