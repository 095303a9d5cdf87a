import { assert } from '../../assert.ts';
import type { DocumentReader } from '../../codec/document-reader.ts';
import type { DocumentWriter } from '../../codec/document-writer.ts';

/** The memory of applied messages, `[hash, minute, hash, minute, ...]`: six bytes a hash, and the minutes in between. */
const hashBits = 48;

export function writeSeen(writer: DocumentWriter, seen: readonly number[]): void {
  assert(seen.length % 2 === 0, 'the memory of messages holds a hash without its minute');
  writer.uint(seen.length / 2);
  let before = 0;
  for (let at = 0; at < seen.length; at += 2) {
    const hash = seen[at] as number;
    assert(
      Number.isInteger(hash) && hash >= 0 && hash < 2 ** hashBits,
      'the memory of messages holds what is no hash',
    );
    writer.bits(hash, hashBits);
    writer.difference((seen[at + 1] as number) - before);
    before = seen[at + 1] as number;
  }
}

export function readSeen(reader: DocumentReader): readonly number[] {
  const seen: number[] = [];
  let before = 0;
  for (let left = reader.count(); left > 0; left -= 1) {
    const hash = reader.bits(hashBits);
    before += reader.difference();
    seen.push(hash, before);
  }
  return seen;
}
