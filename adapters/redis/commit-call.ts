import type { CustomerKey, Partition } from '../../engine/index.ts';
import {
  accountOf,
  type Commit,
  type CommitResult,
  type DeadLetter,
  isOnlyChecked,
  type StoredDocument,
} from '../../engine/ports.ts';
import type { RedisKeys } from './redis-keys.ts';
import type { Argument } from './redis-script.ts';
import {
  decodeCheckpoint,
  decodeDocument,
  encodeCheckpoint,
  encodeDocument,
  encodeOwned,
  textOfOwned,
} from './stored-forms.ts';

/** The arguments of the commit script; their order is its contract. */
export interface CommitCall {
  readonly keys: readonly string[];
  readonly args: readonly Argument[];
}

export function encodeCommit(commit: Commit, keys: RedisKeys, now: number): CommitCall {
  const { unless = [], deadLetters = [], forgets = [] } = commit;
  const customers = new NumberedCustomers();
  const records: Argument[] = [];
  for (const { value, expiresAt, customer } of commit.records) {
    records.push(encodeOwned(customer, value), Math.ceil(expiresAt - now), customers.numberOf(customer));
  }
  const letters: Argument[] = [];
  for (const letter of deadLetters) {
    const customer = customerOf(letter);
    const lasts = Math.ceil(letter.expiresAt - now);
    const text = encodeOwned(customer, JSON.stringify(letter));
    letters.push(text, lasts, customers.numberOf(customer), letter.sequence);
  }
  const forgotten = forgets.map((customer) => customers.numberOf(customer));
  const named = customers.all();
  const { documents, timers, outbox, counters, checkpoint, onceBy, partition } = commit;
  const counts = [documents, commit.records, unless, deadLetters, named, timers, outbox, counters, forgets];
  const begin = [...keysOf(commit, keys), ...named.map((customer) => keys.index(partition, customer))];
  const accounts = [...new Set(counters.flatMap(({ name }) => accountOf(name) ?? []))];
  const placeOf = (name: string): number => {
    const account = accountOf(name);
    return account === undefined ? countersPlace : begin.length + accounts.indexOf(account) + 1;
  };
  return {
    keys: [...begin, ...accounts.map((account) => keys.account(partition, account))],
    args: [
      ...counts.map((list) => list.length),
      onceBy === undefined ? '' : '1',
      checkpoint === undefined ? '' : checkpoint.expected.nonce,
      checkpoint === undefined ? '' : encodeCheckpoint(checkpoint.next),
      now,
      keys.partitionPrefix(partition),
      ...named.flatMap((customer) => [JSON.stringify(customer), customer]),
      ...documents.flatMap((write) => [
        write.expected ?? '',
        isOnlyChecked(write) ? '=' : encodeDocument(write),
      ]),
      ...records,
      ...letters,
      ...timers.flatMap(({ clock, key, due }) => [clock === 'wall' ? '2' : '3', key, due ?? '']),
      ...outbox.map((item) => JSON.stringify(item)),
      ...counters.flatMap(({ name, add, limitedBy, expected, expiresAt }) => [
        placeOf(name),
        counterField(name),
        add,
        limitedBy === undefined ? '' : counterField(limitedBy),
        expected ?? '',
        expiresAt === undefined ? '' : Math.max(1, Math.ceil(expiresAt - now)),
      ]),
      ...forgotten,
    ],
  };
}

/** Place from 1 of the counters' key among those of the script. */
const countersPlace = 5;

/** Counters of an account lie in a hash of their own, which expires; the others in one hash together. */
export function counterKey(name: string, partition: Partition, keys: RedisKeys): string {
  const account = accountOf(name);
  return account === undefined ? keys.counters(partition) : keys.account(partition, account);
}

export function counterField(name: string): string {
  return name.slice(name.lastIndexOf(':') + 1);
}

/** All but the indexes of the customers and the accounts, which follow. */
function keysOf(commit: Commit, keys: RedisKeys): readonly string[] {
  const { partition, onceBy, unless = [], deadLetters = [] } = commit;
  const checkpoint = keys.checkpoint(partition);
  return [
    checkpoint,
    keys.timers(partition, 'wall'),
    keys.timers(partition, 'stream'),
    keys.outbox(partition),
    keys.counters(partition),
    keys.deadLetters(partition),
    onceBy === undefined ? checkpoint : keys.record(partition, onceBy),
    ...commit.documents.map((write) => keys.document(partition, write.key)),
    ...commit.records.map((record) => keys.record(partition, record.id)),
    ...unless.map((id) => keys.record(partition, id)),
    ...deadLetters.map((letter) => keys.deadLetter(partition, letter.sequence)),
  ];
}

/** The customers that a commit names, numbered from 1 in the order in which they came up. */
class NumberedCustomers {
  readonly #numbers = new Map<CustomerKey, number>();

  /** 0 for none. */
  numberOf(customer: CustomerKey | undefined): number {
    if (customer === undefined) return 0;
    const number = this.#numbers.get(customer) ?? this.#numbers.size + 1;
    this.#numbers.set(customer, number);
    return number;
  }

  all(): readonly CustomerKey[] {
    return [...this.#numbers.keys()];
  }
}

function customerOf({ message }: DeadLetter): CustomerKey | undefined {
  return 'key' in message ? message.key : undefined;
}

export function decodeCommitReply(reply: unknown, commit: Commit): CommitResult {
  const [word, ...rest] = Array.isArray(reply) ? reply : [];
  const kind = textOf(word);
  switch (kind) {
    case 'committed':
      return { kind };
    case 'repeated':
      return { kind, record: textOfOwned(textOf(rest[0])) };
    case 'stale-checkpoint':
      return { kind, checkpoint: decodeCheckpoint(textOf(rest[0])) };
    case 'barred':
      return { kind, records: rest.map((at) => commit.unless?.[Number(at)] ?? '') };
    case 'conflict':
      return { kind, documents: decodeConflicts(rest, commit) };
    case 'exhausted':
      return { kind, counters: [...new Set(rest.map((at) => commit.counters[Number(at)]?.name ?? ''))] };
    default:
      throw new Error(`the commit script answered ${kind}`);
  }
}

function decodeConflicts(
  pairs: readonly unknown[],
  commit: Commit,
): ReadonlyMap<string, StoredDocument | undefined> {
  const documents = new Map<string, StoredDocument | undefined>();
  for (let at = 0; at < pairs.length; at += 2) {
    const write = commit.documents[Number(pairs[at])];
    if (write === undefined) throw new Error(`the commit script named document ${String(pairs[at])}`);
    const found = pairs[at + 1] ?? null;
    documents.set(write.key, decodeDocument(found === null ? null : bytesOf(found)));
  }
  return documents;
}

function textOf(value: unknown): string {
  return bytesOf(value).toString('utf8');
}

function bytesOf(value: unknown): Buffer {
  if (!Buffer.isBuffer(value)) throw new Error(`Redis answered ${typeof value} where bytes were expected`);
  return value;
}
