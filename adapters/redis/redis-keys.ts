import type { CustomerKey, Partition, Tenant } from '../../engine/index.ts';

/**
 * The one place where Redis keys are built. All keys that one script touches carry the same hash tag (the part in
 * braces), so that Redis Cluster keeps them on one node and a script works there as it does on a single node:
 *
 *     nb:{<tenant>.p<N>}:checkpoint      string   nonce, sequence and time of what was applied, then its trail
 *     nb:{<tenant>.p<N>}:doc:<key>       string   nonce, line feed, value
 *     nb:{<tenant>.p<N>}:timers:wall     zset     customer key by due time
 *     nb:{<tenant>.p<N>}:timers:stream   zset     customer key by due time
 *     nb:{<tenant>.p<N>}:outbox          stream   one field, `item`
 *     nb:{<tenant>.p<N>}:counters        hash     integers by name
 *     nb:{<tenant>.p<N>}:account:<name>  hash     integers by name that expire together
 *     nb:{<tenant>.p<N>}:record:<id>     string   its customer as JSON or nothing, line feed, value; expires
 *     nb:{<tenant>.p<N>}:dead            zset     sequences of the dead letters; expires
 *     nb:{<tenant>.p<N>}:dead:<sequence> string   its customer as JSON or nothing, line feed, letter; expires
 *     nb:{<tenant>.p<N>}:of:<customer>   zset     `record:<id>` and `dead:<sequence>` of one customer by expiry; expires
 *     nb:{<tag>}:confirm                 string   written so that replicas confirm what was written before; expires
 *     nb:{<tenant>.b.<budget>}:ledger    hash     `reserved`, and one field a lease; expires
 *     nb:{<tenant>.leases}:p<N>          string   the node that holds the partition; expires
 *     nb:{<tenant>.leases}:nodes         zset     node by time of its last beat
 *     nb:{<tenant>.layout}:partitions    string   how many partitions the data were created with
 *     nb:{<tenant>.notes}:<name>         string
 *     nb:{<tenant>.tables}:in-force      hash     `revision`, and as JSON `tables` and `places`
 *     nb:{<tenant>.tables}:table:<id>    hash     pieces of a table by their number; expires until it is in force
 */
export class RedisKeys {
  readonly #tenant: Tenant;

  /** @param tenant Letters, digits and hyphens only: a brace or a glob character would break tags and scans. */
  constructor(tenant: Tenant) {
    if (!/^[a-z0-9-]+$/.test(tenant)) throw new Error(`"${tenant}" is no tenant name: use a-z, 0-9 and "-"`);
    this.#tenant = tenant;
  }

  checkpoint(partition: Partition): string {
    return `${this.#partition(partition)}:checkpoint`;
  }

  document(partition: Partition, key: string): string {
    return `${this.#partition(partition)}:doc:${key}`;
  }

  timers(partition: Partition, clock: 'wall' | 'stream'): string {
    return `${this.#partition(partition)}:timers:${clock}`;
  }

  outbox(partition: Partition): string {
    return `${this.#partition(partition)}:outbox`;
  }

  counters(partition: Partition): string {
    return `${this.#partition(partition)}:counters`;
  }

  account(partition: Partition, name: string): string {
    return `${this.#partition(partition)}:account:${name}`;
  }

  record(partition: Partition, id: string): string {
    return `${this.#partition(partition)}:record:${id}`;
  }

  deadLetters(partition: Partition): string {
    return `${this.#partition(partition)}:dead`;
  }

  deadLetter(partition: Partition, sequence: number): string {
    return `${this.#partition(partition)}:dead:${sequence}`;
  }

  /** What belongs to one customer, by the ends of its keys. */
  index(partition: Partition, customer: CustomerKey): string {
    return `${this.#partition(partition)}:of:${customer}`;
  }

  /** The id in the end of a record's key; undefined for another key. */
  parseRecord(keyEnd: string): string | undefined {
    return keyEnd.startsWith('record:') ? keyEnd.slice('record:'.length) : undefined;
  }

  partitionPrefix(partition: Partition): string {
    return `${this.#partition(partition)}:`;
  }

  /** A glob pattern for SCAN that matches everything that lies in partitions, and nothing else. */
  everyKey(): string {
    return `nb:{${this.#tenant}.p*}:*`;
  }

  /** A glob pattern for SCAN that matches every document of the tenant and nothing else. */
  everyDocument(): string {
    return `nb:{${this.#tenant}.p*}:doc:*`;
  }

  /** The inverse of `document`; undefined for a key that is no document of this tenant. */
  parseDocument(redisKey: string): { readonly partition: Partition; readonly key: string } | undefined {
    const tag = `nb:{${this.#tenant}.p`;
    const end = redisKey.indexOf('}:doc:', tag.length);
    if (!redisKey.startsWith(tag) || end < 0) return undefined;
    const partition = Number(redisKey.slice(tag.length, end));
    if (!Number.isInteger(partition)) return undefined;
    return { partition: partition as Partition, key: redisKey.slice(end + '}:doc:'.length) };
  }

  /** The budget's name is encoded, because it may hold any character and stands inside the tag. */
  ledger(budget: string): string {
    return `nb:{${this.#tenant}.b.${encodeURIComponent(budget)}}:ledger`;
  }

  lease(partition: Partition): string {
    return `nb:{${this.#tenant}.leases}:p${partition}`;
  }

  nodes(): string {
    return `nb:{${this.#tenant}.leases}:nodes`;
  }

  static confirmation(tag: string): string {
    return `nb:{${tag}}:confirm`;
  }

  partitions(): string {
    return `nb:{${this.#tenant}.layout}:partitions`;
  }

  tables(): string {
    return `nb:{${this.#tenant}.tables}:in-force`;
  }

  table(id: string): string {
    return `nb:{${this.#tenant}.tables}:table:${id}`;
  }

  note(name: string): string {
    return `nb:{${this.#tenant}.notes}:${name}`;
  }

  #partition(partition: Partition): string {
    return `nb:{${this.#tenant}.p${partition}}`;
  }
}
