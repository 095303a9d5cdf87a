import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import { open, type RootDatabase } from 'lmdb';
import { decodeState } from '../../../engine/index.ts';

/** Everything that a store holds, as bytes with the name of the place where they lie. */
export interface Held {
  readonly where: string;
  readonly bytes: Buffer;
}

/** Keys and values of every table of an embedded store. Nobody else may have it open. */
export async function bytesOfLmdb(path: string): Promise<readonly Held[]> {
  const options = { keyEncoding: 'binary', encoding: 'binary' } as const;
  const root: RootDatabase<Buffer, Buffer> = open({
    path,
    noSubdir: true,
    maxDbs: 100,
    readOnly: true,
    ...options,
  });
  const held: Held[] = [];
  try {
    const names = [...root.getKeys()].map((name) => Buffer.from(name).toString().replace(/\0$/, ''));
    // All are opened before the first is read: a table cannot be opened in the middle of a reading transaction.
    root.resetReadTxn();
    const tables = names.map((name) => ({ name, table: root.openDB<Buffer, Buffer>(name, options) }));
    for (const { name, table } of tables) {
      for (const { key, value } of table.getRange()) {
        held.push({ where: `a key of ${name}`, bytes: Buffer.from(key) });
        held.push({ where: name, bytes: Buffer.from(value) });
      }
    }
  } finally {
    await root.close();
  }
  return held;
}

/** Keys and values of every type. */
export async function bytesOfRedis(port: number): Promise<readonly Held[]> {
  const client = new Redis(port, '127.0.0.1');
  const held: Held[] = [];
  try {
    for await (const keys of client.scanStream({ count: 1_000 }) as AsyncIterable<readonly string[]>) {
      for (const key of keys) {
        held.push({ where: 'a key', bytes: Buffer.from(key) });
        for (const bytes of await valuesOf(client, key)) held.push({ where: key, bytes });
      }
    }
  } finally {
    client.disconnect();
  }
  return held;
}

async function valuesOf(client: Redis, key: string): Promise<readonly Buffer[]> {
  switch (await client.type(key)) {
    case 'string':
      return [(await client.getBuffer(key)) ?? Buffer.alloc(0)];
    case 'zset':
      return client.zrangeBuffer(key, '0', '-1');
    case 'hash':
      return Object.entries(await client.hgetallBuffer(key)).flatMap(([field, value]) => [
        Buffer.from(field),
        value,
      ]);
    case 'stream':
      return (await client.xrangeBuffer(key, '-', '+')).flatMap(([id, fields]) => [id, ...fields]);
    default:
      throw new Error(`${key} is of a type that is not read here`);
  }
}

/** The text in the forms in which it may lie about. */
export function formsOf(text: string): readonly Buffer[] {
  const bytes = Buffer.from(text);
  const hash = createHash('sha256').update(text).digest();
  // Base64 depends on where in a longer text it begins; the middle of each form is free of its neighbours.
  const shifted = [0, 1, 2].map((pad) =>
    Buffer.concat([Buffer.alloc(pad), bytes])
      .toString('base64')
      .slice(Math.ceil((pad * 8) / 6) + 1, -4),
  );
  return [
    bytes,
    Buffer.from(text, 'utf16le'),
    Buffer.from(text, 'utf16le').swap16(),
    Buffer.from(bytes.toString('hex')),
    ...shifted.map((form) => Buffer.from(form)),
    hash,
    Buffer.from(hash.toString('hex')),
    Buffer.from(hash.toString('base64')),
    Buffer.from(hash.toString('base64url')),
  ];
}

/** Where any of the texts is found, in any form, or in a customer's state, whose texts do not begin at whole bytes. */
export function findAll(stored: readonly Held[], texts: readonly string[]): readonly string[] {
  const held = [...stored, ...stored.flatMap(statesIn)];
  const found = new Set<string>();
  for (const text of texts) {
    for (const form of formsOf(text)) {
      for (const { where, bytes } of held) if (bytes.includes(form)) found.add(`${text} in ${where}`);
    }
  }
  return [...found];
}

/** What goes before the state of a stored document: its version. */
const versionMax = 40;

/** The states that a value holds, as readable text: of a document, or of a receipt. */
function statesIn({ where, bytes }: Held): readonly Held[] {
  const receipts = [...bytes.toString('latin1').matchAll(/"state":"([A-Za-z0-9+/=_-]+)"/g)];
  const values = [bytes, ...receipts.map(([, text]) => Buffer.from(text ?? '', 'base64'))];
  return values.flatMap((value) => {
    const text = textOfState(value);
    return text === undefined ? [] : [{ where, bytes: Buffer.from(text) }];
  });
}

function textOfState(value: Buffer): string | undefined {
  for (let begin = 0; begin <= Math.min(versionMax, value.length); begin += 1) {
    try {
      return JSON.stringify(decodeState(value.subarray(begin)));
    } catch {
      // No state begins here.
    }
  }
  return undefined;
}
